package io.kvstore.playground;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is on the stage before anything has happened. */
record Setup(Consistency level, Replication protocol, int nodes, int clients, long seed) {
  static final int MOST_NODES = 5;
  static final int MOST_CLIENTS = 4;

  /** Checks that it can be played. */
  Setup {
    protocol.requireSupportFor(level);
    requireWithin("nodes", nodes, MOST_NODES);
    requireWithin("clients", clients, MOST_CLIENTS);
  }

  private static void requireWithin(String what, int number, int most) {
    if (number < 1 || number > most) {
      throw new IllegalArgumentException("expected 1 to " + most + " " + what + ", not " + number);
    }
  }

  /** Reads what {@link #toString} writes. */
  static Setup parse(String text) {
    List<String> words = Arrays.asList(text.strip().split("[ ,]+", -1));
    if (words.size() != 5) {
      throw new IllegalArgumentException(
          "expected a level, a protocol, and how many nodes and clients, and a seed, found "
              + text);
    }
    return new Setup(
        named(Consistency.values(), words.get(0)),
        named(Replication.values(), words.get(1)),
        (int) number(words.get(2)),
        (int) number(words.get(3)),
        number(words.get(4)));
  }

  static <E extends Enum<E>> E named(E[] all, String name) {
    for (E each : all) {
      if (each.name().equals(name.toUpperCase(Locale.ROOT))) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "expected one of "
            + Arrays.stream(all).map(Enum::name).collect(Collectors.joining(", "))
            + ", found "
            + name);
  }

  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException("expected a number, found " + text);
    }
  }

  @Override
  public String toString() {
    return level + "," + protocol + "," + nodes + "," + clients + "," + seed;
  }
}
