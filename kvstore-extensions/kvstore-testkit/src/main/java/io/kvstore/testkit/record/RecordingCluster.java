package io.kvstore.testkit.record;

import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.Consistency;
import io.kvstore.Faults;
import io.kvstore.Health;
import io.kvstore.Network;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Rebalancing;
import io.kvstore.Registration;
import io.kvstore.ReplicaStatus;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.testkit.history.Disturbance.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** A cluster of which is taken down what is done to it. */
final class RecordingCluster implements Cluster {
  private final Cluster cluster;
  private final Recording recording;
  private final Network network = new RecordingNetwork();

  RecordingCluster(Cluster cluster, Recording recording) {
    this.cluster = cluster;
    this.recording = recording;
  }

  @Override
  public List<NodeId> nodes() {
    return cluster.nodes();
  }

  @Override
  public boolean isRunning(NodeId node) {
    return cluster.isRunning(node);
  }

  @Override
  public NodeStatus status(NodeId node) {
    return cluster.status(node);
  }

  @Override
  public Health health() {
    return cluster.health();
  }

  @Override
  public long losses() {
    return cluster.losses();
  }

  @Override
  public List<ReplicaStatus> replicas() {
    return cluster.replicas();
  }

  @Override
  public Rebalancing rebalancing() {
    return cluster.rebalancing();
  }

  @Override
  public boolean awaitBalance(Duration atMost) {
    return cluster.awaitBalance(atMost);
  }

  @Override
  public List<NodeId> holders(int shard) {
    return cluster.holders(shard);
  }

  @Override
  public ReplicaStatus replica(NodeId node, int shard) {
    return cluster.replica(node, shard);
  }

  @Override
  public Registration listen(Consumer<? super ClusterEvent> listener) {
    return cluster.listen(listener);
  }

  @Override
  public int shards() {
    return cluster.shards();
  }

  @Override
  public View view(int shard) {
    return cluster.view(shard);
  }

  @Override
  public Optional<View> viewOf(NodeId node, int shard) {
    return cluster.viewOf(node, shard);
  }

  @Override
  public NodeId add() {
    NodeId added = cluster.add();
    recording.disturb(Kind.RESTART, "add " + added, List.of(added));
    return added;
  }

  @Override
  public void remove(NodeId node) {
    recording.disturb(Kind.CRASH, "remove " + node, List.of(node));
    cluster.remove(node);
  }

  @Override
  public void setView(List<NodeId> members) {
    recording.disturb(Kind.VIEW, "set the view " + members, members);
    cluster.setView(members);
  }

  @Override
  public void reconfigure(Consistency consistency, Replication replication) {
    changes(consistency, replication);
    cluster.reconfigure(consistency, replication);
  }

  @Override
  public boolean reconfigure(Consistency consistency, Replication replication, Duration atMost) {
    changes(consistency, replication);
    return cluster.reconfigure(consistency, replication, atMost);
  }

  private void changes(Consistency consistency, Replication replication) {
    recording.changes();
    recording.disturb(Kind.VIEW, "reconfigure to " + consistency + " by " + replication, List.of());
  }

  @Override
  public void expel(NodeId node) {
    recording.disturb(Kind.VIEW, "expel " + node, List.of(node));
    cluster.expel(node);
  }

  @Override
  public void crash(NodeId node) {
    recording.disturb(Kind.CRASH, "crash " + node, List.of(node));
    cluster.crash(node);
  }

  @Override
  public void restart(NodeId node) {
    cluster.restart(node);
    recording.disturb(Kind.RESTART, "restart " + node, List.of(node));
  }

  @Override
  public boolean awaitMember(NodeId node, Duration atMost) {
    return cluster.awaitMember(node, atMost);
  }

  @Override
  public void pause(NodeId node, Duration time) {
    recording.disturb(
        Kind.PAUSE, "pause " + node + " for " + time.toMillis() + " ms", List.of(node));
    cluster.pause(node, time);
  }

  @Override
  public void skewClock(NodeId node, Duration offset, double drift) {
    recording.disturb(
        Kind.CLOCK,
        "clock of " + node + " " + offset + " off, drifting by " + drift,
        List.of(node));
    cluster.skewClock(node, offset, drift);
  }

  @Override
  public Network network() {
    return network;
  }

  private final class RecordingNetwork implements Network {
    private Network links() {
      return cluster.network();
    }

    @Override
    public void faults(Faults faults) {
      recording.disturb(Kind.LINKS, "all links: " + inWords(faults), List.of());
      links().faults(faults);
    }

    @Override
    public void faults(NodeId from, NodeId to, Faults faults) {
      recording.disturb(
          Kind.LINKS, "link " + from + " to " + to + ": " + inWords(faults), List.of(from, to));
      links().faults(from, to, faults);
    }

    private static String inWords(Faults faults) {
      return faults.areNone()
          ? "nothing wrong"
          : faults.delay()
              + part("loss", faults.loss())
              + part("duplication", faults.duplication())
              + part("reordering", faults.reordering());
    }

    private static String part(String name, double probability) {
      return probability == 0 ? "" : String.format(Locale.ROOT, ", %s %.2f", name, probability);
    }

    @Override
    public void cutOneWay(NodeId from, NodeId to) {
      disturbCut(from, to);
      links().cutOneWay(from, to);
    }

    private void disturbCut(NodeId from, NodeId to) {
      recording.disturb(Kind.CUT, "cut " + from + " to " + to, List.of(from, to));
    }

    @Override
    public void isolate(NodeId node) {
      for (NodeId other : nodes()) {
        if (!other.equals(node)) {
          cut(node, other);
        }
      }
      links().isolate(node); // from the coordinator, too
      if (!node.equals(NodeId.COORDINATOR)) {
        disturbCut(node, NodeId.COORDINATOR);
        disturbCut(NodeId.COORDINATOR, node);
      }
    }

    @Override
    public void heal(NodeId one, NodeId other) {
      recording.disturb(Kind.HEAL, "heal " + one + " and " + other, List.of(one, other));
      links().heal(one, other);
    }

    @Override
    public void heal() {
      recording.disturb(Kind.HEAL, "heal all links", List.of());
      links().heal();
    }
  }
}
