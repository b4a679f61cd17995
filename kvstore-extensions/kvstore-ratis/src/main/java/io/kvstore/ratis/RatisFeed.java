package io.kvstore.ratis;

import static java.util.Objects.requireNonNull;

import io.kvstore.HistoryGoneException;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import io.kvstore.WatchPosition;
import io.kvstore.core.engine.ShardEntries.Changed;
import io.kvstore.spi.Feed;
import io.kvstore.spi.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over members, one of each shard. Each shard asks for what has changed when all that it
 * has brought is taken: so there is never more here than one small batch of each.
 */
final class RatisFeed implements Feed {
  private static final Logger logger = LoggerFactory.getLogger(RatisFeed.class);

  /** Something that was found, or the news that nothing more will be. */
  private record Arrival(@Nullable WatchedShard shard, @Nullable Changed changed) {
    static final Arrival END = new Arrival(null, null);
  }

  private record End(@Nullable HistoryGoneException gone) {}

  private final RatisBackend backend;
  private final @Nullable Listener listener;
  private final List<WatchedShard> shards = new ArrayList<>();
  private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private final AtomicInteger signals = new AtomicInteger(); // who makes it 1 tells the listener
  private boolean hasToldEnd; // by the one who tells the listener
  private volatile boolean isBegun;
  private volatile WatchPosition taken;

  RatisFeed(
      RatisBackend backend,
      RatisConnection connection,
      Range keys,
      Optional<WatchPosition> after,
      Optional<Listener> listener) {
    this.backend = backend;
    this.listener = listener.orElse(null);
    this.taken = after.orElse(WatchPosition.NOWHERE);
    for (int shard = 0; shard < backend.settings().shards(); shard++) {
      shards.add(
          new WatchedShard(
              this,
              backend,
              connection,
              shard,
              keys,
              after.isPresent() ? after.get().in(shard) : null));
    }
  }

  /** Returns once each shard has its place. */
  void begin(long timeoutNanos) {
    long deadline = System.nanoTime() + timeoutNanos;
    shards.forEach(WatchedShard::begin);
    for (WatchedShard shard : shards) {
      try {
        taken =
            taken.with(
                shard.number(),
                shard.begun().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
      } catch (TimeoutException late) {
        throw new UnavailableException("no member could be watched in time; try again", late);
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        throw new UnavailableException("the calling thread was interrupted", interrupt);
      } catch (ExecutionException failed) {
        throw failed.getCause() instanceof HistoryGoneException gone
            ? new HistoryGoneException(gone)
            : new IllegalStateException("the store is closed", failed);
      }
    }
    isBegun = true;
    signal();
  }

  // For its shards, on any thread

  boolean isOver() {
    return end.get() != null;
  }

  void add(WatchedShard shard, List<Changed> changes) {
    changes.forEach(each -> arrivals.add(new Arrival(shard, each)));
    signal();
  }

  /** A shard cannot go on. */
  void gone(HistoryGoneException why) {
    end(new End(why));
  }

  private void end(End how) {
    if (end.compareAndSet(null, how)) {
      backend.forget(this);
      shards.forEach(WatchedShard::end);
      arrivals.add(Arrival.END);
      signal();
    }
  }

  private void signal() {
    if (listener != null && (isBegun || isOver()) && signals.getAndIncrement() == 0) {
      backend.executor().execute(this::tellListener);
    }
  }

  // For the one who watches

  @Override
  public @Nullable Effect next(long timeoutNanos) {
    long deadline = System.nanoTime() + timeoutNanos;
    Arrival arrival = isClosed() ? null : arrivals.poll();
    try {
      while (!isClosed()) {
        if (arrival != null && arrival.changed() != null) {
          return take(arrival);
        }
        throwIfGone();
        shards.forEach(WatchedShard::ask);
        long left = timeoutNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
        arrival = arrivals.poll(left, TimeUnit.NANOSECONDS);
        if (arrival == null) {
          return null;
        }
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private void throwIfGone() {
    End over = end.get();
    HistoryGoneException gone = over == null ? null : over.gone();
    if (gone != null && arrivals.stream().allMatch(each -> each.changed() == null)) {
      throw new HistoryGoneException(gone);
    }
  }

  private Effect take(Arrival arrival) {
    WatchedShard shard = requireNonNull(arrival.shard());
    Changed changed = requireNonNull(arrival.changed());
    taken = taken.with(shard.number(), changed.place());
    shard.taken();
    return new Effect(shard.number(), changed.version(), changed.pairs(), taken);
  }

  /** One thread at a time does this, and does it again if there was a signal meanwhile. */
  private void tellListener() {
    Listener told = requireNonNull(listener);
    int seen;
    do {
      seen = signals.get();
      for (Arrival next = nextToTell(); next != null; next = nextToTell()) {
        Effect effect = take(next);
        guarded(() -> told.on(effect));
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

  private @Nullable Arrival nextToTell() {
    Arrival next = isClosed() ? null : arrivals.poll();
    while (next != null && next.changed() == null) {
      next = arrivals.poll();
    }
    return next;
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
      WatchPosition.Place scanned = shard.scannedWithoutFinding();
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
    end(new End(null));
  }
}
