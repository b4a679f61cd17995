package io.kvstore.server.memcached;

/**
 * What a storage request did.
 *
 * @param outcome whether it stored, and if not, why
 * @param unique the new cas unique; 0 when nothing was stored
 */
record Stored(Outcome outcome, long unique) {
  /** How a storage request ends. */
  enum Outcome {
    STORED,
    NOT_STORED,
    EXISTS,
    NOT_FOUND
  }

  static final Stored NOT_STORED = new Stored(Outcome.NOT_STORED, 0);
  static final Stored EXISTS = new Stored(Outcome.EXISTS, 0);
  static final Stored NOT_FOUND = new Stored(Outcome.NOT_FOUND, 0);

  /** Stored, where the unique is not asked for. */
  static final Stored SOMEHOW = new Stored(Outcome.STORED, Marks.ANY_VERSION);

  static Stored as(long unique) {
    return new Stored(Outcome.STORED, unique);
  }
}
