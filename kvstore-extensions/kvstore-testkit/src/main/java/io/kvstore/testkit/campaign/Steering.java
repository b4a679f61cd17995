package io.kvstore.testkit.campaign;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Chooses the features of every second scenario by what few scenarios have reached so far: it takes
 * those of one that came to a rare moment, and changes one or two of them. Everything else of the
 * scenario is as its seed has it.
 *
 * <p>What was reached before depends on how far each thread is, so the same seed may be given other
 * features the next time: whatever fails is told with them.
 */
final class Steering {
  private static final int ONE_IS_STEERED_OF = 2;
  private static final int LEARNS_FROM = 100; // scenarios, before it chooses any
  private static final int RAREST = 10;
  private static final int EXAMPLES = 16;

  /** How often a moment was reached, and with which features the last times. */
  private static final class Seen {
    private final List<Set<Feature>> examples = new ArrayList<>();
    private long times;

    void add(Set<Feature> features) {
      if (examples.size() == EXAMPLES) {
        examples.remove(0);
      }
      examples.add(features);
      times++;
    }
  }

  private static final List<Feature> ALL = List.of(Feature.values());

  private final Cell cell;
  private final TreeMap<Enum<?>, Seen> moments = new TreeMap<>(Reached.BY_NAME);
  private long scenarios;

  Steering(Cell cell) {
    this.cell = cell;
  }

  /** A scenario with these features has come to these moments. */
  synchronized void reached(Set<Feature> features, Collection<Enum<?>> reached) {
    scenarios++;
    reached.forEach(moment -> moments.computeIfAbsent(moment, any -> new Seen()).add(features));
  }

  /** The features that the scenario of a seed is to have; nothing: those that the seed draws. */
  synchronized Optional<Set<Feature>> featuresFor(long seed) {
    if (seed % ONE_IS_STEERED_OF != 0 || scenarios < LEARNS_FROM || moments.isEmpty()) {
      return Optional.empty();
    }
    RandomGenerator random = new SplittableRandom(seed ^ 0x7374656572L);
    List<Seen> rarest =
        moments.values().stream()
            .sorted(Comparator.comparingLong(seen -> seen.times))
            .limit(RAREST)
            .toList();
    List<Set<Feature>> examples = rarest.get(random.nextInt(rarest.size())).examples;
    Set<Feature> chosen = EnumSet.noneOf(Feature.class);
    chosen.addAll(examples.get(random.nextInt(examples.size())));
    for (int i = random.nextInt(1, 3); i > 0; i--) {
      Feature changed = ALL.get(random.nextInt(ALL.size()));
      if (!chosen.remove(changed)) {
        chosen.add(changed);
      }
    }
    return Optional.of(Feature.fitting(chosen, cell));
  }
}
