package io.kvstore.server.memcached;

import io.kvstore.Bytes;

/**
 * What is to be stored, and how.
 *
 * @param mode the way
 * @param key where
 * @param value what
 * @param flags the client's own 32 bits
 * @param lifetime how long
 * @param unique the unique that the item must have; 0 when any will do, but never for {@link
 *     Mode#CAS}
 * @param mayBeStale whether a unique that is too low stores all the same, as a stale item
 * @param asksUnique whether the client wants to know the new unique
 */
record Placing(
    Mode mode,
    Bytes key,
    Bytes value,
    int flags,
    Lifetime lifetime,
    long unique,
    boolean mayBeStale,
    boolean asksUnique) {
  /** The ways to store. */
  enum Mode {
    SET,
    ADD,
    REPLACE,
    APPEND,
    PREPEND,
    CAS
  }
}
