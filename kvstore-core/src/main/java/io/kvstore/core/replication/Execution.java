package io.kvstore.core.replication;

import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import java.util.function.BiConsumer;

/**
 * How far a member has performed its log. The log is handed to the datalet in order and without a
 * gap: so all members come to the same state (Schneider 1990).
 *
 * <pre>
 *   1 ────────────── applied ──── position ─────────── log.last()
 *     has been performed │ handed to the datalet │ in the log
 * </pre>
 *
 * <p>What belongs to that state beside the entries goes along: who was answered what, and where
 * epochs began.
 */
final class Execution {
  private final Env env;
  private final OrderedLog log;
  private final RememberedAnswers answers;
  private final EpochStarts starts;
  private final BiConsumer<Ordered, Answer> onApplied;
  private long position;
  private long applied;
  private long time; // that of the operation at the position
  private long lastTime; // the latest of all that were seen here
  private long waitingSince; // when the first that is not handed over became the first

  /**
   * Nothing has been performed yet.
   *
   * @param onApplied is told what each operation did
   */
  Execution(
      Env env,
      OrderedLog log,
      RememberedAnswers answers,
      EpochStarts starts,
      BiConsumer<Ordered, Answer> onApplied) {
    this.env = env;
    this.log = log;
    this.answers = answers;
    this.starts = starts;
    this.onApplied =
        (ordered, answer) -> {
          applied = Math.max(applied, ordered.position()); // a copy may have come meanwhile
          onApplied.accept(ordered, answer);
        };
  }

  /** Up to where operations were handed to the datalet. */
  long position() {
    return position;
  }

  /** Up to where operations were performed by the datalet. */
  long applied() {
    return applied;
  }

  /** The time that is stamped on the newest operation that was handed to the datalet. */
  long time() {
    return time;
  }

  /** The time of the next operation: never before that of another. */
  long stamp(long now) {
    lastTime = Math.max(lastTime, now);
    return lastTime;
  }

  /** Takes an operation into the log, perhaps earlier than those before it. */
  void take(Ordered ordered) {
    if (position == log.last()) {
      waitingSince = env.elapsed();
    }
    log.offer(ordered);
  }

  /** Whether the first operation that is not handed over has waited for too long. */
  boolean isLate() {
    return position < log.last() && env.elapsed() - waitingSince > Retry.SUSPECT_AFTER_NANOS;
  }

  /** Performs what the log has up to a position; tells whether there was anything. */
  boolean upTo(long wanted) {
    long end = Math.min(wanted, log.last());
    if (end <= position) {
      return false;
    }
    waitingSince = env.elapsed();
    while (position < end) {
      Ordered next = log.at(position + 1);
      position = next.position();
      time = next.time();
      lastTime = Math.max(lastTime, next.time());
      answers.begin(next.client(), next.sequence());
      starts.note(next);
      env.storage().apply(next, onApplied);
    }
    return true;
  }

  /** Goes on after this position: the datalet has everything up to there. */
  void beginAfter(long performed, long ofTime) {
    log.restartAfter(performed);
    position = performed;
    applied = performed;
    time = Math.max(time, ofTime);
    lastTime = Math.max(lastTime, ofTime);
  }
}
