package io.kvstore.server.memcached;

/**
 * What memcached's meta commands know of an item, and the store's entry does not.
 *
 * @param version the version of the entry that it belongs to; other versions have nothing of it
 * @param unique the cas unique that clients see
 * @param isStale whether a client has marked the item as stale
 * @param isWon whether a client has already been told to recache the item
 */
record Mark(long version, long unique, boolean isStale, boolean isWon) {
  /** What is known of a version that no client has marked. */
  static Mark none(long version) {
    return new Mark(version, version, false, false);
  }

  Mark won() {
    return new Mark(version, unique, isStale, true);
  }
}
