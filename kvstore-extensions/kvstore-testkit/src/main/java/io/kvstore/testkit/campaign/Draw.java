package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.core.replication.Acknowledgements;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Draws a scenario from a seed: few keys, so that clients get in each other's way, values that are
 * all different, so that each tells who wrote it, and only some kinds of operations and of faults.
 */
final class Draw {
  static final String COUNTER = "c";
  static final String PASSING = "t"; // has values that go away by themselves
  static final String PASSING_COUNTER = "tc"; // the same, of numbers
  private static final String LAST = "z";
  private static final String LAST_COUNTER = "zc";

  private final Cell cell;
  private final RandomGenerator random;
  private final boolean isDurable;
  private final Setup setup;
  private final Nemesis nemesis;
  private final List<String> registers = new ArrayList<>();
  private final List<Kind> reads;
  private final List<Kind> writes;
  private final int readsOfTen;
  private final boolean hasLifetimes;
  private final boolean hasWeakReads;
  private final boolean changesSessions;
  private final List<Step> steps = new ArrayList<>();
  private long values;

  private Draw(Cell cell, RandomGenerator random, Size size, boolean isDurable) {
    this.cell = cell;
    this.isDurable = isDurable;
    this.random = random;
    int drawn = random.nextInt(8) == 0 ? 5 : 3;
    setup = setup(size.orDrawn(drawn), size);
    nemesis =
        Nemesis.drawn(random, IntStream.range(0, setup.nodes()).mapToObj(NodeId::of).toList());
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      registers.add("r" + i);
    }
    reads = some(EnumSet.of(Kind.GET, Kind.GET_MANY, Kind.SCAN));
    writes = some(EnumSet.range(Kind.PUT, Kind.BATCH_IF_ABSENT));
    readsOfTen = random.nextInt(1, 8);
    hasLifetimes = random.nextInt(4) == 0;
    hasWeakReads = random.nextInt(3) == 0 && !cell.weakerLevels().isEmpty();
    changesSessions = random.nextBoolean();
  }

  /**
   * The scenario of a seed in which the store moves between cells while nodes join and leave. What
   * it is otherwise is drawn as without that.
   *
   * @param mayMove whether it moves; or else nodes only join and leave
   */
  static Scenario changingScenario(
      Cell cell, long seed, int operations, Size size, boolean isDurable, boolean mayMove) {
    Scenario still = scenario(cell, seed, operations, size, isDurable);
    return new Changes(new SplittableRandom(~seed), still, mayMove).scenario();
  }

  /**
   * The scenario of a seed in which views are set from outside, otherwise drawn as without that.
   */
  static Scenario outsideScenario(
      Cell cell, long seed, int operations, Size size, boolean isDurable) {
    Scenario still = scenario(cell, seed, operations, size, isDurable);
    return new OutsideViews(new SplittableRandom(~seed), still).scenario();
  }

  /** The scenario of a seed. */
  static Scenario scenario(Cell cell, long seed, int operations, Size size, boolean isDurable) {
    Draw draw = new Draw(cell, new SplittableRandom(seed), size, isDurable);
    draw.steps(operations);
    return new Scenario(draw.setup, seed, draw.steps);
  }

  /**
   * One of several that act at the same time, for as long as they like.
   *
   * @param client tells its values apart from those of the others
   */
  static Draw ofClient(Cell cell, long seed, int client) {
    Draw draw = new Draw(cell, new SplittableRandom(seed), Size.DRAWN.withReplicas(3), false);
    draw.values = client * 1_000_000_000L;
    return draw;
  }

  /** What a client does next. */
  Action next() {
    return changesSessions && random.nextInt(12) == 0 ? changeOfSession() : ask();
  }

  private Ask ask() {
    return random.nextInt(10) < readsOfTen ? read() : write();
  }

  private Setup setup(int replicas, Size size) {
    boolean hasQuorums = cell.traits().hasQuorumsOfChoice();
    int majority = Acknowledgements.majorityOf(replicas);
    int mostAcks = hasQuorums ? majority : 2;
    int acks = cell.isStrong() ? 1 : Math.min(replicas, 1 + random.nextInt(mostAcks));
    OptionalInt readsFrom =
        hasQuorums ? OptionalInt.of(1 + random.nextInt(majority)) : OptionalInt.empty();
    boolean isCausal = cell.consistency() == Consistency.CAUSAL;
    // A causal session must not see what a crash can take away.
    int mostDown = cell.isStrong() ? replicas - 1 : isCausal ? acks - 1 : 1;
    return new Setup(
        cell,
        replicas,
        size.nodes(replicas),
        acks,
        readsFrom,
        isDurable ? replicas : Math.min(mostDown, replicas - 1),
        random.nextInt(5) > 1,
        random.nextInt(4) == 0 && !isDurable,
        isDurable,
        Duration.ofMillis(random.nextInt(1_000, 2_001)),
        random.nextInt(2, 6),
        true,
        false,
        Variant.PLAIN.withShards(size.shards(replicas)));
  }

  /** At least one of them, half of them on the average. */
  private List<Kind> some(Set<Kind> kinds) {
    List<Kind> all = new ArrayList<>(kinds);
    List<Kind> drawn = new ArrayList<>();
    for (Kind kind : all) {
      if (random.nextBoolean()) {
        drawn.add(kind);
      }
    }
    return drawn.isEmpty() ? List.of(all.get(random.nextInt(all.size()))) : drawn;
  }

  private void steps(int operations) {
    long pause = 1_000L << random.nextInt(4, 20); // 16 µs to half a second
    int calmness = 10 << random.nextInt(5);
    long now = 0;
    Weather weather = nemesis.weather();
    if (!weather.equals(Weather.FAIR)) {
      steps.add(new Step.Strikes(0, 0, new Fault.Links(weather)));
    }
    for (int asked = 0; asked < operations; ) {
      now += random.nextLong(2 * pause);
      if (random.nextInt(calmness) == 0 && !nemesis.kinds().isEmpty()) {
        steps.add(new Step.Strikes(steps.size(), now, nemesis.next()));
        now += random.nextInt(4) == 0 ? random.nextLong(50_000_000) : 0;
      }
      if (isDurable && random.nextInt(calmness) == 0) {
        now = crashOnDisks(now);
      }
      int client = random.nextInt(setup.clients());
      if (changesSessions && random.nextInt(6) == 0) {
        steps.add(new Step.Acts(steps.size(), now, client, changeOfSession()));
      }
      steps.add(new Step.Acts(steps.size(), now, client, ask()));
      asked++;
    }
  }

  /** All nodes crash and start again, or one does and finds its disk damaged. */
  private long crashOnDisks(long now) {
    List<NodeId> nodes = IntStream.range(0, setup.nodes()).mapToObj(NodeId::of).toList();
    long at = now + random.nextLong(5_000_000);
    if (random.nextInt(3) > 0) {
      steps.add(new Step.Strikes(steps.size(), now, new Fault.CrashTogether(nodes)));
      for (NodeId node : nodes) {
        steps.add(new Step.Strikes(steps.size(), at, new Fault.Restart(node)));
        at += random.nextInt(3) == 0 ? random.nextLong(300_000_000) : 0;
      }
    } else {
      NodeId node = nodes.get(random.nextInt(nodes.size()));
      steps.add(new Step.Strikes(steps.size(), now, new Fault.Crash(node)));
      steps.add(new Step.Strikes(steps.size(), at, new Fault.Damage(node)));
      steps.add(new Step.Strikes(steps.size(), at, new Fault.Restart(node)));
    }
    return at;
  }

  private Action changeOfSession() {
    return switch (random.nextInt(8)) {
      case 0 -> new Action.Begin();
      case 1, 2 -> new Action.BeginAt(random.nextInt(setup.nodes()));
      case 3, 4 -> new Action.BeginAfter(random.nextInt(setup.clients()));
      default -> new Action.Move(random.nextInt(setup.nodes()));
    };
  }

  private String register() {
    return registers.get(random.nextInt(registers.size()));
  }

  private Ask read() {
    Kind kind = reads.get(random.nextInt(reads.size()));
    if (kind == Kind.SCAN) {
      return new Ask(kind, List.of(), "", Optional.empty(), Optional.empty());
    }
    if (kind == Kind.GET_MANY) {
      return new Ask(kind, registers, "", Optional.empty(), Optional.empty());
    }
    String key = writes.contains(Kind.ADD) && random.nextInt(4) == 0 ? COUNTER : register();
    key = hasLifetimes && random.nextInt(4) == 0 ? PASSING : key;
    Ask get = Ask.of(kind, key, "");
    return hasWeakReads && random.nextInt(3) == 0
        ? get.at(cell.weakerLevels().get(random.nextInt(cell.weakerLevels().size())))
        : get;
  }

  private Ask write() {
    if (hasLifetimes && random.nextInt(4) == 0) {
      return Ask.of(random.nextBoolean() ? Kind.PUT : Kind.PUT_IF_ABSENT, PASSING, newValue())
          .lasting(Duration.ofMillis(random.nextInt(1, 2_000)));
    }
    Kind kind = writes.get(random.nextInt(writes.size()));
    return switch (kind) {
      case ADD -> Ask.of(kind, COUNTER, Integer.toString(random.nextInt(1, 10)));
      case REMOVE -> Ask.of(kind, register(), "");
      case BATCH, BATCH_IF_ABSENT ->
          new Ask(kind, ofOneShard(), newValue(), Optional.empty(), Optional.empty());
      default -> Ask.of(kind, register(), newValue());
    };
  }

  private List<String> ofOneShard() {
    return setup.variant().shards() == 1 ? registers : List.of(register());
  }

  private String newValue() {
    return "v" + ++values + ";";
  }

  /**
   * What shows that a replica serves: something of everything. Keys of their own are written, so
   * that what the others have come to stays as it is.
   *
   * @param word another one each time
   * @param keepsKeysApart whether nothing is served that concerns several keys
   */
  static List<Ask> lastWords(String word, boolean keepsKeysApart) {
    List<Ask> asks = new ArrayList<>();
    asks.add(Ask.of(Kind.GET, "r1", ""));
    asks.add(Ask.of(Kind.GET, COUNTER, ""));
    asks.add(Ask.of(Kind.APPEND, LAST, word + ";"));
    asks.add(Ask.of(Kind.ADD, LAST_COUNTER, "1"));
    if (!keepsKeysApart) {
      asks.add(new Ask(Kind.SCAN, List.of(), "", Optional.empty(), Optional.empty()));
    }
    return asks;
  }
}
