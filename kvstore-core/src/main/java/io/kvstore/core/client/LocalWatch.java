package io.kvstore.core.client;

import static java.util.Objects.requireNonNull;

import io.kvstore.HistoryGoneException;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import io.kvstore.WatchPosition;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.client.WatchedShard.Found;
import io.kvstore.core.loop.ClientTask;
import io.kvstore.spi.Feed;
import io.kvstore.spi.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over replicas in this JVM, one of each shard. Each shard looks for what has changed when
 * it is asked, and is asked again when all that it has found is taken: so there is never more here
 * than one small batch of each.
 */
final class LocalWatch implements Feed {
  private static final Logger logger = LoggerFactory.getLogger(LocalWatch.class);

  /** How it has ended: by being closed, unless there is a reason. */
  private record End(@Nullable HistoryGoneException gone) {}

  private final LocalBackend backend;
  private final Feed.@Nullable Listener listener;
  private final List<WatchedShard> shards = new ArrayList<>();
  private final Queue<Found> found = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private final AtomicInteger signals =
      new AtomicInteger(); // the thread that makes it 1 tells the listener
  private final Arrival arrival = new Arrival();
  private volatile boolean isBegun;
  private boolean hasToldEnd; // by the thread that tells the listener
  private volatile WatchPosition taken; // of what was returned last, in each shard

  /** Wakes the callers that wait for something to come. */
  private final class Arrival extends ClientTask {
    void ring() {
      wakeWaiter();
    }

    @Override
    public boolean isDone() {
      return end.get() != null || (isBegun ? !found.isEmpty() : haveAllBegun());
    }

    @Override
    public void run() {}

    @Override
    public void deliver() {}
  }

  /** A watch that does not yet look for anything. */
  LocalWatch(
      LocalConnection connection,
      LocalBackend backend,
      Range keys,
      Optional<WatchPosition> after,
      Optional<Feed.Listener> listener) {
    this.backend = backend;
    this.listener = listener.orElse(null);
    taken = after.orElse(WatchPosition.NOWHERE);
    for (int shard = 0; shard < backend.hosts().shards(); shard++) {
      @Nullable Place place = after.isPresent() ? after.get().in(shard) : null;
      shards.add(new WatchedShard(this, connection, backend, shard, keys, place));
    }
  }

  /** Begins to look in all shards, and returns when each has its place. */
  void begin(long timeoutNanos) {
    shards.forEach(WatchedShard::begin);
    backend.driver().await(shards.get(0).loop(), arrival, timeoutNanos);
    End over = end.get();
    if (over == null && !haveAllBegun()) {
      close();
      throw new UnavailableException("no replica could be watched in time; try again");
    }
    if (over != null) {
      close();
      HistoryGoneException gone = over.gone();
      throw gone != null
          ? new HistoryGoneException(gone)
          : new IllegalStateException(backend.whyClosed());
    }
    for (WatchedShard shard : shards) {
      if (!shard.wasToldWhere()) {
        taken = taken.with(shard.number(), shard.begunAt());
      }
    }
    isBegun = true;
    signal();
  }

  private boolean haveAllBegun() {
    return shards.stream().allMatch(WatchedShard::hasBegun);
  }

  // For its shards, on any loop

  boolean isOver() {
    return end.get() != null;
  }

  void add(List<Found> more) {
    found.addAll(more);
    signal();
  }

  /** Something has come, or has ended. */
  void signal() {
    arrival.ring();
    if (listener != null && (isBegun || isOver()) && signals.getAndIncrement() == 0) {
      backend.driver().tell(this::tellListener);
    }
  }

  /** A shard cannot go on. */
  void gone(HistoryGoneException why) {
    if (end.compareAndSet(null, new End(why))) {
      letGo();
    }
  }

  private void letGo() {
    backend.forget(this);
    shards.forEach(WatchedShard::end);
    signal();
  }

  // For the application

  @Override
  public @Nullable Effect next(long timeoutNanos) {
    Found next = isClosed() ? null : found.poll();
    if (next == null && !isOver()) {
      shards.forEach(WatchedShard::ask);
      backend.driver().await(shards.get(0).loop(), arrival, timeoutNanos);
      next = isClosed() ? null : found.poll();
    }
    if (next != null) {
      return take(next);
    }
    End over = end.get();
    HistoryGoneException gone = over == null ? null : over.gone();
    if (gone != null) {
      throw new HistoryGoneException(gone);
    }
    return null;
  }

  private Effect take(Found next) {
    WatchedShard shard = next.shard();
    taken = taken.with(shard.number(), next.seen().place());
    shard.taken();
    return new Effect(shard.number(), next.seen().version(), next.seen().changed(), taken);
  }

  /** One thread at a time does this, and does it again if there was a signal meanwhile. */
  private void tellListener() {
    Feed.Listener told = requireNonNull(listener);
    int seen;
    do {
      seen = signals.get();
      for (Found next = isClosed() ? null : found.poll(); next != null; ) {
        Effect effect = take(next);
        guarded(() -> told.on(effect));
        next = isClosed() ? null : found.poll();
      }
      End over = end.get();
      if (over == null) {
        shards.forEach(WatchedShard::ask);
      } else if (!hasToldEnd) {
        hasToldEnd = true;
        guarded(() -> told.onEnd(Optional.ofNullable(over.gone())));
      }
    } while (signals.addAndGet(-seen) > 0);
  }

  private boolean isClosed() {
    End over = end.get();
    return over != null && over.gone() == null;
  }

  private static void guarded(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException | Error thrownByUser) {
      logger.warn("a listener has failed, and will be told what comes next", thrownByUser);
    }
  }

  @Override
  public WatchPosition position() {
    WatchPosition position = taken;
    for (WatchedShard shard : shards) {
      Place scanned = shard.scannedWithoutFinding();
      position = scanned == null ? position : position.with(shard.number(), scanned);
    }
    return position;
  }

  @Override
  public NodeId watched(int shard) {
    return shards.get(shard).node();
  }

  @Override
  public boolean isOpen() {
    return !isOver();
  }

  @Override
  public void close() {
    if (end.compareAndSet(null, new End(null))) {
      letGo();
    }
  }
}
