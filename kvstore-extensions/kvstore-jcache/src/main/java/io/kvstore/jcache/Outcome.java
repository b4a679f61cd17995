package io.kvstore.jcache;

import java.util.Optional;

/**
 * What became of an operation.
 *
 * @param step what it did
 * @param before the entry that it found, if there was one that had not expired
 * @param isDone whether a value was stored, or an entry removed
 * @param <V> the type of values
 */
record Outcome<V>(Step<V> step, Optional<Stored> before, boolean isDone) {}
