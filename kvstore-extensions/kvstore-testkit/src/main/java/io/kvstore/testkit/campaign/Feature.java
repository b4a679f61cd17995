package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What a scenario may have beyond the plain ones. Each is drawn by itself: all at once would hide
 * what one of them shows (swarm testing: Groce and others, ISSTA 2012). Everything else of the
 * scenario is drawn as without them.
 */
enum Feature {
  /** Texts and numbers with lifetimes, which are appended and added to, and touched. */
  LIFETIMES,
  /** Prepending, chains of compare-and-set, removals by version. */
  UPDATES,
  /** All entries are removed. */
  CLEARS,
  /** Entries are counted. */
  COUNTS,
  /** A batch writes a key twice. */
  REPEATED_KEYS,
  /** Changes are watched, at a replica or at any. */
  WATCHES,
  /** 1, 2, 4, 6 or 7 replicas, instead of 3 or 5. */
  REPLICAS,
  /** 2 to 4 shards. */
  SHARDS,
  /** Trees, or another datalet on each node. */
  DATALETS,
  /** Few operations in flight, few changes kept, and little for a member that falls behind. */
  LIMITS,
  /** Each client has several operations under way. */
  PIPELINES,
  /** Some 200 keys. */
  MANY_KEYS,
  /** Some values of 1,500 bytes. */
  LARGE_VALUES,
  /** Protocols keep little, in numbers of things. */
  BOUNDS,
  /** Protocols do the legal but unusual now and then. */
  UNUSUAL,
  /** A node in trouble, a wrong clock, and many reads and writes, within two detections. */
  BURSTS,
  /** Faults at the moment that something rare is reached. */
  MOMENTS,
  /** Everything works but one node, and the others must go on without it. */
  ONE_AWAY,
  /** Nothing is wrong but the links, clients wait long, and no outcome is unknown. */
  PATIENCE,
  /** Ranges are listed, a few entries at a time. */
  PAGES,
  /** Batches that do several things to a key, and some that are refused halfway. */
  BATCHES,
  /** Writes on the condition that there is an entry, or that it has a value. */
  CONDITIONS,
  /** One node goes away while much is under way at the others. */
  TAKE_OVERS,
  /** Several faults within three detections, with a client at each of up to four nodes. */
  STORMS,
  /** Two nodes hear each other badly for seconds, while both write and remove. */
  BAD_LINKS,
  /** Messages of some kinds are lost, late or repeated for seconds, while others are not. */
  ONE_KIND,
  /** Where leaders are elected, one after the other is cut off, while all members are asked. */
  ELECTIONS,
  /** More nodes than replicas, each of which holds some of the shards. */
  NODES,
  /** Shards are divided by the order of keys. */
  SPLITS,
  /** At the weak levels, up to all replicas hold a write before it is answered. */
  ACKS,
  /** Ranges of keys are watched. */
  PARTS,
  /** Clients ask for what concerns many keys at once, while a node does not hear or is lost. */
  SWEEPS,
  /** The nodes fall into two sides again and again, and clients are at both. */
  SIDES,
  /** Members fall so far behind that they get a copy, and a node is lost just then. */
  COPIES,
  /** Where the store moves, it does so again and again, and a node is lost just then. */
  MOVES,
  /** Clients ask for what cannot be done, and values and the store may be small only. */
  REFUSALS,
  /** What passes soon is written and read at all nodes, while clocks are wrong. */
  CLOCKS,
  /** All keys are in a table of a store, beside which other tables are made and dropped. */
  TABLES,
  /** The store holds a few entries at the most: others go. Only where it is named. */
  EVICTIONS,
  /** Reads and writes of several keys as one, on conditions. */
  TRANSACTIONS;

  private static final Set<Feature> OF_SITUATIONS = EnumSet.range(NODES, EVICTIONS);

  private static final int ONE_HAS_THEM_OF = 2;
  private static final int EACH_ONE_OF = 4;
  private static final int OFTEN_ONE_OF = 2;
  private static final int SITUATION_ONE_OF = 3;
  private static final int NO_SITUATION_ONE_OF = 4;
  private static final int TABLES_ONE_OF = 8;
  private static final int TRANSACTIONS_ONE_OF = 8;
  private static final Set<Feature> OFTEN = EnumSet.of(STORMS, ONE_KIND, SIDES, COPIES);
  private static final String NONE = "none";
  private static final String ALL = "all";
  private static final String DRAWN = "drawn";

