package io.kvstore.spi;

import io.kvstore.Bytes;

/**
 * Asks for the entries of a range of keys in their order; answered by {@link Answer.Listed}.
 *
 * @param from the first key
 * @param to the end, not included; empty means that there is none
 * @param limit how many entries at the most
 */
public record Range(Bytes from, Bytes to, int limit) implements Query {}
