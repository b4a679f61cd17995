package io.kvstore.core.replication;

import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Gives an operation what has to go for it, where the store is bounded, when it gets its place in
 * the order. So every member removes the same, at the same place.
 */
final class Eviction {
  private final @Nullable Env env; // null where nothing is evicted

  Eviction(Env env) {
    this.env = env.settings().capacity().isPresent() ? env : null;
  }

  /** An operation at this place, with the keys that have to go when it is performed there. */
  Ordered place(long position, long time, int client, long sequence, Operation operation) {
    Ordered next = new Ordered(position, time, client, sequence, operation);
    return env == null ? next : env.storage().makeRoom(next);
  }
}
