package io.kvstore.spi;

/** An operation that may change entries, and is therefore ordered. */
public sealed interface Command extends Operation permits Write, Batch, Transaction, Clear, Tick {}
