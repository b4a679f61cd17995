package io.kvstore.spi;

/** Removes every entry; answered by {@link Answer.Counted}, with how many there were. */
public record Clear() implements Command {}
