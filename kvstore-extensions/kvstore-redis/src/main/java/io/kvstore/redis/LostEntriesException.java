package io.kvstore.redis;

/**
 * A Redis does not have what was written to it: it was flushed or has evicted something, has
 * started again, or another datalet has taken the place. It ends the replica.
 */
public final class LostEntriesException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LostEntriesException(String message) {
    super(message);
  }
}
