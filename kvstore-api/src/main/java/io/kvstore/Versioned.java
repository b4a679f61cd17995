package io.kvstore;

import java.time.Instant;
import java.util.Optional;

/**
 * A value with what the store knows of it.
 *
 * @param value the value
 * @param version the number of the write that made it: on one key, a later write has a higher one
 * @param flags 32 bits that belong to the writer of the value
 * @param expiresAt when it expires, if ever
 * @param <V> the type of values
 */
public record Versioned<V>(V value, long version, int flags, Optional<Instant> expiresAt) {}
