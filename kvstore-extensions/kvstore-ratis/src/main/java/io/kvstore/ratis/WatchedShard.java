package io.kvstore.ratis;

import io.kvstore.HistoryGoneException;
import io.kvstore.NodeId;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.engine.ChangesRead;
import io.kvstore.spi.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One shard of a watch: asks one member what has changed, and when that cannot be reached, another.
 *
 * <p>A place counts at every member, because all perform the same commands at the same positions.
 */
final class WatchedShard {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SILENCE_NANOS = 2 * PATIENCE_NANOS;
  private static final long PAUSE_MILLIS = 20;

  private final RatisFeed feed;
  private final RatisBackend backend;
  private final RatisConnection connection;
  private final int number;
  private final Range keys;
  private final CompletableFuture<Place> begun = new CompletableFuture<>();
  private final AtomicBoolean isAsking = new AtomicBoolean();
  private final AtomicInteger untaken = new AtomicInteger();
  private volatile @Nullable Place place; // up to where was asked
  private volatile @Nullable Peer watched;
  private final AtomicInteger losses = new AtomicInteger();

  WatchedShard(
      RatisFeed feed,
      RatisBackend backend,
      RatisConnection connection,
      int number,
      Range keys,
      @Nullable Place after) {
    this.feed = feed;
    this.backend = backend;
    this.connection = connection;
    this.number = number;
    this.keys = keys;
    this.place = after;
  }

  int number() {
    return number;
  }

  /** Its place, once it has one. */
  CompletableFuture<Place> begun() {
    return begun;
  }

  NodeId node() {
    Peer peer = watched;
    return peer == null ? NodeId.COORDINATOR : peer.node();
  }

  void begin() {
    if (isAsking.compareAndSet(false, true)) {
      askNext();
    }
  }

  /** Asks for more, unless it does already, or something is left to be taken. */
  void ask() {
    if (untaken.get() == 0 && isAsking.compareAndSet(false, true)) {
      askNext();
    }
  }

  void taken() {
    untaken.getAndDecrement();
  }

  /** Up to where it has asked, when there was nothing since what was taken last. */
  @Nullable Place scannedWithoutFinding() {
    Place here = place; // before the look at what is not taken
    return untaken.get() == 0 ? here : null;
  }

  void end() {
    begun.completeExceptionally(new IllegalStateException("the watch is closed"));
  }

  private void askNext() {
    if (feed.isOver()) {
      return;
    }
    Peer peer = peer();
    if (peer == null) {
      lost();
      return;
    }
    Place here = place;
    Ask question =
        here == null
            ? new Ask.BeginWatch()
            : new Ask.Watch(here, keys, begun.isDone() ? PATIENCE_NANOS : 0);
    Ends.thenAccept(
        backend
            .shard(number)
            .members()
            .ask(peer, question)
            .completeOnTimeout(
                new Reply.Refused(peer + " is silent"), SILENCE_NANOS, TimeUnit.NANOSECONDS),
        backend.executor(),
        this::on);
  }

  private @Nullable Peer peer() {
    Members members = backend.shard(number).members();
    Peer before = watched;
    if (connection.pinnedTo().isPresent()) {
      watched = members.find(connection.pinnedTo().get()).orElse(null);
    } else if (before == null) {
      List<Peer> all = new ArrayList<>(members.all());
      NodeId self = backend.self();
      Peer own = self == null ? null : members.find(self).orElse(null);
      watched =
          own != null && losses.get() == 0
              ? own
              : all.isEmpty()
                  ? null
                  : all.get((connection.preference() + losses.get()) % all.size());
    }
    return watched;
  }

  private void on(Reply reply) {
    if (reply instanceof Reply.Watched watchedHere) {
      ChangesRead read = watchedHere.read();
      Place before = place;
      untaken.addAndGet(read.changes().size());
      place = read.place();
      begun.complete(before == null ? read.place() : before);
      isAsking.set(false);
      if (!read.changes().isEmpty()) {
        feed.add(this, read.changes());
      } else if (!feed.isOver()) {
        ask();
      }
    } else if (reply instanceof Reply.Gone gone) {
      String behind = begun.isDone() ? "the watch is too far behind: " : "";
      HistoryGoneException why =
          new HistoryGoneException("shard " + number + ": " + behind + gone.why());
      begun.completeExceptionally(why);
      feed.gone(why);
    } else if (reply instanceof Reply.NotKept) {
      haveChangesKept();
    } else {
      lost();
    }
  }

  /** The first watch of a group has all members keep what changes, so that it can go on at any. */
  private void haveChangesKept() {
    ShardClient client = backend.shard(number);
    Ask.Submit keep =
        new Ask.Submit(Coding.encode(new LogRecord.KeepChanges(), LogRecord::write), 0);
    Ends.thenAccept(
        client.leader().find(),
        found -> {
          if (found.isEmpty()) {
            askAfterPause();
          } else {
            Ends.thenAccept(
                client.order(found.get(), keep, client.patience()), reply -> askAfterPause());
          }
        });
  }

  private void askAfterPause() {
    backend.shard(number).schedule(this::askNext, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Its member cannot be asked: another one is, after a pause. */
  private void lost() {
    watched = null;
    losses.incrementAndGet();
    askAfterPause();
  }
}
