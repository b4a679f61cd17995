package io.kvstore.redis;

import static io.kvstore.redis.Connection.ascii;
import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The three keys that a replica has in its server.
 *
 * <pre>
 *   kvstore:n0-0                 the place of the first shard's replica on the first node: its owner
 *   kvstore:n0-0:OWNER:entries   a hash: each key with its entry
 *   kvstore:n0-0:OWNER:keys      a sorted set: the same keys, all with the score 0
 * </pre>
 *
 * The owner is another one each time that a datalet is opened: what an earlier one has left, or is
 * still writing, is never taken for an entry.
 */
final class RedisKeys {
  private final String place;
  private final String owner;

  RedisKeys(String place, String owner) {
    this.place = place;
    this.owner = owner;
  }

  byte[] place() {
    return ascii(place);
  }

  byte[] owner() {
    return ascii(owner);
  }

  byte[] entries() {
    return ascii(place + ":" + owner + ":entries");
  }

  byte[] sorted() {
    return ascii(place + ":" + owner + ":keys");
  }

  /** Those of another owner of the place. */
  RedisKeys of(byte[] another) {
    return new RedisKeys(place, new String(another, US_ASCII));
  }

  @Override
  public String toString() {
    return place;
  }
}
