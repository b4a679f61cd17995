package io.kvstore;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a client may observe, from the strongest promise to the weakest. */
public enum Consistency {
  /**
   * Every operation takes effect at one moment between its call and its answer: the store behaves
   * like a single map.
   */
  LINEARIZABLE(Replication.PRIMARY),
  /**
   * All sessions see all writes in one order, which agrees with each session's own; a read may lag
   * behind.
   */
  SEQUENTIAL(Replication.PRIMARY),
  /**
   * A client that sees a write has seen what its writer had seen; concurrent writes may be seen in
   * different orders.
   */
  CAUSAL(Replication.BROADCAST),
  /**
   * Once writing stops and every link works, all replicas hold the same entries. Nothing is said of
   * before.
   */
  EVENTUAL(Replication.BROADCAST);

  private final Replication defaultReplication;

  Consistency(Replication defaultReplication) {
    this.defaultReplication = defaultReplication;
  }

  /** The protocol that keeps this promise when none is named. */
  public Replication defaultReplication() {
    return defaultReplication;
  }

  /** Whether this promise is at least as strong as the other. */
  public boolean isAtLeast(Consistency other) {
    return compareTo(other) <= 0;
  }

  /**
   * The level of a name such as {@code linearizable}, {@code linear}, {@code
   * Sequential-consistency} or {@code causal_consistency}.
   *
   * @throws IllegalArgumentException when no level has that name; the message lists those that
   *     exist
   */
  public static Consistency parse(String name) {
    String plain = name.strip().toLowerCase(Locale.ROOT).replaceFirst("[_-]consistency$", "");
    return switch (plain) {
      case "linearizable", "linear", "linearizability" -> LINEARIZABLE;
      case "sequential" -> SEQUENTIAL;
      case "causal" -> CAUSAL;
      case "eventual" -> EVENTUAL;
      default ->
          throw new IllegalArgumentException(
              "unknown consistency '"
                  + name
                  + "': expected one of "
                  + Arrays.stream(values())
                      .map(level -> level.name().toLowerCase(Locale.ROOT))
                      .collect(Collectors.joining(", ")));
    };
  }
}