  /**
   * Those of the scenario of a seed where they are drawn: in half of all some that {@link Features}
   * draws, in three eighths some of {@link Situations}, with or without others; in one eighth of
   * all, whatever else it has, in a table, and in one eighth transactions.
   */
  static Set<Feature> drawn(long seed, Cell cell) {
    RandomGenerator random = random(seed);
    Set<Feature> drawn = EnumSet.noneOf(Feature.class);
    if (random.nextInt(ONE_HAS_THEM_OF) == 0) {
      addOthers(random, drawn);
    } else {
      addSituations(new SplittableRandom(seed ^ 0x736974756174696fL), drawn);
    }
    if (new SplittableRandom(seed ^ 0x7461626c6573L).nextInt(TABLES_ONE_OF) == 0) {
      drawn.add(TABLES);
    }
    if (new SplittableRandom(seed ^ 0x7472616e73616374L).nextInt(TRANSACTIONS_ONE_OF) == 0) {
      drawn.add(TRANSACTIONS);
    }
    return fitting(drawn, cell);
  }

  /**
   * Those that a cell is tried with unless others are named. At the sequential level clients do one
   * thing after the other: the order of much that was done at once is often looked for in vain.
   */
  static Set<Feature> fitting(Set<Feature> some, Cell cell) {
    if (cell.consistency() == Consistency.SEQUENTIAL) {
      some.remove(PIPELINES);
    }
    return Collections.unmodifiableSet(some);
  }

  private static void addOthers(RandomGenerator random, Set<Feature> drawn) {
    for (Feature feature : EnumSet.range(LIFETIMES, ELECTIONS)) {
      if (random.nextInt(OFTEN.contains(feature) ? OFTEN_ONE_OF : EACH_ONE_OF) == 0) {
        drawn.add(feature);
      }
    }
  }

  private static void addSituations(RandomGenerator random, Set<Feature> drawn) {
    if (random.nextInt(NO_SITUATION_ONE_OF) > 0) {
      for (Feature feature : EnumSet.range(NODES, CLOCKS)) {
        if (random.nextInt(OFTEN.contains(feature) ? OFTEN_ONE_OF : SITUATION_ONE_OF) == 0) {
          drawn.add(feature);
        }
      }
      if (random.nextBoolean()) {
        addOthers(random, drawn);
      }
    }
  }

  /** Whether {@link Situations} draws it. */
  boolean isOfSituations() {
    return OF_SITUATIONS.contains(this);
  }

  private static RandomGenerator random(long seed) {
    return new SplittableRandom(seed ^ 0x6665617475726573L); // another than the scenario's
  }

  /** The same as {@link #parse}, but {@code drawn}, too: then it is empty. */
  static Optional<Set<Feature>> parseAny(String text) {
    return text.equals(DRAWN) ? Optional.empty() : Optional.of(parse(text));
  }

  /** Reads what {@link #text} writes, or {@code all}: those that go together. */
  static Set<Feature> parse(String text) {
    Set<Feature> named = EnumSet.noneOf(Feature.class);
    if (text.equals(ALL)) {
      // The first would leave out the others, of the second all would lack what has gone.
      return EnumSet.complementOf(EnumSet.of(PATIENCE, EVICTIONS));
    }
    for (String word : text.equals(NONE) ? new String[0] : text.split(",")) {
      try {
        named.add(valueOf(word.strip().toUpperCase(Locale.ROOT).replace('-', '_')));
      } catch (IllegalArgumentException unknown) {
        throw new IllegalArgumentException(
            "there is no feature "
                + word
                + ", but none, drawn, all, and "
                + text(EnumSet.allOf(Feature.class)));
      }
    }
    return named;
  }

  /** Their names, as the command takes them. */
  static String text(Set<Feature> features) {
    return features.isEmpty()
        ? NONE
        : features.stream().map(Feature::toString).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
