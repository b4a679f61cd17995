package io.kvstore.rocksdb;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * What the databases of one factory have together outside of the heap: blocks that were read, and
 * writes that are in no file yet. It is there while one of them is open.
 */
final class SharedMemory {
  private static final int BUFFERS_PART = 2; // of the whole

  private final long bytes;
  private int users;
  private @Nullable Cache cache;
  private @Nullable WriteBufferManager buffers;

  SharedMemory(long bytes) {
    this.bytes = bytes;
  }

  /** One more database uses it. */
  synchronized void acquire() {
    if (users == 0) {
      RocksDB.loadLibrary();
      Cache made = new LRUCache(bytes);
      buffers = new WriteBufferManager(bytes / BUFFERS_PART, made); // they are part of the cache
      cache = made;
    }
    users++;
  }

  synchronized Cache cache() {
    return requireNonNull(cache, "nobody uses the cache");
  }

  synchronized WriteBufferManager buffers() {
    return requireNonNull(buffers, "nobody uses the buffers");
  }

  /** A database that used it is closed. */
  synchronized void release() {
    if (--users == 0) {
      buffers().close();
      cache().close();
      buffers = null;
      cache = null;
    }
  }

  /** How many databases use it. */
  synchronized int users() {
    return users;
  }
}
