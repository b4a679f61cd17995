package io.kvstore.core.replication;

import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a log, performed one after the other by the datalet of a member: a replicated
 * state machine (Schneider 1990), with what belongs to its state beside the entries.
 */
public final class Execution {
  private final Env env;
  private final OrderedLog log;
  private final LogRetention retention;
  private final RememberedAnswers answers;
  private final EpochStarts starts = new EpochStarts();
  private final BiConsumer<Ordered, Answer> then;
  private long committed;
  private long applied;
  private long committedTime;
  private @Nullable LogReport reported; // since a view was decided last, the first
  private @Nullable LogReport before; // the same, once another view was installed
  private long lastTime; // stamped on the newest operation of the log

  /**
   * Nothing is performed yet.
   *
   * @param then is told what came of each operation
   */
  public Execution(
      Env env,
      OrderedLog log,
      LogRetention retention,
      RememberedAnswers answers,
      BiConsumer<Ordered, Answer> then) {
    this.env = env;
    this.log = log;
    this.retention = retention;
    this.answers = answers;
    this.then = then;
  }

  /** Up to where operations were handed to the datalet. */
  public long committed() {
    return committed;
  }

  /** The time that is stamped on the newest of these. */
  public long committedTime() {
    return committedTime;
  }

  /** Up to where operations were performed by the datalet. */
  public long applied() {
    return applied;
  }

  /** Where epochs began in the order. */
  public EpochStarts starts() {
    return starts;
  }

  /** The time for the next operation of the log. */
  public long stamp() {
    lastTime = Math.max(lastTime, env.now());
    return lastTime;
  }

  /** Hands operations of the log to the datalet, up to a position. */
  public void performUpTo(long end) {
    while (committed < end) {
      Ordered next = log.at(committed + 1);
      committed = next.position();
      committedTime = next.time();
      lastTime = Math.max(lastTime, next.time());
      answers.begin(next.client(), next.sequence());
      starts.note(next);
      env.storage().apply(next, then);
    }
  }

  /** An operation was performed by the datalet. */
  public void onApplied(Ordered ordered, Answer answer) {
    applied = Math.max(applied, ordered.position()); // a copy may have come meanwhile
    answers.remember(ordered, answer);
  }

  /** Goes on after this position: the datalet has everything up to there. */
  public void beginAfter(long position, long time) {
    retention.clear();
    log.restartAfter(position);
    committed = position;
    applied = position;
    committedTime = Math.max(committedTime, time);
    lastTime = Math.max(lastTime, time);
  }

  /** Performs all that is in the log, and goes on above a position. */
  public void skipTo(long position) {
    starts.orderAfter(log.last()); // these belong to the epoch before
    performUpTo(log.last());
    env.storage().beginOrder(position, committedTime);
    beginAfter(position, committedTime);
  }

  /** Begins with what the datalet has kept. */
  private void recall(Contents contents) {
    beginAfter(contents.position(), contents.time());
    answers.recall(env.storage().durableState().answers());
  }

  /**
   * Reports how far this member is, once the datalet has performed what it was handed.
   *
   * @param installed the view that it was in last; 0 when it has not been in any since it started
   * @param isLogNeeded whether all that is still in the log may be needed
   */
  public void report(long installed, boolean isLogNeeded, Consumer<MemberReport> to) {
    env.storage()
        .still(
            contents -> {
              boolean hasServed = installed > 0;
              if (!hasServed) {
                recall(contents);
              }
              List<Ordered> unapplied = log.from(applied + 1, Integer.MAX_VALUE);
              unapplied.forEach(starts::note);
              LogReport report =
                  new LogReport(
                      env.self(),
                      hasServed,
                      hasServed || env.storage().isDurable(),
                      contents.asOf(committedTime),
                      applied,
                      unapplied,
                      answers.copy(),
                      hasServed ? installed : env.storage().durableState().epoch(),
                      starts.copy(),
                      log.lastWithEffectFrom(applied), // the primary may have answered it
                      isLogNeeded ? log.from(log.first(), Integer.MAX_VALUE) : List.of(),
                      retention.segments(),
                      before);
              reported = reported == null ? report : reported;
              to.accept(report);
            });
  }

  /** A view is installed that may never be decided. */
  public void onInstalled() {
    before = reported;
  }

  /** The view that was installed is decided. */
  public void onDecided() {
    reported = null;
    before = null;
  }
}
