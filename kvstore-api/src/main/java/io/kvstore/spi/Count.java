package io.kvstore.spi;

/** Asks how many entries there are; answered by {@link Answer.Counted}. */
public record Count() implements Query {}
