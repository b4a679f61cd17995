package io.kvstore.testkit.campaign;

import io.kvstore.Cluster;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.testkit.campaign.Nemesis.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Those who look after a cluster, each by itself, and not knowing of each other: nodes crash and
 * are cut off, come and go, their clocks are wrong, the store moves.
 *
 * <p>What may take data away, one of them does at a time: a node crashes only while all serve.
 */
final class Administrators {
  private static final Duration SERVES_WITHIN = Duration.ofSeconds(30);
  private static final int LEAST_NODES = 3;
  private static final int MOST_NODES = 5;

  private final Cluster cluster;
  private final Cell cell;
  private final long seed;
  private final AtomicBoolean isOver;
  private final Queue<String> misbehaviour;

  Administrators(
      Cluster cluster, Cell cell, long seed, AtomicBoolean isOver, Queue<String> misbehaviour) {
    this.cluster = cluster;
    this.cell = cell;
    this.seed = seed;
    this.isOver = isOver;
    this.misbehaviour = misbehaviour;
  }

  /** What each of them does until it is over, by name. */
  Map<String, Runnable> all() {
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put("breaker", () -> until(1, this::breakSomething));
    all.put("grower", () -> until(2, this::grow));
    all.put("shrinker", () -> until(3, this::shrink));
    all.put("mover", () -> until(4, this::move));
    all.put("clockmaker", () -> until(5, this::setClocks));
    return all;
  }

  private interface Deed {
    void doIt(SplittableRandom random);
  }

  private void until(long own, Deed deed) {
    SplittableRandom random = new SplittableRandom(seed * 41 + own);
    while (!isOver.get()) {
      try {
        deed.doIt(random);
      } catch (KVStoreException notNow) {
        pause(1); // as when the others cannot go on without a node: it may be asked for again
      } catch (IllegalArgumentException gone) {
        if (!isOfANodeThatHasGone(gone)) {
          throw gone;
        }
      }
      pause(random.nextInt(1, 250));
    }
  }

  /** Another one has taken it away meanwhile. */
  private static boolean isOfANodeThatHasGone(IllegalArgumentException refusal) {
    String why = String.valueOf(refusal.getMessage());
    return why.startsWith("there is no ") || why.contains("is the last");
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }

  private NodeId any(SplittableRandom random) {
    List<NodeId> nodes = cluster.nodes();
    return nodes.get(random.nextInt(nodes.size()));
  }

  // What each of them does

  private void breakSomething(SplittableRandom random) {
    if (!awaitAllServing()) {
      return;
    }
    NodeId node = any(random);
    switch (random.nextInt(6)) {
      case 0, 1 -> crash(node, random);
      case 2 -> {
        cluster.crash(NodeId.COORDINATOR);
        pause(random.nextInt(400));
        cluster.restart(NodeId.COORDINATOR);
      }
      case 3 -> {
        cluster.pause(node, Duration.ofMillis(random.nextInt(1, 600)));
        pause(random.nextInt(600));
      }
      default -> {
        Nemesis nemesis = Nemesis.withSeed(random.nextLong(), cluster.nodes());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
          nemesis
              .only(Kind.CUTS, Kind.LOSS, Kind.DUPLICATION, Kind.REORDERING, Kind.DELAYS)
              .next()
              .strike(cluster);
          pause(random.nextInt(300));
        }
      }
    }
    cluster.network().heal();
  }

  /** The others have all that it has, and go on. */
  private void crash(NodeId node, SplittableRandom random) {
    if (cluster.view(0).members().size() < LEAST_NODES) {
      return;
    }
    cluster.crash(node);
    pause(random.nextInt(500));
    cluster.restart(node);
  }

  private boolean awaitAllServing() {
    long deadline = System.nanoTime() + SERVES_WITHIN.toNanos();
    while (!isOver.get()) {
      if (cluster.nodes().stream().allMatch(this::isServing)) {
        return true;
      }
      if (System.nanoTime() > deadline) {
        misbehaviour.add("not all serve though nothing is broken: " + cluster.replicas());
        return false;
      }
      pause(5);
    }
    return false;
  }

  private boolean isServing(NodeId node) {
    try {
      return cluster.status(node) == NodeStatus.SERVING;
    } catch (IllegalArgumentException gone) {
      return true;
    }
  }

  private void grow(SplittableRandom random) {
    if (cluster.nodes().size() < MOST_NODES) {
      cluster.awaitMember(cluster.add(), Duration.ofMillis(random.nextInt(1, 2_000)));
    }
  }

  private void shrink(SplittableRandom random) {
    if (cluster.nodes().size() > LEAST_NODES) {
      cluster.remove(any(random));
    }
  }

  /** To another cell that promises as much. */
  private void move(SplittableRandom random) {
    List<Cell> allowed =
        Cell.all().stream()
            .filter(each -> each.consistency().isAtLeast(cell.consistency()))
            .filter(each -> !each.keepsKeysApart()) // clients ask for several at once
            .toList();
    Cell to = allowed.get(random.nextInt(allowed.size()));
    cluster.reconfigure(to.consistency(), to.replication(), Duration.ofMillis(500));
    pause(random.nextInt(500));
  }

  private void setClocks(SplittableRandom random) {
    Nemesis.withSeed(random.nextLong(), cluster.nodes()).only(Kind.CLOCKS).next().strike(cluster);
  }

  /** Ends all faults. */
  void calm() {
    Nemesis.withSeed(seed, cluster.nodes()).calm(cluster);
    cluster.nodes().forEach(node -> cluster.skewClock(node, Duration.ZERO, 0));
  }
}
