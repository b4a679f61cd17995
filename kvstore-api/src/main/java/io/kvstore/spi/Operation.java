package io.kvstore.spi;

/** What a client asks of a store, in bytes. */
public sealed interface Operation permits Query, Command {}
