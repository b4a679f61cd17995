package io.kvstore.testkit.campaign;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Thinks of faults for a cluster, seed by seed.
 *
 * <pre>{@code
 * Nemesis nemesis = Nemesis.withSeed(42, store.cluster().nodes()).only(Kind.CUTS, Kind.CRASHES);
 * simulation.client("nemesis", () -> {
 *   for (int i = 0; i < 10; i++) {
 *     nemesis.next().strike(store.cluster());
 *     simulation.runFor(Duration.ofMillis(200));
 *   }
 *   nemesis.calm(store.cluster());
 * });
 * }</pre>
 *
 * <p>For faults by hand, make a {@link Fault}, or call the cluster.
 */
public final class Nemesis {
  /** Kinds of faults. */
  public enum Kind {
    /** Links that carry nothing, one-way or both ways; a node cut off; halves; a ring. */
    CUTS,
    /** Nodes that stop and start again. */
    CRASHES,
    /** A coordinator that stops and starts again, is slow, or is cut off. */
    COORDINATOR,
    /** Nodes that do nothing for a while. */
    PAUSES,
    /** Links that lose messages. */
    LOSS,
    /** Links that deliver messages twice. */
    DUPLICATION,
    /** Links whose messages overtake each other. */
    REORDERING,
    /** Slow links. */
    DELAYS,
    /** Wrong clocks. */
    CLOCKS
  }

  /** What a nemesis has thought of. */
  private static final class Thoughts {
    private static final int MOST = 10_000;

    private final List<Fault> first = new ArrayList<>();
    private int count;

    /** Answers its number. */
    int add(Fault fault) {
      if (first.size() < MOST) {
        first.add(fault);
      }
      return count++;
    }
  }

  private final RandomGenerator random;
  private final List<NodeId> nodes;
  private final Set<Kind> kinds;
  private final Optional<Set<Integer>> kept;
  private final Thoughts thoughts; // of all that were made of this one

  private Nemesis(RandomGenerator random, List<NodeId> nodes, Set<Kind> kinds) {
    this(random, nodes, kinds, Optional.empty(), new Thoughts());
  }

  private Nemesis(
      RandomGenerator random,
      List<NodeId> nodes,
      Set<Kind> kinds,
      Optional<Set<Integer>> kept,
      Thoughts thoughts) {
    this.random = random;
    this.nodes = List.copyOf(nodes);
    this.kinds = kinds;
    this.kept = kept;
    this.thoughts = thoughts;
  }

  /** A nemesis that does everything. */
  public static Nemesis withSeed(long seed, List<NodeId> nodes) {
    return new Nemesis(new SplittableRandom(seed), nodes, EnumSet.allOf(Kind.class));
  }

  /**
   * A nemesis of which is drawn what it does: all kinds at once would hide what one of them shows
   * (swarm testing: Groce and others, ISSTA 2012).
   */
  static Nemesis drawn(RandomGenerator random, List<NodeId> nodes) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (Kind kind : Kind.values()) {
      if (random.nextBoolean()) {
        kinds.add(kind);
      }
    }
    return new Nemesis(random, nodes, kinds);
  }

  /** The same, but only with faults of these kinds. */
  public Nemesis only(Kind first, Kind... more) {
    return new Nemesis(random, nodes, EnumSet.of(first, more), kept, thoughts);
  }

  /**
   * The same, but only the faults of these numbers strike, in the order in which it thinks of them,
   * from 0 on; for the others there are some that do nothing.
   */
  public Nemesis keeping(Set<Integer> numbers) {
    return new Nemesis(random, nodes, kinds, Optional.of(Set.copyOf(numbers)), thoughts);
  }

  /**
   * What it has thought of so far, by their numbers; also what does not strike. Of very many, only
   * the first.
   */
  public List<Fault> faults() {
    return List.copyOf(thoughts.first);
  }

  /** What it does. */
  Set<Kind> kinds() {
    return Collections.unmodifiableSet(kinds);
  }

  /** A fault, or the end of one. */
  public Fault next() {
    Fault fault = draw();
    int number = thoughts.add(fault);
    boolean isKept = kept.map(numbers -> numbers.contains(number)).orElse(true);
    return isKept ? fault : new Fault.LeftOut(fault);
  }

  private Fault draw() {
    if (nodes.size() < 2 || kinds.isEmpty()) {
      return new Fault.Rejoin();
    }
    List<Kind> possible = new ArrayList<>(kinds);
    return switch (possible.get(random.nextInt(possible.size()))) {
      case CUTS -> cut();
      case CRASHES -> crash();
      case COORDINATOR -> coordinator();
      case PAUSES -> new Fault.Pause(any(), Duration.ofMillis(1L << random.nextInt(12)));
      case CLOCKS ->
          new Fault.Skew(
              any(),
              Duration.ofMillis(random.nextInt(-3_000, 3_001)),
              random.nextDouble(-0.5, 0.5));
      default -> links();
    };
  }

  private Fault crash() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> new Fault.Crash(any());
      case 3 -> new Fault.CrashTogether(shuffled().subList(0, nodes.size() - 1));
      default -> new Fault.Restart(any());
    };
  }

  private Fault coordinator() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> new Fault.Crash(NodeId.COORDINATOR);
      case 2, 3 -> new Fault.Restart(NodeId.COORDINATOR);
      case 4 -> new Fault.Pause(NodeId.COORDINATOR, Duration.ofMillis(1L << random.nextInt(12)));
      case 5 -> new Fault.CutOneWay(NodeId.COORDINATOR, any());
      case 6 -> new Fault.CutOneWay(any(), NodeId.COORDINATOR);
      default -> new Fault.Isolate(NodeId.COORDINATOR);
    };
  }

  private Fault cut() {
    List<NodeId> shuffled = shuffled();
    return switch (random.nextInt(8)) {
      case 0 -> new Fault.CutOneWay(shuffled.get(0), shuffled.get(1));
      case 1 -> new Fault.Cut(shuffled.get(0), shuffled.get(1));
      case 2 -> new Fault.Isolate(shuffled.get(0));
      case 3 -> new Fault.Split(shuffled.subList(0, random.nextInt(1, shuffled.size())));
      case 4 -> new Fault.Ring(shuffled);
      default -> new Fault.Rejoin();
    };
  }

  private Fault links() {
    List<NodeId> shuffled = shuffled();
    return random.nextBoolean()
        ? new Fault.Links(weather())
        : new Fault.Link(shuffled.get(0), shuffled.get(1), weather());
  }

  /** How links are, within what this nemesis does. */
  Weather weather() {
    boolean isSlow = kinds.contains(Kind.DELAYS) && random.nextBoolean();
    Duration most = isSlow ? Duration.ofMillis(1L << random.nextInt(8)) : Weather.FAIR.most();
    return new Weather(
        isSlow ? Duration.ZERO : Weather.FAIR.least(),
        most,
        kinds.contains(Kind.LOSS) ? random.nextInt(31) / 100.0 : 0,
        kinds.contains(Kind.DUPLICATION) ? random.nextInt(51) / 100.0 : 0,
        kinds.contains(Kind.REORDERING) ? random.nextInt(101) / 100.0 : 0);
  }

  /** Ends all faults: links work, nodes run. */
  public void calm(Cluster cluster) {
    cluster.network().heal();
    cluster.restart(NodeId.COORDINATOR);
    cluster.nodes().forEach(cluster::restart);
  }

  private NodeId any() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  private List<NodeId> shuffled() {
    List<NodeId> shuffled = new ArrayList<>(nodes);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, random.nextInt(i + 1));
    }
    return shuffled;
  }
}
