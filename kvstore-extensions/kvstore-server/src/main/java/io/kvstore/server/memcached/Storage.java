package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import org.jspecify.annotations.Nullable;

/** A request that comes with a value, which is read after its line. */
abstract class Storage extends Request {
  private final Bytes key;
  private final int length;
  private @Nullable Bytes value;

  Storage(Bytes key, int length) {
    this.key = key;
    this.length = length;
  }

  @Override
  final Bytes key() {
    return key;
  }

  /** How long the value is. */
  final int length() {
    return length;
  }

  /** The value has been read. */
  final void accept(Bytes read) {
    value = read;
  }

  final Bytes value() {
    if (value == null) {
      throw new IllegalStateException("the value of " + key + " has not been read yet");
    }
    return value;
  }

  /** What is performed instead when the value does not end where it was said to. */
  abstract Request badChunk();
}
