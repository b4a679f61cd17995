package io.kvstore.testkit.campaign;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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

  /** One node reaches no other. */
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

  /** One node hears all others, and none of them hears it. */
  record Mute(NodeId node) implements Fault {
    @Override
    public void strike(Cluster cluster) {
      for (NodeId other : cluster.nodes()) {
        if (!other.equals(node)) {
          cluster.network().cutOneWay(node, other);
        }
      }
      cluster.network().cutOneWay(node, NodeId.COORDINATOR);
    }

    @Override
    public String toString() {
      return "mute " + node;
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

  /**
   * Messages of one kind are treated like this for a while, on one link or on several.
   *
   * @param rank which of the kinds that were seen by then, from 0 for the rarest to 1
   * @param from of all who send, if empty
   * @param to to all who receive, if empty
   */
  record OfKind(
      double rank, Optional<NodeId> from, Optional<NodeId> to, Weather weather, Duration time)
      implements Fault {
    @Override
    public void strike(Cluster cluster) {
      // It is not the cluster that is struck, but what goes over its links.
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "for %d ms, messages of the kind at %.2f from the rarest, from %s to %s: %s",
          time.toMillis(),
          rank,
          from.map(NodeId::toString).orElse("any"),
          to.map(NodeId::toString).orElse("any"),
          weather);
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
}
