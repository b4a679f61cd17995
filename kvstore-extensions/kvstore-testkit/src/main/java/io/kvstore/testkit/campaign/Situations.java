package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.core.spi.Bounds;
import io.kvstore.spi.Capacity;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Draws into a scenario what those of its {@linkplain Feature features} say that {@link Features}
 * knows nothing of: from a seed of its own, so that everything else is drawn as without them.
 */
final class Situations {
  private static final List<String> SPLITS = List.of("g", "h", "o1", "q", "r1", "r2", "r3", "t");
  private static final List<String> ENDS =
      List.of("", "c", "g", "q", "r", "r2", "r3", "t", "z", "");
  private static final int MOST_SPLITS = 3;
  private static final int LARGE_BYTES = 1_600;
  private static final int LEAST_BYTES = 120;
  private static final int LEAST_HELD = 500; // of each shard
  private static final int LEAST_ENTRIES = 3; // of each shard: as many as a batch has
  private static final int MOST_ENTRIES = 9;
  private static final int MOST_SHARDS = 4;
  private static final int MOST_NODES = 6;
  private static final int MOST_WATCHES = 4;
  private static final int MOST_TABLES = 3;
  private static final int MOST_CHANGES_OF_TABLES = 8;

  private final Set<Feature> features;
  private final Scenario plain;
  private final Setup setup;
  private final RandomGenerator random;

  private Situations(Set<Feature> features, Scenario plain) {
    this.features = features;
    this.plain = plain;
    setup = plain.setup();
    random = random(~plain.seed());
  }

  private static RandomGenerator random(long seed) {
    return new SplittableRandom(seed ^ 0x736974756174L); // another than the scenario's
  }

  /** How large the store is, if more nodes than replicas are to be there. */
  static Size size(Set<Feature> features, long seed, Size drawn) {
    boolean isFree = drawn.nodes().isEmpty() && drawn.replicas().isEmpty();
    if (!features.contains(Feature.NODES) || !isFree) {
      return drawn;
    }
    RandomGenerator random = random(seed);
    int replicas = random.nextInt(4) == 0 ? 2 : 3;
    Size size = drawn.withReplicas(replicas).withNodes(random.nextInt(replicas + 1, MOST_NODES));
    return size.shards().isPresent() ? size : size.withShards(random.nextInt(1, MOST_SHARDS + 1));
  }

  /** The same scenario with these features. */
  static Scenario into(Scenario plain, Set<Feature> features) {
    return features.stream().noneMatch(Feature::isOfSituations)
        ? plain
        : new Situations(features, plain).scenario();
  }

  private boolean has(Feature feature) {
    return features.contains(feature);
  }

  private Scenario scenario() {
    Variant variant = variant();
    Script script = new Script(inShards(withAcks(), variant), random);
    boolean mayBeLost = setup.nodes() > 1 && !setup.variant().mustAnswer();
    if (has(Feature.PARTS)) {
      watch(script);
    }
    if (has(Feature.REFUSALS)) {
      new Refusals(random, script).draw(random.nextLong(script.end()));
    }
    if (mayBeLost && !plain.isChanging()) {
      trouble(script);
    }
    if (has(Feature.MOVES) && mayBeLost && plain.isMoving()) {
      new Moves(random, script, plain.cellsOfMoves()).draw(random.nextLong(script.end()));
    }
    return script.scenario(has(Feature.TABLES) ? inTable(variant, script) : variant);
  }

  /** In a table of a store of any cell; others are made and dropped. */
  private Variant inTable(Variant variant, Script script) {
    boolean mayBeOnDisk = setup.isDurable() || variant.isPartlyOnDisk();
    List<Cell> cells =
        Cell.all().stream().filter(cell -> !mayBeOnDisk || cell.servesDisks()).toList();
    for (int i = random.nextInt(MOST_CHANGES_OF_TABLES + 1); i > 0; i--) {
      script.table(
          random.nextInt(MOST_TABLES), random.nextInt(3) > 0, random.nextLong(script.end()));
    }
    return variant.inTableOf(
        random.nextBoolean() ? setup.cell() : cells.get(random.nextInt(cells.size())));
  }

