package io.kvstore.testkit.campaign;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which scenario to play again, and how much of it.
 *
 * @param seed that it is drawn from
 * @param chance what delays and losses are drawn from, if it is another seed
 * @param keep the numbers of the steps that are left, if not all are
 * @param looksAround whether every replica is asked in the end
 * @param isInstant whether its turns take no time, though they were drawn so
 */
record Replay(
    long seed,
    OptionalLong chance,
    Optional<Set<Integer>> keep,
    boolean looksAround,
    boolean isInstant) {
  private static final String NONE = "none";
  static final Set<String> OPTIONS = Set.of("--seed", "--chance", "--keep", "--look", "--instant");

  /** The part of a scenario that is left of what was drawn. */
  static Replay of(long seed, Scenario drawn, Scenario left) {
    return new Replay(
        seed,
        left.seed() == seed ? OptionalLong.empty() : OptionalLong.of(left.seed()),
        Optional.of(left.numbers()),
        left.setup().looksAround(),
        drawn.setup().turnsTakeTime() && !left.setup().turnsTakeTime());
  }

  /** Reads what {@link #toString} writes. */
  static Replay parse(String text) {
    String[] words = text.strip().split(" +", -1);
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      if (!OPTIONS.contains(words[i]) || i + 1 == words.length) {
        throw new IllegalArgumentException(
            "expected --seed NUMBER and perhaps --chance, --keep, --look, --instant, each"
                + " with a value, found "
                + text);
      }
      options.put(words[i], words[i + 1]);
    }
    return of(options);
  }

  /** Reads the options, which must have a seed. */
  static Replay of(Map<String, String> options) {
    if (!options.containsKey("--seed")) {
      throw new IllegalArgumentException("expected --seed NUMBER among " + options);
    }
    String chance = options.get("--chance");
    return new Replay(
        number("--seed", options.get("--seed")),
        chance == null ? OptionalLong.empty() : OptionalLong.of(number("--chance", chance)),
        Optional.ofNullable(options.get("--keep")).map(Replay::numbers),
        !options.getOrDefault("--look", "yes").equals("no"),
        options.getOrDefault("--instant", "no").equals("yes"));
  }

  private static Set<Integer> numbers(String text) {
    if (text.equals(NONE)) {
      return Set.of();
    }
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(number -> !number.isEmpty())
        .map(number -> (int) number("--keep", number))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static long number(String option, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException("expected a number after " + option + ", found " + text);
    }
  }

  /** What is left of the scenario that was drawn. */
  Scenario scenario(Scenario drawn) {
    Scenario chosen = drawn.withSeed(chance.orElse(seed));
    Scenario kept = keep.map(chosen::keeping).orElse(chosen);
    Scenario timed = isInstant ? kept.withSetup(kept.setup().withInstantTurns()) : kept;
    return looksAround ? timed : timed.withSetup(timed.setup().withoutLookingAround());
  }

  private static String text(Set<Integer> numbers) {
    return numbers.isEmpty()
        ? NONE
        : numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return "--seed "
        + seed
        + (chance.isPresent() ? " --chance " + chance.getAsLong() : "")
        + keep.map(numbers -> " --keep " + text(numbers)).orElse("")
        + (looksAround ? "" : " --look no")
        + (isInstant ? " --instant yes" : "");
  }
}
