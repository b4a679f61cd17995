package io.kvstore.memcached;

/**
 * A memcached does not have what was written to it: items were evicted or flushed, the server has
 * started again, or another datalet writes to the same place. It ends the replica.
 */
public final class LostEntriesException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LostEntriesException(String message) {
    super(message);
  }
}
