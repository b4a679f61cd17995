package io.kvstore.server.memcached;

import io.kvstore.AsyncKVStore;
import io.kvstore.Bytes;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * memcached's operations on the items of one session with a store.
 *
 * <p>Each is one operation of the store, or reads first and then writes on the condition that the
 * version is still the one that was read. An item whose time is over when it is stored is not
 * stored but removed, which looks the same from outside.
 */
final class Items {
  private final AsyncKVStore<Bytes, Bytes> store;
  private final Marks marks;
  private final Clock clock;

  Items(AsyncKVStore<Bytes, Bytes> store, Marks marks, Clock clock) {
    this.store = store;
    this.marks = marks;
    this.clock = clock;
  }

  AsyncKVStore<Bytes, Bytes> store() {
    return store;
  }

  Marks marks() {
    return marks;
  }

  long nowSeconds() {
    return clock.instant().getEpochSecond();
  }

  /** How many seconds are left, rounded up; -1 for ever. */
  long secondsLeft(Optional<Instant> expiresAt) {
    if (expiresAt.isEmpty()) {
      return -1;
    }
    long nanos = Duration.between(clock.instant(), expiresAt.get()).toNanos();
    return Math.max(0, -Math.floorDiv(-nanos, 1_000_000_000L));
  }

  long unique(Bytes key, Versioned<Bytes> item) {
    return marks.get(key, item.version()).unique();
  }

  // Reading

  CompletableFuture<Optional<Versioned<Bytes>>> get(Bytes key) {
    return store.getVersioned(key);
  }

  /** Notes that a client has fetched an item. */
  void fetched(Bytes key, Versioned<Bytes> item) {
    marks.fetched(key, item.version(), nowSeconds());
  }

  /** Sets how long an item lives; the answer has the item as it was, and as it is. */
  CompletableFuture<Written<Bytes>> touch(Bytes key, Lifetime lifetime) {
    if (lifetime.isOver()) {
      return store.update(Update.<Bytes, Bytes>remove(key).ifPresent());
    }
    return store
        .update(lifetime.touch(key))
        .thenApply(
            written -> {
              carry(key, written);
              return written;
            });
  }

  /** Whatever is known of an item stays known of it. */
  private void carry(Bytes key, Written<Bytes> written) {
    if (written.applied() && written.before().isPresent() && written.after().isPresent()) {
      long from = written.before().get().version();
      long to = written.after().get().version();
      Mark mark = marks.get(key, from);
      marks.put(key, new Mark(to, mark.unique(), mark.isStale(), mark.isWon()));
      marks.carryAccess(key, from, to);
    }
  }

  // Storing

  CompletableFuture<Stored> place(Placing placing) {
    CompletableFuture<Stored> placed =
        switch (placing.mode()) {
          case SET -> set(placing);
          case ADD -> add(placing);
          case REPLACE ->
              store.update(putOrRemove(placing).ifPresent()).thenApply(written -> stored(written));
          case CAS -> compareAndSet(placing);
          case APPEND, PREPEND -> join(placing);
        };
    return placed.thenApply(
        stored -> {
          if (stored.outcome() == Stored.Outcome.STORED) {
            marks.stored(placing.key(), stored.unique(), nowSeconds());
          }
          return stored;
        });
  }

  private CompletableFuture<Stored> add(Placing placing) {
    return placing.lifetime().isOver()
        ? store.contains(placing.key()).thenApply(is -> is ? Stored.NOT_STORED : Stored.SOMEHOW)
        : store.update(put(placing).ifAbsent()).thenApply(written -> stored(written));
  }

  private CompletableFuture<Stored> set(Placing placing) {
    boolean isPlain =
        placing.flags() == 0 && placing.lifetime().isForever() && !placing.asksUnique();
    return isPlain
        ? store.put(placing.key(), placing.value()).thenApply(done -> Stored.SOMEHOW)
        : store.update(putOrRemove(placing)).thenApply(written -> stored(written));
  }

  private static Stored stored(Written<Bytes> written) {
    return written.applied()
        ? Stored.as(written.after().map(Versioned::version).orElse(0L))
        : Stored.NOT_STORED;
  }

  private static Update<Bytes, Bytes> put(Placing placing) {
    return placing
        .lifetime()
        .limit(Update.<Bytes, Bytes>put(placing.key(), placing.value()).flags(placing.flags()));
  }

  private static Update<Bytes, Bytes> putOrRemove(Placing placing) {
    return placing.lifetime().isOver() ? Update.remove(placing.key()) : put(placing);
  }

