package io.kvstore.playground;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that was decided, and when.
 *
 * @param events how many events of the simulation came before; 0 where only the time counts
 * @param nanos how much virtual time had passed
 * @param words what: {@code c0 put x 1}, {@code crash n2}, {@code hold m17}
 */
record Decision(long events, long nanos, String words) {
  private static final int MOST = 10_000;

  /** Reads what {@link #textOf} writes. */
  static List<Decision> parseAll(String text) {
    List<Decision> decisions = new ArrayList<>();
    for (String each : text.split(";", -1)) {
      if (each.isBlank()) {
        continue;
      }
      String[] parts = each.split("@", -1);
      if (parts.length != 3 || decisions.size() == MOST) {
        throw new IllegalArgumentException(
            "expected up to " + MOST + " decisions as events@nanoseconds@words, found " + each);
      }
      decisions.add(new Decision(Setup.number(parts[0]), Setup.number(parts[1]), parts[2].strip()));
    }
    return decisions;
  }

  static String textOf(List<Decision> decisions) {
    return decisions.stream().map(Decision::toString).collect(Collectors.joining(";"));
  }

  @Override
  public String toString() {
    return events + "@" + nanos + "@" + words;
  }
}
