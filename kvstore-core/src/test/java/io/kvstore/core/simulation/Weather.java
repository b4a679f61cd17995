package io.kvstore.core.simulation;

import io.kvstore.Cluster;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Faults that come and go. Each run has only some kinds of them (swarm testing: Groce et al., ISSTA
 * 2012): all at once would hide what only one of them shows.
 */
final class Weather {
  private final Cluster cluster;
  private final RandomGenerator random;
  private final boolean loses;
  private final boolean duplicates;
  private final boolean reorders;
  private final boolean delays;
  private final boolean cuts;
  private final int mostDown;
  private final boolean skews;

  /**
   * The weather of one run.
   *
   * @param mostDown how many nodes may be down at the same time
   */
  Weather(Cluster cluster, RandomGenerator random, int mostDown) {
    this.cluster = cluster;
    this.random = random;
    loses = random.nextBoolean();
    duplicates = random.nextBoolean();
    reorders = random.nextBoolean();
    delays = random.nextBoolean();
    cuts = random.nextBoolean();
    this.mostDown = random.nextInt(4) > 0 ? mostDown : 0;
    skews = random.nextInt(3) == 0;
    cluster.network().faults(links());
    for (int i = random.nextInt(4); i > 0; i--) {
      changeOneLink();
    }
  }

  boolean crashes() {
    return mostDown > 0;
  }

  private Faults links() {
    Faults faults = Faults.NONE.withDelay(delay());
    if (loses) {
      faults = faults.withLoss(random.nextDouble() * 0.3);
    }
    if (duplicates) {
      faults = faults.withDuplication(random.nextDouble() * 0.5);
    }
    return reorders ? faults.withReordering(random.nextDouble()) : faults;
  }

  private Delay delay() {
    if (!delays) {
      return Delay.uniform(Duration.ofNanos(50_000), Duration.ofNanos(500_000));
    }
    Duration time = Duration.ofMillis(1L << random.nextInt(8));
    return random.nextBoolean()
        ? Delay.uniform(Duration.ZERO, time)
        : Delay.exponential(time.dividedBy(2));
  }

  /** Something changes. */
  void change() {
    switch (random.nextInt(7)) {
      case 0 -> cluster.network().faults(links());
      case 1 -> changeOneLink();
      case 2, 3 -> changeCuts();
      case 4, 5 -> changeCrashes();
      default -> changeClocks();
    }
  }

  private void changeOneLink() {
    List<NodeId> nodes = shuffled();
    cluster.network().faults(nodes.get(0), nodes.get(1), links());
  }

  private List<NodeId> shuffled() {
    List<NodeId> nodes = new ArrayList<>(cluster.nodes());
    for (int i = nodes.size() - 1; i > 0; i--) {
      Collections.swap(nodes, i, random.nextInt(i + 1));
    }
    return nodes;
  }

  private void changeCuts() {
    if (!cuts) {
      return;
    }
    List<NodeId> nodes = shuffled();
    switch (random.nextInt(5)) {
      case 0 -> cluster.network().cutOneWay(nodes.get(0), nodes.get(1));
      case 1 -> cluster.network().cut(nodes.get(0), nodes.get(1));
      case 2 -> cluster.network().isolate(nodes.get(0));
      default -> healCuts();
    }
  }

  private void healCuts() {
    for (NodeId one : cluster.nodes()) {
      for (NodeId other : cluster.nodes()) {
        if (!one.equals(other)) {
          cluster.network().heal(one, other);
        }
      }
    }
  }

  private void changeCrashes() {
    List<NodeId> down = cluster.nodes().stream().filter(node -> !cluster.isRunning(node)).toList();
    if (down.size() < mostDown && (down.isEmpty() || random.nextBoolean())) {
      shuffled().stream().filter(cluster::isRunning).findFirst().ifPresent(cluster::crash);
    } else if (!down.isEmpty()) {
      cluster.restart(down.get(random.nextInt(down.size())));
    }
  }

  private void changeClocks() {
    if (skews) {
      Duration offset = Duration.ofMillis(random.nextInt(-3_000, 3_001));
      cluster.skewClock(shuffled().get(0), offset, random.nextDouble(-0.5, 0.5));
    }
  }

  /** Everything works again. */
  void clear() {
    cluster.network().heal();
    cluster.nodes().forEach(cluster::restart);
  }
}
