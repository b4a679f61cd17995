package io.kvstore.core.store;

import io.kvstore.View;
import io.kvstore.core.spi.ControletFactory;

/**
 * Since when the replicas of a group know a command that is asked again for what it is: in some
 * cells of the matrix they do not. Any thread may ask.
 */
final class KnownRepetitions {
  private static final long NEVER = Long.MAX_VALUE;

  private final ControletFactory protocol;
  private volatile long since; // the epoch; NEVER while they do not

  /** Of a group that begins in this view. */
  KnownRepetitions(ControletFactory protocol, View first) {
    this.protocol = protocol;
    since = protocol.knowsRepetitions(first) ? 0 : NEVER;
  }

  /** Whether a command that began in an epoch, and is asked for again, takes effect only once. */
  boolean since(long epoch) {
    return since <= epoch;
  }

  /** A view was decided. */
  void onDecided(View next) {
    if (!protocol.knowsRepetitions(next)) {
      since = NEVER;
    } else if (since == NEVER) {
      since = next.epoch();
    }
  }
}
