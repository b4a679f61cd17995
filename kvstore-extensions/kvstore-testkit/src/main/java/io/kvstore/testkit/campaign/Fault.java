package io.kvstore.testkit.campaign;

import io.kvstore.Cluster;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Something that can be done to the nodes and links of a store. */
public sealed interface Fault {
  /** Does it. */
  void strike(Cluster cluster);

  /** The link from one node to another carries nothing any more. */
  record CutOneWay(NodeId from, NodeId to) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.network().cutOneWay(from, to);
    }

    @Override
    public String toString() {
      return "cut " + from + " to " + to;
    }
  }

  /** Two nodes do not reach each other. */
  record Cut(NodeId one, NodeId other) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.network().cut(one, other);
    }

    @Override
    public String toString() {
      return "cut " + one + " and " + other;
    }
  }

  /** One node reaches nobody. */
  record Isolate(NodeId node) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.network().isolate(node);
    }

    @Override
    public String toString() {
      return "isolate " + node;
    }
  }

  /** These nodes do not reach the others. */
  record Split(List<NodeId> side) implements Fault {
    /** Copies the list. */
    public Split {
      side = List.copyOf(side);
    }

    @Override
    public void strike(Cluster cluster) {
      for (NodeId one : side) {
        for (NodeId other : cluster.nodes()) {
          if (!side.contains(other)) {
            cluster.network().cut(one, other);
          }
        }
      }
    }

    @Override
    public String toString() {
      return "split off " + side;
    }
  }

  /** Each node reaches only its two neighbours in this order. */
  record Ring(List<NodeId> order) implements Fault {
    /** Copies the list. */
    public Ring {
      order = List.copyOf(order);
    }

    @Override
    public void strike(Cluster cluster) {
      for (int i = 0; i < order.size(); i++) {
        for (int j = i + 2; j < order.size(); j++) {
          if (i > 0 || j < order.size() - 1) {
            cluster.network().cut(order.get(i), order.get(j));
          }
        }
      }
    }

    @Override
    public String toString() {
      return "ring " + order;
    }
  }

  /** All cuts end. */
  record Rejoin() implements Fault {
    @Override
    public void strike(Cluster cluster) {
      for (NodeId one : cluster.nodes()) {
        for (NodeId other : cluster.nodes()) {
          if (one.compareTo(other) < 0) {
            cluster.network().heal(one, other);
          }
        }
        cluster.network().heal(one, NodeId.COORDINATOR);
      }
    }

    @Override
    public String toString() {
      return "end all cuts";
    }
  }

  /** Every link is like this. */
  record Links(Weather weather) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.network().faults(weather.faults());
    }

    @Override
    public String toString() {
      return "links " + weather;
    }
  }

  /** One link is like this, in one direction. */
  record Link(NodeId from, NodeId to, Weather weather) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.network().faults(from, to, weather.faults());
    }

    @Override
    public String toString() {
      return "link " + from + " to " + to + " " + weather;
    }
  }

  /** A node stops and loses its memory. */
  record Crash(NodeId node) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.crash(node);
    }

    @Override
    public String toString() {
      return "crash " + node;
    }
  }

  /** Some nodes stop at the same moment, and lose their memory. */
  record CrashTogether(List<NodeId> nodes) implements Fault {
    /** Copies the list. */
    public CrashTogether {
      nodes = List.copyOf(nodes);
    }

    @Override
    public void strike(Cluster cluster) {
      nodes.forEach(cluster::crash);
    }

    @Override
    public String toString() {
      return "crash " + nodes;
    }
  }

  /** A crashed node starts again. */
  record Restart(NodeId node) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.restart(node);
    }

    @Override
    public String toString() {
      return "restart " + node;
    }
  }

  /** What a node that is down has on its disk is damaged, where disks are simulated. */
  record Damage(NodeId node) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      // It is not the cluster that is struck, but the disk behind it.
    }

    @Override
    public String toString() {
      return "damage what " + node + " has on disk";
    }
  }

  /** A node does nothing for a while. */
  record Pause(NodeId node, Duration time) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.pause(node, time);
    }

    @Override
    public String toString() {
      return "pause " + node + " for " + time.toMillis() + " ms";
    }
  }

  /**
   * A node, or the coordinator, is held for a while in the middle of a turn, where turns take time.
   */
  record Hold(NodeId node, Duration time) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      // It is not the cluster that is struck, but what it runs on.
    }

    @Override
    public String toString() {
      return "hold " + node + " for " + time.toMillis() + " ms in mid-turn";
    }
  }

  /** A node's clock is wrong from now on. */
  record Skew(NodeId node, Duration offset, double drift) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.skewClock(node, offset, drift);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "clock of %s %+d ms, %+.2f", node, offset.toMillis(), drift);
    }
  }

  /** The store is asked to move to another cell of the matrix, as soon as it can. */
  record Move(Cell to) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      cluster.reconfigure(to.consistency(), to.replication(), Duration.ZERO);
    }

    @Override
    public String toString() {
      return "move to " + to;
    }
  }

  /** One node is told which view it is in, or that it is in none, as by {@code PUT /view}. */
  record Tell(NodeId node, List<NodeId> members) implements Fault {
    /** Copies the list. */
    public Tell {
      members = List.copyOf(members);
    }

    @Override
    public void strike(Cluster cluster) {
      if (members.contains(node)) {
        cluster.setView(members);
      } else {
        cluster.expel(node);
      }
    }

    @Override
    public String toString() {
      return "tell " + node + " of the view " + members;
    }
  }

  /** One more node joins, unless there are many already. */
  record Join(int most) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      if (cluster.nodes().size() < most) {
        cluster.add();
      }
    }

    @Override
    public String toString() {
      return "a node joins, up to " + most;
    }
  }

  /** The node that came last leaves, unless there are few; if the others cannot do without it. */
  record Leave(int least) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      List<NodeId> nodes = cluster.nodes();
      if (nodes.size() > least) {
        try {
          cluster.remove(nodes.get(nodes.size() - 1));
        } catch (UnavailableException staying) {
          return; // and that is all right
        }
      }
    }

    @Override
    public String toString() {
      return "the last node leaves, down to " + least;
    }
  }

  /** Does nothing, in the place of something that is left out to see whether it matters. */
  record LeftOut(Fault fault) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      // It is left out.
    }

    @Override
    public String toString() {
      return "left out: " + fault;
    }
  }

  /**
   * What links do to what they carry, with numbers that can be read again.
   *
   * @param least how long a message takes at least
   * @param most how long it takes at the most
   * @param loss how many are lost, from 0 to 1
   * @param duplication how many arrive twice
   * @param reordering how many are overtaken
   */
  record Weather(
      Duration least, Duration most, double loss, double duplication, double reordering) {
    /** The links of a simulation when nothing is wrong. */
    public static final Weather FAIR =
        new Weather(Duration.ofNanos(50_000), Duration.ofNanos(500_000), 0, 0, 0);

    Faults faults() {
      return new Faults(Delay.uniform(least, most), loss, duplication, reordering);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.2f to %.2f ms%s%s%s",
          least.toNanos() / 1e6,
          most.toNanos() / 1e6,
          loss > 0 ? String.format(Locale.ROOT, ", loses %.0f%%", loss * 100) : "",
          duplication > 0 ? String.format(Locale.ROOT, ", repeats %.0f%%", duplication * 100) : "",
          reordering > 0 ? String.format(Locale.ROOT, ", reorders %.0f%%", reordering * 100) : "");
    }
  }
}
