package io.kvstore.server.memcached;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of a number that was to be counted up or down.
 *
 * @param outcome how it ended
 * @param number the number now, 64 bits without a sign
 * @param unique the item's unique now
 * @param expiresAt when the item expires
 * @param isCreated whether there was no item before
 */
record Sum(
    Outcome outcome, long number, long unique, Optional<Instant> expiresAt, boolean isCreated) {
  /** How it can end. */
  enum Outcome {
    DONE,
    NOT_FOUND,
    EXISTS,
    NON_NUMERIC
  }

  static final Sum NOT_FOUND = failed(Outcome.NOT_FOUND);
  static final Sum EXISTS = failed(Outcome.EXISTS);
  static final Sum NON_NUMERIC = failed(Outcome.NON_NUMERIC);

  private static Sum failed(Outcome outcome) {
    return new Sum(outcome, 0, 0, Optional.empty(), false);
  }
}
