package io.kvstore.spi;

import io.kvstore.Bytes;

/**
 * Asks for the entry of a key; answered by {@link Answer.Found}.
 *
 * @param key the key
 */
public record Get(Bytes key) implements Query, Step {}
