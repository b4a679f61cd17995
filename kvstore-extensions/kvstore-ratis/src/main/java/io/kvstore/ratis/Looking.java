package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A read at one member. A session that is bound to none asks the next one when a member cannot be
 * reached, or is too far behind.
 *
 * <p>At the sequential and causal levels an entry expires by the group's time. While nothing is
 * written, that time stands still: so a read that meets an entry which should have expired by the
 * member's clock has the time go on, and looks again. What it finds then is right, also where the
 * member's clock is ahead of that of the leader.
 */
final class Looking {
  private static final long PAUSE_MILLIS = 20;
  private static final long ONE_MEMBER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final RatisBackend backend;
  private final RatisConnection connection;
  private final int shard;
  private final Query query;
  private final Consistency level;
  private final long deadline;
  private final CompletableFuture<Answer> future = new CompletableFuture<>();
  private volatile String waitsFor = "a member that can answer";
  private int attempts; // by the one task that asks
  private boolean isTimeCurrent; // the group's time, whatever a member's own clock says; the same

  Looking(
      RatisBackend backend,
      RatisConnection connection,
      int shard,
      Query query,
      Consistency level,
      long timeoutNanos) {
    this.backend = backend;
    this.connection = connection;
    this.shard = shard;
    this.query = query;
    this.level = level;
    this.deadline = System.nanoTime() + timeoutNanos;
  }

  CompletableFuture<Answer> future() {
    return future;
  }

  void giveUp(String why, @Nullable Throwable cause) {
    future.completeExceptionally(
        RatisConnection.notRead(why + ": it was waiting for " + waitsFor, cause));
  }

  void begin() {
    ask(level == Consistency.EVENTUAL ? 0 : connection.session().positionIn(shard));
  }

  private ShardClient client() {
    return backend.shard(shard);
  }

  private void ask(long floor) {
    if (future.isDone()) {
      return;
    }
    List<Peer> candidates = candidates();
    long left = deadline - System.nanoTime();
    if (candidates.isEmpty() || left <= 0) {
      giveUp(
          candidates.isEmpty() ? "the member to read from has left the store" : "no answer in time",
          null);
      return;
    }
    Peer peer = candidates.get(attempts++ % candidates.size());
    long patience = candidates.size() == 1 ? left : Math.min(left, ONE_MEMBER_NANOS);
    Ask.Look look = new Ask.Look(query, level == Consistency.EVENTUAL, floor, patience);
    String behind = floor == 0 ? "" : ", or has not performed yet what this session has seen";
    waitsFor = "an answer of " + peer + (floor == 0 ? "" : " after what this session has seen");
    Ends.thenAccept(
        client()
            .members()
            .ask(peer, look)
            .completeOnTimeout(
                new Reply.Refused(peer + " is silent" + behind), patience, TimeUnit.NANOSECONDS),
        reply -> on(reply, floor));
  }

  /** Members in the order in which they are asked. */
  private List<Peer> candidates() {
    Members members = client().members();
    if (connection.pinnedTo().isPresent()) {
      return members.find(connection.pinnedTo().get()).stream().toList();
    }
    List<Peer> all = new ArrayList<>(members.all());
    NodeId self = backend.self();
    Collections.rotate(all, all.isEmpty() ? 0 : -(connection.preference() % all.size()));
    if (self != null) {
      all.sort((one, other) -> Boolean.compare(other.node().equals(self), one.node().equals(self)));
    }
    return all;
  }

  private void on(Reply reply, long floor) {
    if (reply instanceof Reply.Read read) {
      if (read.isValid() || isTimeCurrent) {
        answer(read);
      } else {
        waitsFor = "the group's time to go on";
        Ends.then(
            connection.tick(shard),
            (position, thrown) -> {
              if (thrown == null) {
                attempts--;
                isTimeCurrent = true;
                ask(Math.max(floor, position));
              } else {
                future.completeExceptionally(thrown);
              }
            });
      }
      return;
    }
    String why =
        reply instanceof Reply.Refused refused
            ? refused.why()
            : reply instanceof Reply.Unsure unsure ? unsure.why() : "an unexpected reply";
    waitsFor = "a member that can answer (" + why + ")";
    client().schedule(() -> ask(floor), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void answer(Reply.Read read) {
    connection.session().sawUpTo(shard, read.position());
    future.complete(read.answer());
  }
}
