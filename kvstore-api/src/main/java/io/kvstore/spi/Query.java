package io.kvstore.spi;

/** An operation that changes nothing. */
public sealed interface Query extends Operation permits Get, GetMany, Range, Count {}
