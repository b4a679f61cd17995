package io.kvstore.testkit.junit;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * How much of what a seed decides is left in a run.
 *
 * @param strikes the numbers of the nemesis's faults that strike, in the order in which it thought
 *     of them, from 0; all of them when empty
 * @param delays whether what links take is drawn; otherwise every message takes the same time
 */
record Kept(Optional<Set<Integer>> strikes, boolean delays) {
  /** The property that says it. */
  static final String PROPERTY = "kvstore.keep";

  static final Kept ALL = new Kept(Optional.empty(), true);
  private static final String DELAYS = "delays";
  private static final String NONE = "none";

  static Kept of(Set<Integer> strikes, boolean delays) {
    return new Kept(Optional.of(new TreeSet<>(strikes)), delays);
  }

  /** What the property asks for. */
  static Kept asked() {
    return Optional.ofNullable(System.getProperty(PROPERTY)).map(Kept::parse).orElse(ALL);
  }

  /** Reads what {@link #toString} writes. */
  static Kept parse(String text) {
    Set<Integer> strikes = new TreeSet<>();
    boolean delays = false;
    for (String word : text.strip().split("\\s*,\\s*", -1)) {
      if (word.equals(DELAYS)) {
        delays = true;
      } else if (word.matches("\\d{1,9}")) {
        strikes.add(Integer.parseInt(word));
      } else if (!word.equals(NONE)) {
        throw new ExtensionConfigurationException(
            "-D"
                + PROPERTY
                + "="
                + text
                + ": expected numbers of faults and perhaps "
                + DELAYS
                + ", with commas between them, or "
                + NONE);
      }
    }
    return of(strikes, delays);
  }

  boolean isEverything() {
    return equals(ALL);
  }

  @Override
  public String toString() {
    String words =
        Stream.concat(
                Arrays.stream(
                        strikes.orElse(Set.of()).stream().mapToInt(Integer::intValue).toArray())
                    .mapToObj(Integer::toString),
                delays ? Stream.of(DELAYS) : Stream.empty())
            .collect(Collectors.joining(","));
    return words.isEmpty() ? NONE : words;
  }
}
