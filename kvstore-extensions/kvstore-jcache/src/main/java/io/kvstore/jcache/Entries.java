package io.kvstore.jcache;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Scan;
import io.kvstore.Update;
import io.kvstore.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;
import javax.cache.CacheException;

/**
 * The entries of a cache, which are a table of a store. Every write names what it must find there:
 * the version that was read, or nothing.
 *
 * <p>The store forgets an entry as soon as its lifetime is over, and says nothing. Where a listener
 * is to be told, and shown the value, the entry is <em>retained</em>: it is given a longer
 * lifetime, and a flag which says that.
 */
final class Entries {
  /** How much longer the store keeps an entry whose expiry is to be told. */
  static final Duration RETENTION = Duration.ofMinutes(10);

  private static final int RETAINED = 1;
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  private final KVStore<Bytes, Bytes> table;

  Entries(KVStore<Bytes, Bytes> table) {
    this.table = table;
  }

  /** The entry of a key, also one that has expired, as long as it is retained. */
  Optional<Stored> find(Bytes key) {
    return answered(() -> table.getVersioned(key)).map(Entries::stored);
  }

  private static Stored stored(Versioned<Bytes> entry) {
    boolean isRetained = (entry.flags() & RETAINED) != 0;
    Optional<Instant> expiresAt =
        isRetained ? entry.expiresAt().map(end -> end.minus(RETENTION)) : entry.expiresAt();
    return new Stored(entry.value(), entry.version(), isRetained, expiresAt);
  }

  /** Puts a value in the place of what was read; tells whether that was still there. */
  boolean put(
      Bytes key, Optional<Stored> read, Bytes value, Lifetime lifetime, boolean isRetained) {
    Update<Bytes, Bytes> put = Update.put(key, value);
    if (lifetime.isLimited()) {
      put = put.lifetime(kept(lifetime, isRetained)).flags(isRetained ? RETAINED : 0);
    }
    return isApplied(read.isPresent() ? put.ifVersion(read.get().version()) : put.ifAbsent());
  }

  /** Gives the entry that was read another lifetime; tells whether it was still there. */
  boolean touch(Bytes key, Stored read, Lifetime lifetime) {
    return isApplied(
        Update.<Bytes, Bytes>touch(key, kept(lifetime, read.isRetained()))
            .ifVersion(read.version()));
  }

  private static Duration kept(Lifetime lifetime, boolean isRetained) {
    return lifetime.time().map(time -> isRetained ? time.plus(RETENTION) : time).orElse(FOREVER);
  }

  /** Removes the entry that was read; tells whether it was still there. */
  boolean remove(Bytes key, Stored read) {
    return isApplied(Update.<Bytes, Bytes>remove(key).ifVersion(read.version()));
  }

  private boolean isApplied(Update<Bytes, Bytes> update) {
    return answered(() -> table.update(update)).applied();
  }

  /** All keys in their order, also of entries that have expired; listed while they are read. */
  Iterator<Bytes> keys() {
    Iterator<Bytes> keys = table.stream(Scan.all()).map(Item::key).iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return answered(keys::hasNext);
      }

      @Override
      public Bytes next() {
        return answered(keys::next);
      }
    };
  }

  void clear() {
    answered(
        () -> {
          table.clear();
          return true;
        });
  }

  private static <T> T answered(Supplier<T> call) {
    try {
      return call.get();
    } catch (KVStoreException failure) {
      throw new CacheException(failure.getMessage(), failure);
    }
  }
}
