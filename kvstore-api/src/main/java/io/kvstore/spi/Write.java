package io.kvstore.spi;

import io.kvstore.Bytes;

/**
 * Makes a change to the entry of a key if a condition holds; answered by {@link Answer.Written}.
 *
 * @param key the key
 * @param condition what must hold of the entry
 * @param change what is done to it
 */
public record Write(Bytes key, Condition condition, Change change) implements Command, Step {}
