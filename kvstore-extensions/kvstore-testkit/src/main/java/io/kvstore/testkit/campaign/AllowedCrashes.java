package io.kvstore.testkit.campaign;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.ReplicaStatus;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which crashes a store has to survive: any more would take away what it has never promised to
 * keep.
 */
final class AllowedCrashes {
  private final Scenario scenario;
  private final Setup setup;
  private final Set<NodeId> damaged = new TreeSet<>(); // and not brought up to date yet
  private final Set<NodeId> lacking = new TreeSet<>(); // what it had, perhaps
  private final Map<NodeId, Map<Integer, Long>> installed = new TreeMap<>(); // by shard
  private boolean mayForget;

  AllowedCrashes(Scenario scenario) {
    this.scenario = scenario;
    setup = scenario.setup();
  }

  /** The disk of a node has lost something for good. */
  void damaged(NodeId node) {
    damaged.add(node);
  }

  /** Whether a crash that was allowed may have taken answered writes away. */
  boolean mayHaveForgotten() {
    return mayForget;
  }

  /** Whether a fault may strike now: one that crashes nothing always may. */
  boolean isAllowed(Fault fault, Cluster cluster) {
    if (fault instanceof Fault.Damage damage) {
      return setup.isDurable()
          && scenario.weakest().isAtLeast(Consistency.SEQUENTIAL)
          && !cluster.isRunning(damage.node())
          && enoughKnowAll(List.of(damage.node()), cluster);
    }
    List<NodeId> lost = crashedBy(fault);
    if (lost.isEmpty() || lost.contains(NodeId.COORDINATOR)) {
      return true;
    }
    lost.forEach(node -> noteInstalled(node, cluster));
    if (setup.isDurable()) {
      return mayCrashOnDisks(cluster);
    }
    noteWhatIsWhole(cluster);
    boolean isAllowed =
        shardsOn(lost, cluster).allMatch(shard -> enoughHold(shard, lost, cluster))
            && lost.stream().allMatch(cluster::isRunning)
            && noneIsMissed(lost, cluster)
            && enoughKnowAll(lost, cluster);
    mayForget |= isAllowed && setup.acks() == 1 && scenario.hasHastyMembers();
    if (isAllowed) {
      lacking.addAll(lost);
    }
    return isAllowed;
  }

  /**
   * Where any member goes on by itself, one that has lost its memory may serve, with nothing, while
   * the others are cut off: what it had is there again once it has served together with them.
   */
  private void noteWhatIsWhole(Cluster cluster) {
    boolean isWhole =
        cluster.nodes().stream()
            .filter(cluster::isRunning)
            .allMatch(node -> cluster.status(node) == NodeStatus.SERVING);
    if (isWhole || !scenario.letsAnyGoOn()) {
      lacking.removeIf(cluster::isRunning);
    }
  }

  /** What a disk has lost for good must not be lost by others, too. */
  private boolean mayCrashOnDisks(Cluster cluster) {
    damaged.removeIf(node -> cluster.status(node) == NodeStatus.SERVING);
    // A primary that does not wait may have answered what the others go on without.
    mayForget |= damaged.isEmpty() && scenario.hasHastyPrimary() && setup.failsOver();
    return damaged.isEmpty();
  }

  /** The nodes that it crashes, if it crashes any. */
  static List<NodeId> crashedBy(Fault fault) {
    if (fault instanceof Fault.Crash crash) {
      return List.of(crash.node());
    }
    return fault instanceof Fault.CrashTogether crashes ? crashes.nodes() : List.of();
  }

  private static IntStream shardsOn(List<NodeId> nodes, Cluster cluster) {
    return IntStream.range(0, cluster.shards())
        .filter(shard -> cluster.holders(shard).stream().anyMatch(nodes::contains));
  }

  /** What a member that is out of the view has may be nowhere else: others went on without it. */
  private boolean noneIsMissed(List<NodeId> lost, Cluster cluster) {
    return !scenario.hasMembersThatMayBeMissed()
        || lost.stream().allMatch(node -> cluster.status(node) == NodeStatus.SERVING);
  }

  private boolean enoughHold(int shard, List<NodeId> lost, Cluster cluster) {
    List<NodeId> holders = cluster.holders(shard);
    long blank =
        holders.stream()
            .filter(node -> !lost.contains(node))
            .filter(node -> cluster.status(node) != NodeStatus.SERVING || lacking.contains(node))
            .count(); // down, or back and still without what it had
    return blank + holders.stream().filter(lost::contains).count() <= setup.mostDown();
  }

  /** Whether a key space of a cell that is not recorded goes on after a fault. */
  boolean leaves(Cluster cluster, Cell cell, Fault fault) {
    if (fault instanceof Fault.Damage damage) {
      return enoughKnowAll(List.of(damage.node()), cluster, cell::neededAmong, shard -> 0);
    }
    List<NodeId> lost = crashedBy(fault);
    return setup.isDurable()
        || lost.isEmpty()
        || lost.contains(NodeId.COORDINATOR)
        || enoughKnowAll(lost, cluster, cell::neededAmong, shard -> 0);
  }

  private boolean enoughKnowAll(List<NodeId> lost, Cluster cluster) {
    return enoughKnowAll(
        lost, cluster, scenario::neededAmong, shard -> newestInstalled(lost, shard));
  }

  /**
   * Another member of each view, or so many of them that what a majority has is among them. One
   * that the next view does without does not count, if a lost node has installed that already.
   */
  private static boolean enoughKnowAll(
      List<NodeId> lost, Cluster cluster, IntUnaryOperator needed, IntToLongFunction installed) {
    return shardsOn(lost, cluster)
        .allMatch(
            shard -> {
              List<NodeId> members = cluster.view(shard).members();
              long newest = installed.applyAsLong(shard);
              long left =
                  members.stream()
                      .filter(member -> !lost.contains(member))
                      .filter(member -> cluster.status(member) == NodeStatus.SERVING)
                      .filter(member -> epochAt(member, shard, cluster) >= newest)
                      .count();
              return left >= needed.applyAsInt(members.size());
            });
  }

  private long newestInstalled(List<NodeId> nodes, int shard) {
    return nodes.stream()
        .mapToLong(node -> installed.getOrDefault(node, Map.of()).getOrDefault(shard, 0L))
        .max()
        .orElse(0);
  }

  /** Notes which views a node has installed, which nothing tells any more when it is down. */
  private void noteInstalled(NodeId node, Cluster cluster) {
    Map<Integer, Long> views = installed.computeIfAbsent(node, any -> new TreeMap<>());
    cluster.replicas().stream()
        .filter(replica -> replica.node().equals(node))
        .forEach(replica -> views.merge(replica.shard(), replica.epoch(), Math::max));
  }

  private static long epochAt(NodeId node, int shard, Cluster cluster) {
    return cluster.replicas().stream()
        .filter(replica -> replica.node().equals(node) && replica.shard() == shard)
        .mapToLong(ReplicaStatus::epoch)
        .max()
        .orElse(0);
  }
}
