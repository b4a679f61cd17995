package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Decides when tombstones can be forgotten: when no older entry can come any more, to any member.
 *
 * <p>Each member says from time to time up to which Lamport count it is <em>settled</em>: it has
 * told everything that it wrote up to there, every member has received it, and what it writes from
 * now on counts higher. The least of what all members say bounds what is still under way: a
 * tombstone at or below it is with every member, and so is everything that it outdates.
 */
public final class TombstoneCollector {
  /**
   * Up to where a member is settled.
   *
   * @param isQuestion whether the sender would like to know the same of the receiver
   */
  public record Settled(long epoch, long count, boolean isQuestion) implements Message {}

  private static final long INTERVAL_NANOS = 1_000_000_000;

  private final Env env;
  private final LamportClock clock;
  private final UpdateStream stream;
  private final BooleanSupplier hasAppliedAll;
  private final Timer timer;
  private final TreeMap<NodeId, Long> settled = new TreeMap<>();
  private long outdated = -1; // up to this version every member has what there is

  /**
   * Collects for one replica.
   *
   * @param hasAppliedAll whether everything that was received has been applied
   */
  public TombstoneCollector(
      Env env, LamportClock clock, UpdateStream stream, BooleanSupplier hasAppliedAll) {
    this.env = env;
    this.clock = clock;
    this.stream = stream;
    this.hasAppliedAll = hasAppliedAll;
    this.timer = env.timer(this::collect);
  }

  /** Begins anew in the present view. */
  public void restart() {
    settled.clear();
    outdated = -1;
    timer.startIfIdle(INTERVAL_NANOS);
  }

  /** A copy of everything was taken over: it may bring some. */
  public void onCopy() {
    timer.startIfIdle(INTERVAL_NANOS);
  }

  /** Entries were written that are tombstones, or may become some. */
  public void onChange(List<Pair> entries) {
    for (int i = 0; i < entries.size(); i++) { // an iterator for each write is a lot
      Entry entry = entries.get(i).entry();
      if (entry.isTombstone() || entry.expiresAt() != Entry.NEVER) {
        timer.startIfIdle(INTERVAL_NANOS);
        return;
      }
    }
  }

  private void collect() {
    if (env.isUnusual()) {
      timer.start(INTERVAL_NANOS); // later
      return;
    }
    if (!env.isWhole()) {
      env.reached(Moment.COLLECTING_HAD_TO_WAIT);
      timer.start(INTERVAL_NANOS);
      return; // who comes back may bring an entry that only a tombstone here can outdate
    }
    if (stream.isReceivedByAll()) {
      settled.put(env.self(), clock.count());
      env.broadcast(settledHere(true));
    }
    if (hasAppliedAll.getAsBoolean()) {
      outdated = Math.max(outdated, LamportClock.highestVersionAt(leastSettled()));
      env.storage()
          .collect(
              outdated,
              env.now(),
              collected -> {
                if (collected.candidatesLeft() > 0) {
                  timer.startIfIdle(INTERVAL_NANOS);
                }
              });
    } else {
      timer.start(INTERVAL_NANOS);
    }
  }

  /**
   * Those of the copies that another member had which may be news: what is not here of the others
   * was outdated by something that every member has, and may have forgotten since.
   */
  public List<Pair> notOutdated(List<Pair> copies) {
    for (int i = 0; i < copies.size(); i++) { // an iterator for each write is a lot
      if (copies.get(i).entry().version() <= outdated) {
        return copies.stream().filter(copy -> copy.entry().version() > outdated).toList();
      }
    }
    return copies;
  }

  private Settled settledHere(boolean isQuestion) {
    return new Settled(env.view().epoch(), clock.count(), isQuestion);
  }

  private long leastSettled() {
    long least = Long.MAX_VALUE;
    for (NodeId member : env.view().members()) {
      least = Math.min(least, settled.getOrDefault(member, -1L));
    }
    return least;
  }

  /** Takes another member's word. */
  public void onSettled(NodeId from, Settled message) {
    clock.observe(message.count());
    settled.merge(from, message.count(), Math::max);
    if (message.isQuestion() && stream.isReceivedByAll()) {
      env.send(from, settledHere(false));
    }
  }
}