  /** Not in stores that change: what their parts promise is looked for in vain among so much. */
  private void trouble(Script script) {
    if (has(Feature.SWEEPS)) {
      boolean mayClear = plain.weakest() != Consistency.CAUSAL;
      new Sweeps(random, script, mayClear).draw(random.nextLong(script.end()));
    }
    if (has(Feature.CLOCKS)) {
      new Clocks(random, script).draw(random.nextLong(script.end()));
    }
    if (has(Feature.SIDES)) {
      new Sides(random, script).draw(random.nextLong(script.end()));
    }
    if (has(Feature.COPIES)) {
      new Copies(random, script).draw(random.nextLong(script.end()));
    }
  }

  // The store

  private Variant variant() {
    Variant variant = setup.variant();
    if (has(Feature.SPLITS) && variant.shards() == 1) {
      variant = variant.withSplits(splits());
    }
    if (has(Feature.SWEEPS) && variant.shards() == 1 && random.nextInt(3) > 0) {
      variant = variant.withShards(random.nextInt(2, MOST_SHARDS + 1));
    }
    if (has(Feature.REFUSALS)) {
      variant = variant.withLimits(limits(variant));
    }
    if (has(Feature.COPIES) && variant.bounds().equals(Bounds.DEFAULT)) {
      variant =
          variant.withBounds(
              new Bounds(
                  1 << random.nextInt(1, 5), 1 << random.nextInt(5), 1 << random.nextInt(5)));
    }
    boolean mayEvict =
        plain.cellsOfMoves().stream().allMatch(cell -> Capacity.isSupportedBy(cell.replication()));
    if (has(Feature.EVICTIONS) && mayEvict) {
      variant =
          variant.withCapacity(
              (long) variant.shards() * random.nextInt(LEAST_ENTRIES, MOST_ENTRIES));
    }
    return variant;
  }

  /** Few bytes, for the store or for each value: the largest of those that are put must fit. */
  private Limits limits(Variant variant) {
    int valueBytes =
        has(Feature.LARGE_VALUES)
            ? random.nextInt(LARGE_BYTES, 2 * LARGE_BYTES)
            : random.nextInt(LEAST_BYTES, 4 * LEAST_BYTES);
    long heldBytes = (long) variant.shards() * random.nextInt(LEAST_HELD, 8 * LEAST_HELD);
    Limits longer = variant.limits().withValueBytes(valueBytes);
    return random.nextBoolean() ? longer.withHeldBytes(heldBytes) : longer;
  }

  private List<String> splits() {
    List<String> left = new ArrayList<>(SPLITS);
    int number = random.nextInt(1, MOST_SPLITS + 1);
    while (left.size() > number) {
      left.remove(random.nextInt(left.size()));
    }
    return left;
  }

  /** At the weak levels, more members may hold a write before it is answered, and more be lost. */
  private Scenario withAcks() {
    if (!has(Feature.ACKS) || setup.cell().isStrong() || plain.isChanging()) {
      return plain;
    }
    // Writes wait for a member that is away, if all are to hold them.
    boolean mayBeAll = plain.steps().stream().noneMatch(step -> step instanceof Step.Leaves);
    int most = mayBeAll ? setup.replicas() : setup.replicas() - 1;
    return plain.withSetup(setup.withAcks(random.nextInt(1, most + 1)));
  }

  /** Of several shards, a batch belongs to one. */
  private static Scenario inShards(Scenario scenario, Variant variant) {
    if (variant.shards() == 1) {
      return scenario;
    }
    return scenario.with(
        scenario.steps().stream()
            .map(
                step ->
                    step instanceof Step.Acts acts && acts.action() instanceof Ask ask
                        ? new Step.Acts(
                            acts.number(), acts.at(), acts.client(), inOneShard(ask, variant))
                        : step)
            .toList());
  }

  private static Ask inOneShard(Ask ask, Variant variant) {
    if (!ask.kind().isOfOneShard() || ask.keys().size() == 1) {
      return ask;
    }
    List<String> together =
        ask.keys().stream().filter(key -> variant.areTogether(key, ask.key())).toList();
    return new Ask(ask.kind(), together, ask.value(), ask.level(), ask.lifetime());
  }

  // What happens

  /** Watches of a part of the keys. */
  private void watch(Script script) {
    for (int i = random.nextInt(1, MOST_WATCHES + 1); i > 0; i--) {
      int from = random.nextInt(ENDS.size() - 2);
      Part part = new Part(ENDS.get(from), ENDS.get(random.nextInt(from + 1, ENDS.size())));
      script.watch(part, script.anyNode(), random.nextBoolean(), random.nextLong(script.end()));
    }
  }
}
