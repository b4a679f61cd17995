package io.kvstore.spi;

import io.kvstore.Bytes;

/** A read or a write of one key, as one of those of a {@link Transaction}. */
public sealed interface Step permits Get, Write {
  /** The key. */
  Bytes key();
}
