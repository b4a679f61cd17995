package io.kvstore.spi;

/**
 * Changes nothing but the group's time, so that what has expired is seen to have; answered by
 * {@link Answer.Counted}.
 */
public record Tick() implements Command {}
