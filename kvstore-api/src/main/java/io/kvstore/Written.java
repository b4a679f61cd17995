package io.kvstore;

import java.util.Optional;

/**
 * What a write did.
 *
 * @param applied whether its condition held, so that the change was made
 * @param before what stood there before, if anything
 * @param after what stands there now, if anything
 * @param <V> the type of values
 */
public record Written<V>(
    boolean applied, Optional<Versioned<V>> before, Optional<Versioned<V>> after) {}
