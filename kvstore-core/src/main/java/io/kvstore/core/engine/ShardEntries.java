package io.kvstore.core.engine;

import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.replication.Turns;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.storage.Applier;
import io.kvstore.core.watch.ChangeLog;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Command;
import io.kvstore.spi.Query;
import io.kvstore.spi.Range;
import io.kvstore.spi.VectorClock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one shard as a deterministic state machine: members that perform the same commands
 * with the same times, in the same order, hold the same entries, and give the same answers.
 *
 * <p>Each command takes the next position, from 1 on, which is the version of what it writes.
 * Entries expire by the times that come with commands, never by a clock.
 *
 * <p>Used by one thread at a time, except for {@link #optimisticRead}, {@link #heldBytes} and the
 * figures, which any thread may ask for.
 */
public final class ShardEntries implements AutoCloseable {
  /** The one epoch of an order that never loses what was in it. */
  private static final long EPOCH = 1;

  private final Applier applier;
  private final ChangeLog log;
  private volatile long position;
  private volatile long time = Long.MIN_VALUE;

  /**
   * An empty shard: what the datalet holds from before is removed.
   *
   * @param datalet what holds the entries; it is closed with this
   */
  public ShardEntries(Datalet datalet, Limits limits) {
    log = new ChangeLog(Turns.OF_ALL, limits);
    applier = new Applier(datalet, limits.valueBytes(), log, NodeId.of(0), 0, null);
    replace(new Contents(List.of(), Long.MIN_VALUE, 0));
  }

  // Performing

  /**
   * Performs a command at the next position.
   *
   * @param at the time of the command in nanoseconds since 1970; an earlier time than that of the
   *     last command counts as that one
   */
  public Answer perform(Command command, long at) {
    long next = position + 1;
    time = Math.max(time, at);
    Answer answer = applier.apply(new Ordered(next, time, Ordered.NO_CLIENT, 0, command));
    position = next;
    return answer;
  }

  /** Shows to those who watch what was performed so far. */
  public void publish() {
    log.publish();
  }

  // Reading

  /** Answers a query as of a time. */
  public Answer query(Query query, long asOf) {
    return applier.query(query, asOf);
  }

  /**
   * The entry of a key, if a look is enough to know that there is one; null means nothing. Any
   * thread may look: what is found was there at some moment of the look.
   */
  public Answer.@Nullable Found optimisticRead(Query query) {
    Answer answer = applier.optimisticRead(query);
    return answer instanceof Answer.Found found && found.entry() != null ? found : null;
  }

  /** The position of the last command that was performed. */
  public long position() {
    return position;
  }

  /** The time of the last command that was performed. */
  public long time() {
    return time;
  }

  /** How many entries have a value. */
  public long entries() {
    return applier.entries();
  }

  /** How long all keys and values are together. */
  public long bytes() {
    return applier.bytes();
  }

  /** How much it holds in memory, about. See {@link Limits#heldBytes}. */
  public long heldBytes() {
    return applier.heldBytes();
  }

  // State transfer

  /** All that is held now. It stays as it is while commands are performed. */
  public HeldEntries hold() {
    Contents all = applier.contents();
    return new HeldEntries(
        new Contents(all.entries(), time, all.highestVersion(), position, List.of()),
        applier.copies());
  }

  /** Makes these the only contents. Who watches from before is told that the history is gone. */
  public void replace(Contents contents) {
    applier.replace(contents);
    position = contents.position();
    time = contents.time();
    log.beginEpoch(EPOCH, Turns.OF_ALL, position, 1);
  }

  // Watching

  /** Where a watch begins that begins now. Changes are kept from here on. */
  public Place watchFromHere() {
    log.begin();
    return new Place(EPOCH, VectorClock.of(position));
  }

  /** What has changed in a range after a place, as far as it is published. */
  public ChangesRead changesAfter(Place after, Range keys) {
    log.begin();
    return ChangesRead.of(log, after, keys);
  }

  /**
   * Runs a task once, when there may be more changes, or never will be.
   *
   * @return forgets the task
   */
  public Runnable whenChanged(Runnable news) {
    ChangeLog.Watcher watcher =
        new ChangeLog.Watcher() {
          @Override
          public void onNews() {
            news.run();
          }

          @Override
          public void onEnd() {
            news.run();
          }
        };
    log.await(watcher);
    return () -> log.forget(watcher);
  }

  @Override
  public void close() {
    applier.close();
  }

  /**
   * What one command has changed of what is watched.
   *
   * @param version its position
   * @param pairs keys with what stands there now; a tombstone where nothing does
   * @param place from where a watch goes on that has seen this
   */
  public record Changed(long version, List<Pair> pairs, Place place) {}
}
