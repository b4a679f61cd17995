package io.kvstore.testkit.record;

import io.kvstore.Bytes;

/**
 * An entry of a bounded store that was removed for another to have room, as the replicas have
 * performed that.
 *
 * @param key its key
 * @param version the version of its removal, which is that of the write which needed the room
 * @param first when the first replica had done it
 * @param last when the last had that did it at all
 */
record Eviction(Bytes key, long version, long first, long last) {
  /** The same, done by one more. */
  Eviction until(long later) {
    return new Eviction(key, version, first, later);
  }
}
