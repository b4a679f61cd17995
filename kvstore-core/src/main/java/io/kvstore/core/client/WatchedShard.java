package io.kvstore.core.client;

import io.kvstore.HistoryGoneException;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.loop.ClientTask;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.node.LoggedChanges;
import io.kvstore.core.node.Replica;
import io.kvstore.core.watch.ChangeLog;
import io.kvstore.core.watch.Reader;
import io.kvstore.core.watch.Reader.Seen;
import io.kvstore.spi.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One shard of a watch: looks into the log of one replica, and when that is lost, of another.
 *
 * <pre>
 *   ask ──▶ look ── found something ──▶ waits until that is taken, and it is asked again
 *             │  ── nothing new ──────▶ waits for news of its replica, and looks again
 *             │  ── replica lost ─────▶ looks at another one, as soon as there is one
 *             ╰─── history gone ──────▶ the watch is over
 * </pre>
 */
final class WatchedShard implements ChangeLog.Watcher {
  /** Something that was found, and has yet to be taken. */
  record Found(WatchedShard shard, Seen seen) {}

  private final LocalWatch watch;
  private final LocalConnection connection;
  private final LocalBackend backend;
  private final int number;
  private final boolean wasToldWhere;
  private final Reader reader; // used on the loop of the replica's log
  private final AtomicBoolean isAsked = new AtomicBoolean();
  private final AtomicInteger untaken = new AtomicInteger();
  private final Runnable settle = this::settle;
  private volatile boolean isHomeless; // changed on that loop, too
  private volatile @Nullable Replica leftInVain; // for the present one, since it last looked
  private volatile @Nullable Replica replica;
  private volatile @Nullable Place begunAt;
  private volatile @Nullable Place scanned;

  WatchedShard(
      LocalWatch watch,
      LocalConnection connection,
      LocalBackend backend,
      int number,
      Range keys,
      @Nullable Place after) {
    this.watch = watch;
    this.connection = connection;
    this.backend = backend;
    this.number = number;
    this.wasToldWhere = after != null;
    this.reader = new Reader(keys, after, () -> connection.isBoundIn(number));
  }

  int number() {
    return number;
  }

  NodeId node() {
    Replica watched = replica;
    return watched == null ? NodeId.COORDINATOR : watched.self();
  }

  /** The loop of what it looks at. */
  EventLoop loop() {
    return log().loop();
  }

  private LoggedChanges log() {
    Replica watched = replica;
    if (watched == null) {
      throw new IllegalStateException("it has not begun");
    }
    return watched.changes();
  }

  // Asked by the watch

  void begin() {
    backend.hosts().group(number).beWatched();
    Replica first = connection.replicaToWatch(number);
    if (first == null) {
      throw new UnavailableException(
          connection.hasLostItsNode()
              ? "the node to watch was removed: use a session that is not bound to it"
              : "there is no replica to watch: restart one");
    }
    replica = first;
    ask();
  }

  boolean wasToldWhere() {
    return wasToldWhere;
  }

  boolean hasBegun() {
    return begunAt != null;
  }

  Place begunAt() {
    Place place = begunAt;
    if (place == null) {
      throw new IllegalStateException("it has not begun");
    }
    return place;
  }

  /** Looks for more, unless it does already, or something is left to be taken. */
  void ask() {
    if (untaken.get() == 0 && isAsked.compareAndSet(false, true)) {
      backend.driver().submit(loop(), new Asking());
    }
  }

  private final class Asking extends ClientTask {
    @Override
    public void run() {
      look();
    }

    @Override
    public boolean isDone() {
      return true;
    }

    @Override
    public void deliver() {}
  }

  void taken() {
    untaken.getAndDecrement();
  }

  /** Up to where it has looked, when there was nothing since what was taken last. */
  @Nullable Place scannedWithoutFinding() {
    Place place = scanned; // before the look at what is not taken: see below
    return untaken.get() == 0 ? place : null;
  }

  /** Looks no more. */
  void end() {
    backend.hosts().waiters().remove(settle);
    Replica watched = replica;
    if (watched != null) {
      LoggedChanges changes = watched.changes();
      changes.execute(() -> changes.log().forget(this));
    }
  }

  // On the loop of the replica's log

  private void look() {
    if (watch.isOver()) {
      return;
    }
    LoggedChanges changes = log();
    changes.log().begin();
    List<Seen> seen = new ArrayList<>();
    switch (reader.look(changes.log(), seen)) {
      case FOUND -> {
        untaken.set(seen.size());
        hasLooked();
        isAsked.set(false);
        watch.add(seen.stream().map(each -> new Found(this, each)).toList());
      }
      case NOTHING -> {
        hasLooked();
        changes.log().await(this);
      }
      case MORE -> {
        hasLooked();
        changes.execute(this::look);
      }
      case ENDED -> moveOn();
      case GONE ->
          watch.gone(new HistoryGoneException("shard " + number + ": " + reader.whyGone()));
    }
  }

  private void hasLooked() {
    leftInVain = null;
    Place place = reader.place();
    if (place != null) {
      scanned = place; // after what was found was counted: see above
      if (begunAt == null) {
        begunAt = place;
        watch.signal();
      }
    }
  }

  @Override
  public void onNews() {
    if (isHomeless) {
      isHomeless = false; // it takes part again
      backend.hosts().waiters().remove(settle);
    }
    look();
  }

  @Override
  public void onEnd() {
    moveOn();
  }

  private void moveOn() {
    if (watch.isOver()) {
      return;
    }
    isHomeless = true;
    if (!log().log().hasEnded()) {
      log().log().await(this); // it may take part again before there is another
    }
    backend.hosts().waiters().add(settle);
    settleHere(leftInVain);
  }

  /** Tried whenever a replica may have come, by the thread that notices. */
  private void settle() {
    log().execute(() -> settleHere(null));
  }

  /** Not at the replica from which it has just come here in vain: neither may serve it for long. */
  private void settleHere(@Nullable Replica inVain) {
    LoggedChanges before = log();
    if (!isHomeless || !before.loop().isMine()) {
      return;
    }
    if (connection.hasLostItsNode()) {
      watch.gone(
          new HistoryGoneException(
              "shard " + number + ": node " + node() + ", which was watched, was removed"));
      return;
    }
    Replica next = connection.replicaToWatchAfter(number, replica);
    if (next != null && next != inVain) {
      isHomeless = false;
      backend.hosts().waiters().remove(settle);
      before.log().forget(this);
      leftInVain = replica;
      replica = next;
      next.changes().execute(this::look);
    }
  }
}
