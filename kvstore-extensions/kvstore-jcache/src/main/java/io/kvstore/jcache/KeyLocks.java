package io.kvstore.jcache;

import io.kvstore.Bytes;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Locks of keys. A key shares its lock with others; of several locks the first in their order is
 * taken first, so that two callers cannot wait for each other.
 */
final class KeyLocks {
  private static final int LOCKS = 64;

  private final List<ReentrantLock> locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

  /** Does something while no other thread has the lock of a key. */
  <T> T locked(Bytes key, Supplier<T> action) {
    ReentrantLock lock = locks.get(indexOf(key));
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** Does something while no other thread has the lock of any of the keys. */
  void locked(Collection<Bytes> keys, Runnable action) {
    List<ReentrantLock> needed =
        keys.stream().mapToInt(KeyLocks::indexOf).distinct().sorted().mapToObj(locks::get).toList();
    needed.forEach(ReentrantLock::lock);
    try {
      action.run();
    } finally {
      needed.forEach(ReentrantLock::unlock);
    }
  }

  private static int indexOf(Bytes key) {
    return Math.floorMod(key.hashCode(), LOCKS);
  }
}