  private CompletableFuture<Stored> compareAndSet(Placing placing) {
    Bytes key = placing.key();
    return store
        .update(putOrRemove(placing).ifVersion(marks.versionFor(key, placing.unique())))
        .thenCompose(
            written -> {
              if (written.applied()) {
                return CompletableFuture.completedFuture(stored(written));
              }
              if (written.before().isEmpty()) {
                return CompletableFuture.completedFuture(Stored.NOT_FOUND);
              }
              Versioned<Bytes> present = written.before().get();
              boolean isBehind = Long.compareUnsigned(placing.unique(), unique(key, present)) < 0;
              return placing.mayBeStale() && placing.unique() != 0 && isBehind
                  ? setStale(placing, present)
                  : CompletableFuture.completedFuture(Stored.EXISTS);
            });
  }

  /** Replaces the value of a newer item, which keeps its time and is stale from then on. */
  private CompletableFuture<Stored> setStale(Placing placing, Versioned<Bytes> present) {
    Bytes key = placing.key();
    Update<Bytes, Bytes> put =
        Update.<Bytes, Bytes>put(key, placing.value())
            .flags(placing.flags())
            .ifVersion(present.version());
    return store
        .update(present.expiresAt().map(at -> put.lifetime(until(at))).orElse(put))
        .thenCompose(
            written -> {
              if (written.applied() && written.after().isPresent()) {
                long version = written.after().get().version();
                boolean isWon = marks.get(key, present.version()).isWon();
                marks.put(key, new Mark(version, version, true, isWon));
                return CompletableFuture.completedFuture(Stored.as(version));
              }
              return compareAndSet(placing);
            });
  }

  private Duration until(Instant time) {
    Duration left = Duration.between(clock.instant(), time);
    return left.isNegative() || left.isZero() ? Duration.ofNanos(1) : left;
  }

  private CompletableFuture<Stored> join(Placing placing) {
    Bytes key = placing.key();
    Update<Bytes, Bytes> join =
        placing.mode() == Placing.Mode.APPEND
            ? Update.append(key, placing.value())
            : Update.prepend(key, placing.value());
    boolean anyUnique = placing.unique() == 0;
    return store
        .update(
            anyUnique ? join.ifPresent() : join.ifVersion(marks.versionFor(key, placing.unique())))
        .handle(
            (written, thrown) -> {
              if (thrown != null) {
                return whyNotJoined(thrown);
              }
              boolean isOther = !written.applied() && written.before().isPresent();
              return isOther ? Stored.EXISTS : stored(written);
            });
  }

  /** A value that would grow over the store's limit is not stored. */
  private static Stored whyNotJoined(Throwable thrown) {
    Throwable cause = Failure.cause(thrown);
    if (cause instanceof IllegalArgumentException) {
      return Stored.NOT_STORED;
    }
    throw new java.util.concurrent.CompletionException(cause);
  }

  // Removing

  /** Removes an item, or one with this unique unless that is 0. */
  CompletableFuture<Stored> remove(Bytes key, boolean comparesUnique, long unique) {
    return store
        .update(conditional(Update.remove(key), key, comparesUnique, unique))
        .thenApply(Items::removed);
  }

  private static Stored removed(Written<Bytes> written) {
    if (written.applied()) {
      return Stored.SOMEHOW;
    }
    return written.before().isPresent() ? Stored.EXISTS : Stored.NOT_FOUND;
  }

  private Update<Bytes, Bytes> conditional(
      Update<Bytes, Bytes> update, Bytes key, boolean comparesUnique, long unique) {
    return comparesUnique ? update.ifVersion(marks.versionFor(key, unique)) : update.ifPresent();
  }

  /**
   * Marks an item as stale, under a new unique.
   *
   * @param lifetime how long it lives from now on; empty when that stays as it is
   */
  CompletableFuture<Stored> invalidate(
      Bytes key, boolean comparesUnique, long unique, Optional<Lifetime> lifetime) {
    if (lifetime.isPresent() && lifetime.get().isOver()) {
      return remove(key, comparesUnique, unique);
    }
    // To append nothing changes nothing but the version.
    Update<Bytes, Bytes> anew =
        lifetime.map(time -> time.touch(key)).orElseGet(() -> Update.append(key, Bytes.EMPTY));
    return store
        .update(conditional(anew, key, comparesUnique, unique))
        .thenApply(
            written -> {
              if (written.applied() && written.after().isPresent()) {
                long version = written.after().get().version();
                marks.put(key, new Mark(version, version, true, false));
                written
                    .before()
                    .ifPresent(before -> marks.carryAccess(key, before.version(), version));
              }
              return removed(written);
            });
  }
}
