package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Timer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Plays a shared log back at a member: fetches what comes next in it, by position and in batches,
 * and performs it (Balakrishnan and others, SOSP 2013).
 *
 * <pre>
 *   member                      sequencer
 *     │ ◀──────── Grown ───────── │   there is more
 *     │ ──────── Fetch ─────────▶ │   what comes after this position?
 *     │ ◀─────── Fetched ──────── │   so much of it, and where the log ends
 *     │ ──────── Stored ────────▶ │   it need not be kept for this member any more
 * </pre>
 *
 * <p>What is up to the tail of the log can no longer be lost: so all of that may be performed. A
 * member that hears of a tail that it has not reached fetches a moment later, with all that has
 * come by then; a read that must not miss anything fetches at once. Fetches are counted, and an
 * answer to one is an answer to all before it.
 */
public final class Playback {
  /** What comes after this position? Each member counts its fetches. */
  public record Fetch(long epoch, long number, long after) implements Message {}

  /**
   * What comes after it, at most a batch.
   *
   * @param tail the position at which the log ends
   * @param isLatest whether no log could be longer when this was sent
   */
  public record Fetched(long epoch, long number, List<Ordered> entries, long tail, boolean isLatest)
      implements Message {
    @Override
    public long footprint() {
      long bytes = 64;
      for (Ordered each : entries) {
        bytes += Footprint.of(each);
      }
      return bytes;
    }
  }

  /** The sender holds the log up to here. */
  public record Stored(long epoch, long upTo) implements Message {}

  /** The log ends here by now: there is more than the receiver has fetched. */
  public record Grown(long epoch, long tail) implements Message {}

  /** How long a member waits for more, so that it fetches many at once: it is not told again. */
  private static final long FETCHES_AFTER_NANOS = Retry.INTERVAL_NANOS / 2;

  private final Env env;
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final PendingRequests pendingRequests;
  private final Timer retry;
  private final Hearing sequencer;
  private long tail; // the last that was heard of
  private long asked;
  private long answered;
  private long answeredAsLatest;

  /**
   * Of one member.
   *
   * @param performed its copy of the log
   * @param pendingRequests requests that wait for this member to perform more
   */
  public Playback(Env env, PerformedOrder performed, PendingRequests pendingRequests) {
    this.env = env;
    this.performed = performed;
    this.pendingRequests = pendingRequests;
    log = performed.log();
    retry = env.timer(this::repeat);
    sequencer = new Hearing(env);
  }

  /**
   * Goes on once everything is performed here that was in the log when this was called.
   *
   * @param then is told whether that is certain: else another view may have a longer log
   */
  public void toTail(Reply reply, Consumer<Boolean> then) {
    fetch();
    long number = asked;
    pendingRequests.until(
        () -> answered >= number,
        reply,
        "the tail of the log",
        () -> {
          long end = tail;
          boolean isLatest = answeredAsLatest >= number;
          pendingRequests.until(
              () -> performed.position() >= end,
              reply,
              "what is in the log to arrive here",
              () -> then.accept(isLatest));
        });
  }

  /** Fetches at once. */
  public void fetch() {
    asked++;
    sequencer.begin(retry, Retry.INTERVAL_NANOS);
    send();
  }

  private void send() {
    env.send(env.view().primary(), new Fetch(env.view().epoch(), asked, log.last()));
  }

  /** Takes a message; tells whether it was one for those who fetch. */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof Fetched fetched) {
      onFetched(from, fetched);
    } else if (message instanceof Grown grown) {
      onGrown(from, grown);
    } else if (message instanceof CopyOfAll copy) {
      onCopy(from, copy);
    } else {
      return false;
    }
    sequencer.restart();
    return true;
  }

  private void onGrown(NodeId from, Grown grown) {
    if (grown.tail() <= performed.position()) { // that it is here may have been lost on its way
      env.send(from, new Stored(env.view().epoch(), log.last()));
    }
    reach(grown.tail());
  }

  private void onCopy(NodeId from, CopyOfAll copy) {
    performed.takeOver(copy);
    env.send(from, new Stored(env.view().epoch(), log.last()));
    reach(copy.applied());
  }

  private void onFetched(NodeId from, Fetched fetched) {
    long before = log.last();
    fetched.entries().forEach(performed::take);
    answered = Math.max(answered, fetched.number());
    if (fetched.isLatest()) {
      answeredAsLatest = Math.max(answeredAsLatest, fetched.number());
    }
    if (log.last() > before) {
      env.send(from, new Stored(env.view().epoch(), log.last()));
    }
    reach(fetched.tail());
    if (log.last() > before && log.last() < tail) {
      env.reached(Moment.LOG_FETCHED_IN_PARTS);
      fetch();
    }
  }

  /** The log ends here, or later: what is held up to there is performed, and the rest fetched. */
  public void reach(long position) {
    tail = Math.max(tail, position);
    if (performed.performUpTo(tail)) {
      performed.forget(false);
    }
    if (isBehind()) {
      sequencer.begin(retry, log.last() < tail ? FETCHES_AFTER_NANOS : Retry.INTERVAL_NANOS);
    }
    pendingRequests.resumeReady();
  }

  /** Whether there is something to fetch, or to hear of: what is held may not be up to the tail. */
  private boolean isBehind() {
    return performed.position() < Math.max(tail, log.last());
  }

  private void repeat() {
    if (answered == asked && !isBehind()) {
      return;
    }
    asked += answered == asked ? 1 : 0;
    send();
    sequencer.complainIfSilent(env.view().primary());
    retry.start(Retry.interval(env));
  }

  /** Fetches no more in this view. */
  public void stop() {
    retry.stop();
  }

  /** A view begins, with all that was in the log before: nothing is left to fetch. */
  public void restart() {
    retry.stop();
    tail = log.last();
    answered = asked;
    answeredAsLatest = asked;
  }
}
