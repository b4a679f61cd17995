package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.Bounds;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Draws into a scenario what its {@linkplain Feature features} say, from a seed of its own. */
final class Features {
  static final String TEXT = "p"; // is prepended to: what an unknown one makes cannot be said
  static final String CHAIN = "h";
  static final String TWICE = "q"; // is written twice at once
  private static final int ASKS_FOR_ANOTHER = 4;
  private static final int KINDS_FOR_A_CLEAR = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30); // of clients
  private static final int MANY_KEYS = 200;
  private static final int MOST_SHARDS = 4;
  private static final String LARGE = "x".repeat(1_500) + ";";
  private static final List<Integer> REPLICAS = List.of(1, 2, 4, 6, 7);
  private static final List<Kind> TRANSACTIONS =
      List.of(
          Kind.TRANSACT_IF_ABSENT,
          Kind.TRANSACT_SEEN,
          Kind.TRANSACT_ANEW,
          Kind.TRANSACT_OF_NO_NUMBER);
  private static final List<List<String>> TRANSACTED =
      List.of(List.of("r1", "x1"), List.of("x1", "r1", "r2"), List.of("x1", "x2"), List.of("r1"));
  private static final List<String> ENDS = List.of("", "c", "h", "q", "r1", "r2", "r3", "z");
  private static final int MOST_ON_A_PAGE = 3;
  private static final int MOST_WATCHES = 4;
  private static final int MOST_IN_WAIT = 4;

  private final Set<Feature> features;
  private final Scenario plain;
  private final Setup setup;
  private final RandomGenerator random;
  private final List<Kind> kinds;
  private final List<Step> steps = new ArrayList<>();
  private final long end;

  private Features(Set<Feature> features, Scenario plain) {
    this.features = features;
    this.plain = plain;
    setup = plain.setup();
    random = random(~plain.seed());
    kinds = kinds();
    List<Step> all = plain.steps();
    end = all.isEmpty() ? 1 : all.get(all.size() - 1).at() + 1;
  }

  private static RandomGenerator random(long seed) {
    return new SplittableRandom(seed ^ 0x76617269616e74L); // another than the scenario's
  }

  /** How many replicas there are, if not as many as drawn otherwise. */
  static OptionalInt replicas(Set<Feature> features, long seed) {
    return features.contains(Feature.REPLICAS)
        ? OptionalInt.of(REPLICAS.get(random(seed).nextInt(REPLICAS.size())))
        : OptionalInt.empty();
  }

  /** The same scenario with these features. */
  static Scenario into(Scenario plain, Set<Feature> features) {
    return features.isEmpty() ? plain : new Features(features, plain).scenario();
  }

  private boolean has(Feature feature) {
    return features.contains(feature);
  }

  private Scenario scenario() {
    Variant variant = variant();
    for (Step step : plain.steps()) {
      steps.add(
          step instanceof Step.Acts acts && acts.action() instanceof Ask ask
              ? new Step.Acts(acts.number(), acts.at(), acts.client(), changed(ask, acts.number()))
              : step);
    }
    if (has(Feature.WATCHES)) {
      watch();
    }
    ComposedTrouble trouble = new ComposedTrouble(random, setup, steps);
    boolean isPossible = setup.nodes() > 1;
    if (has(Feature.BURSTS) && isPossible) {
      trouble.burst(random.nextLong(end));
    }
    if (has(Feature.MOMENTS)) {
      lieInWait();
    }
    // At the weak levels a client may have asked a member of another shard than its node holds.
    boolean areAllBound = !setup.isPlaced() || setup.cell().isStrong();
    boolean maySpareOne = setup.failsOver() && setup.replicas() > 2 && areAllBound;
    if (has(Feature.ONE_AWAY) && maySpareOne) {
      int node = random.nextInt(setup.nodes());
      long at = random.nextBoolean() ? end : random.nextLong(end);
      steps.add(new Step.Leaves(steps.size(), at, NodeId.of(node), random.nextBoolean(), false));
    }
    if (has(Feature.TAKE_OVERS) && maySpareOne) {
      int node = random.nextInt(3) > 0 ? 0 : random.nextInt(setup.nodes());
      steps.add(new Step.Leaves(steps.size(), end, NodeId.of(node), random.nextInt(3) > 0, true));
    }
    boolean mayBeLost = isPossible && !has(Feature.PATIENCE);
    if (has(Feature.STORMS) && mayBeLost) {
      trouble.stormOrLateBeats(random.nextLong(end));
    }
    if (has(Feature.BAD_LINKS) && mayBeLost) {
      trouble.badLinks(random.nextLong(end));
    }
    if (has(Feature.ONE_KIND) && mayBeLost) {
      trouble.oneKind(random.nextLong(end));
    }
    int moreClients = trouble.moreClients();
    if (has(Feature.ELECTIONS) && plain.hasMajorities() && setup.replicas() > 2) {
      int first = setup.clients() + moreClients;
      moreClients += setup.nodes();
      steps.addAll(
          Elections.drawn(random, setup.nodes(), steps.size(), first, random.nextLong(end)));
    }
    Setup itsSetup = setup.withVariant(variant, moreClients);
    if (has(Feature.PATIENCE)) {
      steps.removeIf(step -> !mayBeAnswered(step));
      itsSetup = itsSetup.withTimeout(PATIENCE);
      if (!setup.cell().isStrong()) { // at which what a member left out has begun stays unknown
        itsSetup = itsSetup.withViewsByHand();
      }
    }
    if (has(Feature.TAKE_OVERS) && !has(Feature.PATIENCE)) {
      itsSetup = itsSetup.withTimeout(UnderWay.TAKEN_OVER_WITHIN);
    }
    steps.sort(Comparator.comparingLong(Step::at));
    return plain.with(steps).withSetup(itsSetup);
  }

  /** Whether everything else is still answered when this happens. */
  private static boolean mayBeAnswered(Step step) {
    return step instanceof Step.Acts
        || step instanceof Step.Watches
        || (step instanceof Step.Strikes strikes
            && (strikes.fault() instanceof Fault.Links || strikes.fault() instanceof Fault.Link));
  }

  // The store

  private Variant variant() {
    Variant variant = setup.variant();
    if (has(Feature.SHARDS)) {
      int drawn = random.nextInt(2, MOST_SHARDS + 1);
      variant = variant.shards() > 1 ? variant : variant.withShards(drawn);
    }
    if (has(Feature.DATALETS) && !setup.isDurable()) {
      boolean mayBeOnDisk = !setup.turnsTakeTime() && !setup.keepsData() && !plain.keepsKeysApart();
      Variant.Datalets[] all = Variant.Datalets.values();
      variant = variant.withDatalets(all[random.nextInt(1, mayBeOnDisk ? all.length : 3)]);
    }
    if (has(Feature.LIMITS) && !has(Feature.PATIENCE)) {
      variant =
          variant.withLimits(
              Limits.DEFAULT
                  .withOperationsInFlight(
                      random.nextInt(MOST_SHARDS, 10)
                          + (variant.shards() > MOST_SHARDS
                              ? variant.shards()
                              : 0)) // a scan asks every shard at once
                  .withChangesKept(1 << random.nextInt(2, 8))
                  .withOwedBytes(1L << random.nextInt(8, 14)));
    }
    if (has(Feature.BOUNDS)) {
      variant =
          variant.withBounds(
              new Bounds(
                  1 << random.nextInt(2, 7), 1 << random.nextInt(7), 1 << random.nextInt(7)));
    }
    if (has(Feature.UNUSUAL)) {
      variant = variant.unusual();
    }
    if (has(Feature.PIPELINES)) {
      variant = variant.withOperationsAtOnce(random.nextInt(2, 5));
    }
    return has(Feature.PATIENCE) ? variant.answeringAll() : variant;
  }

  // Kinds

  private List<Kind> kinds() {
    List<Kind> some = new ArrayList<>();
    // A touch writes what it finds, and what is added to passes with what it was added to: where a
    // promise counts for some time only, that may be of before.
    if (has(Feature.LIFETIMES) && !plain.isChanging()) {
      some.addAll(List.of(Kind.TOUCH, Kind.APPEND, Kind.ADD, Kind.PUT, Kind.GET, Kind.GET_MANY));
    }
    if (has(Feature.UPDATES)) {
      some.addAll(List.of(Kind.CHAIN, Kind.CHAIN, Kind.REMOVE_SEEN));
      // Where writes may be brought back, what one of these then makes is not told.
      if (plain.weakest() != Consistency.EVENTUAL) {
        some.add(Kind.PREPEND);
      }
    }
    // Which entries a clear has removed is not told: at the causal level it can be anything, and
    // where a promise counts for some time only, that may be of before.
    if (has(Feature.CLEARS) && plain.weakest() != Consistency.CAUSAL && !plain.isChanging()) {
      some.add(Kind.CLEAR);
    }
    if (has(Feature.COUNTS)) {
      some.add(Kind.COUNT);
    }
    if (has(Feature.REPEATED_KEYS)) {
      some.addAll(List.of(Kind.BATCH_OF_ONE_KEY, Kind.SCAN));
    }
    if (has(Feature.PAGES)) {
      some.addAll(List.of(Kind.PAGE, Kind.PAGE));
    }
    if (has(Feature.BATCHES)) {
      some.addAll(List.of(Kind.BATCH_ANEW, Kind.BATCH_REFUSED, Kind.SCAN));
    }
    if (has(Feature.CONDITIONS)) {
      some.addAll(List.of(Kind.REPLACE_VALUE, Kind.PUT_IF_PRESENT, Kind.REMOVE_IF_PRESENT));
    }
    if (has(Feature.TRANSACTIONS) && plain.hasOneOrder()) {
      some.addAll(TRANSACTIONS);
      if (has(Feature.LIFETIMES) && !plain.isChanging()) {
        some.add(Kind.TRANSACT_LASTING);
      }
    }
    return some;
  }

  private Ask changed(Ask ask, int number) {
    Ask another =
        kinds.isEmpty() || random.nextInt(ASKS_FOR_ANOTHER) > 0 ? ask : other(ask, number);
    return large(elsewhere(another));
  }

  private Ask other(Ask ask, int number) {
    Kind kind = kinds.get(random.nextInt(kinds.size()));
    String value = "w" + number + ";";
    return switch (kind) {
      case CLEAR ->
          random.nextInt(KINDS_FOR_A_CLEAR) == 0
              ? new Ask(kind, List.of(), "", Optional.empty(), Optional.empty())
              : ask;
      case COUNT -> new Ask(kind, List.of(), "", Optional.empty(), Optional.empty());
      case GET_MANY ->
          new Ask(
              kind,
              List.of(Draw.PASSING, Draw.PASSING_COUNTER, "r1"),
              "",
              Optional.empty(),
              Optional.empty());
      case GET -> Ask.of(kind, passing(), "");
      case TOUCH -> Ask.of(kind, passing(), "").lasting(lifetime());
      case APPEND -> Ask.of(kind, Draw.PASSING, value);
      case ADD -> Ask.of(kind, Draw.PASSING_COUNTER, Integer.toString(random.nextInt(1, 10)));
      case PUT ->
          random.nextBoolean()
              ? Ask.of(kind, Draw.PASSING, value).lasting(lifetime())
              : Ask.of(kind, Draw.PASSING_COUNTER, Integer.toString(1_000 * (number + 1)))
                  .lasting(lifetime());
      case PREPEND -> random.nextBoolean() ? Ask.of(kind, TEXT, value) : Ask.of(Kind.GET, TEXT, "");
      case CHAIN -> Ask.of(kind, CHAIN, value);
      case REMOVE_SEEN -> Ask.of(kind, random.nextBoolean() ? CHAIN : "r1", "");
      case SCAN -> Ask.of(Kind.GET, TWICE, "");
      case PAGE -> page();
      case REPLACE_VALUE, PUT_IF_PRESENT -> Ask.of(kind, "r1", value);
      case REMOVE_IF_PRESENT -> Ask.of(kind, "r1", "");
      case TRANSACT_IF_ABSENT, TRANSACT_SEEN, TRANSACT_ANEW, TRANSACT_OF_NO_NUMBER ->
          new Ask(kind, transacted(), value, Optional.empty(), Optional.empty());
      case TRANSACT_LASTING -> Ask.of(kind, Draw.PASSING, value).lasting(lifetime());
      default -> Ask.of(kind, TWICE, value);
    };
  }

  /** Few enough entries that there are mostly more. */
  private Ask page() {
    List<String> ends =
        has(Feature.MANY_KEYS) ? List.of("", "k", "k1", "k15", "k7", "r2", "z") : ENDS;
    List<String> keys =
        List.of(
            ends.get(random.nextInt(ends.size() - 1)), ends.get(random.nextInt(1, ends.size())));
    String limit = Integer.toString(random.nextInt(1, MOST_ON_A_PAGE + 1));
    return new Ask(Kind.PAGE, keys, limit, Optional.empty(), Optional.empty());
  }

  private List<String> transacted() {
    return plain.setup().variant().shards() > 1
        ? List.of("r1")
        : TRANSACTED.get(random.nextInt(TRANSACTED.size()));
  }

  private String passing() {
    return random.nextBoolean() ? Draw.PASSING : Draw.PASSING_COUNTER;
  }

  private Duration lifetime() {
    return Duration.ofMillis(random.nextInt(1, 2_000));
  }

  /** Of several shards, a batch belongs to one. */
  private Ask elsewhere(Ask ask) {
    if (ask.kind().isOfOneShard() && has(Feature.SHARDS)) {
      return with(ask, List.of(ask.keys().get(random.nextInt(ask.keys().size()))), ask.value());
    }
    boolean isOfRegister = ask.keys().size() == 1 && ask.key().startsWith("r");
    return isOfRegister && has(Feature.MANY_KEYS) && random.nextBoolean()
        ? with(ask, List.of("k" + random.nextInt(MANY_KEYS)), ask.value())
        : ask;
  }

  private Ask large(Ask ask) {
    boolean isText = !ask.value().isEmpty() && ask.value().endsWith(";");
    return isText && has(Feature.LARGE_VALUES) && random.nextInt(4) == 0
        ? with(ask, ask.keys(), ask.value() + LARGE)
        : ask;
  }

  private static Ask with(Ask ask, List<String> keys, String value) {
    return new Ask(ask.kind(), keys, value, ask.level(), ask.lifetime());
  }

  // What happens

  private void watch() {
    for (int i = random.nextInt(1, MOST_WATCHES + 1); i > 0; i--) {
      boolean isAtAny = random.nextInt(3) == 0;
      OptionalInt node =
          isAtAny ? OptionalInt.empty() : OptionalInt.of(random.nextInt(setup.nodes()));
      steps.add(
          new Step.Watches(
              steps.size(), random.nextLong(end), node, random.nextBoolean(), Part.ALL));
    }
  }

  private void lieInWait() {
    List<Enum<?>> moments = Simulation.moments();
    for (int i = random.nextInt(1, MOST_IN_WAIT + 1); i > 0; i--) {
      Enum<?> moment = moments.get(random.nextInt(moments.size()));
      long from = random.nextBoolean() ? 0 : random.nextLong(end);
      NodeId node = NodeId.of(random.nextInt(setup.nodes()));
      steps.add(new Step.LiesInWait(steps.size(), from, moment, atOnce(node)));
    }
  }

  private Fault atOnce(NodeId node) {
    return switch (random.nextInt(8)) {
      case 0, 1 -> new Fault.Crash(node);
      case 2 -> new Fault.Crash(NodeId.COORDINATOR);
      case 3 -> new Fault.Restart(node);
      case 4 -> new Fault.Isolate(node);
      case 5 -> new Fault.Pause(node, Duration.ofMillis(1L << random.nextInt(11)));
      case 6 -> new Fault.Rejoin();
      default -> new Fault.Links(new Weather(Duration.ZERO, Duration.ofMillis(20), 0.2, 0.2, 0.5));
    };
  }
}
