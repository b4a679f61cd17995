package io.kvstore.recipes;

import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Registration;
import io.kvstore.Scan;
import io.kvstore.WatchListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/** What the recipes of one {@link Recipes} have in common. */
final class Context {
  static final String CLOSED = "the recipes are closed";

  private static final long LEAVING_NANOS = 2_000_000_000;

  private final KVStore<String, String> store;
  private final Clockwork clockwork;
  private final long leaseNanos;
  private final Set<Contender> contenders = ConcurrentHashMap.newKeySet(); // as many as callers ask
  private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet(); // one for each who waits
  private volatile boolean isClosed;

  Context(KVStore<String, String> store, Clockwork clockwork, long leaseNanos) {
    this.store = store;
    this.clockwork = clockwork;
    this.leaseNanos = leaseNanos;
  }

  KVStore<String, String> store() {
    return store;
  }

  Clockwork clockwork() {
    return clockwork;
  }

  long leaseNanos() {
    return leaseNanos;
  }

  /** What nothing else is called. */
  static String newId() {
    return UUID.randomUUID().toString();
  }

  /**
   * Takes in a claim that begins.
   *
   * @throws IllegalStateException when all is closed
   */
  void add(Contender contender) {
    contenders.add(contender);
    if (isClosed) {
      contenders.remove(contender);
      requireOpen();
    }
  }

  void remove(Contender contender) {
    contenders.remove(contender);
  }

  void requireOpen() {
    if (isClosed) {
      throw new IllegalStateException(CLOSED);
    }
  }

  /** Watches keys, if the store can; those who watch must not rely on it. */
  Registration watch(Scan<String> keys, WatchListener<String, String> listener) {
    try {
      return store.watch(keys, listener);
    } catch (KVStoreException | UnsupportedOperationException none) {
      return () -> {};
    }
  }

  boolean isClosed() {
    return isClosed;
  }

  /** Calls this when all is closed, unless it is taken back. */
  Registration whenClosed(Runnable task) {
    waiting.add(task);
    if (isClosed) {
      task.run();
    }
    return () -> waiting.remove(task);
  }

  /**
   * Waits until claims are given back, for two seconds at the most: then they end by themselves.
   */
  void awaitLeft(CompletableFuture<?> left) {
    try {
      clockwork.await(left, LEAVING_NANOS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException unreachable) {
      // Their leases end.
    }
  }

  /** Nothing begins any more. Answers the claims that are left. */
  List<Contender> close() {
    isClosed = true;
    waiting.forEach(Runnable::run);
    return new ArrayList<>(contenders);
  }
}
