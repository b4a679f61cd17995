package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.core.eviction.Evictor;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.storage.Applier.Effect;
import io.kvstore.core.storage.Applier.Stamp;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Query;
import io.kvstore.spi.Step;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a replica (Schneider 1990): what an operation does to the entries, which
 * depends on nothing but the two and the stamps of the operations before.
 *
 * <p>Time is a part of the state. It goes on with the stamps, and entries expire by it.
 */
final class StateMachine {
  /** For operations of which no other member needs to be told what they removed. */
  private static final class Untold implements Consumer<Pair> {
    @Override
    public void accept(Pair changed) {}
  }

  private static final Consumer<Pair> UNTOLD = new Untold();

  private final IndexedEntries entries;
  private final Changes changes;
  private final @Nullable Evictor evictor; // null where nothing is evicted
  private long time = Long.MIN_VALUE;

  /** A state machine on these entries. */
  StateMachine(IndexedEntries entries, int valueLimit) {
    this.entries = entries;
    changes = new Changes(valueLimit);
    evictor = entries.evictor();
  }

  // Time

  /** The latest time that was stamped on an operation. */
  long time() {
    return time;
  }

  /** The entries are of this time from now on. */
  void setTime(long another) {
    time = another;
  }

  /** The time goes on, and what has expired by then is gone, or a tombstone. */
  void passTo(long newTime, boolean leavesTombstones) {
    time = Math.max(time, newTime);
    while (entries.firstExpiry() <= time) {
      Bytes key = entries.firstToExpire();
      Entry expired = entries.get(key);
      if (leavesTombstones && expired != null) {
        entries.put(key, Entry.tombstone(expired.version(), expired.context()));
      } else {
        entries.remove(key);
      }
    }
  }

  private @Nullable Entry stored(@Nullable Entry entry) {
    return entries.absent().stored(entry, time);
  }

  // Operations

  /** Whether the entry of a put depends neither on the one before nor on the time. */
  boolean isLastingPut(Write write) {
    return evictor == null && changes.isLastingPut(write);
  }

  /** What a write would make of an entry; what it removes leaves a tombstone. */
  Written resultOf(Write write, @Nullable Entry before, long version, long atTime) {
    return changes.compute(write, before, new Stamp(version, atTime, null, true));
  }

  /** A put whose entry depends neither on the one before nor on the time. */
  Written put(Ordered ordered, Write write) {
    Entry after = ordered.lastingEntry((Change.Put) write.change());
    return ordered.lastingPut(stored(entries.put(write.key(), after)), after);
  }

  /** Performs an operation of an order that everyone performs: what is removed is gone. */
  Answer perform(Ordered ordered) {
    return perform(ordered, UNTOLD);
  }

  /**
   * The same.
   *
   * @param changed gets the entries that have changed, and tombstones of those that are gone
   */
  Answer perform(Ordered ordered, Consumer<Pair> changed) {
    return perform(ordered, new Stamp(ordered.position(), time, null, false), changed);
  }

  /** Performs an operation whose effect others merge: what is removed leaves a tombstone. */
  Effect update(Ordered ordered, @Nullable VectorClock context) {
    boolean isAlone = evictor == null;
    if (isAlone && ordered.operation() instanceof Write write && changes.isPlainPut(write)) {
      return putOver(write, ordered.position(), context);
    }
    List<Pair> changed = new ArrayList<>(1);
    Stamp stamp = new Stamp(ordered.position(), time, context, true);
    return new Effect(perform(ordered, stamp, changed::add), changed);
  }

  private Answer perform(Ordered ordered, Stamp stamp, Consumer<Pair> changed) {
    Evictor judge = evictor;
    if (judge == null) {
      return performAlone(ordered, stamp, changed);
    }
    Answer answer =
        ordered.victims().isEmpty()
            ? performAlone(ordered, stamp, changed)
            : entries.asOne(() -> performAndEvict(ordered, stamp, changed, judge));
    judge.performed(ordered.position());
    return answer;
  }

  /** Whether or not it is applied: the one who ordered it counts on that these go here. */
  private Answer performAndEvict(
      Ordered ordered, Stamp stamp, Consumer<Pair> changed, Evictor judge) {
    Answer answer = performAlone(ordered, stamp, changed);
    for (Bytes victim : ordered.victims()) {
      Entry entry = entries.get(victim);
      if (entry != null && !entry.isTombstone()) {
        evict(victim, entry, stamp, changed);
        judge.evicted();
      }
    }
    return answer;
  }

  /** A tombstone depends on what it is the end of, too. */
  private void evict(Bytes key, Entry entry, Stamp stamp, Consumer<Pair> changed) {
    VectorClock context = stamp.context();
    VectorClock its = entry.context();
    Entry tombstone =
        Entry.evicted(
            stamp.version(), context == null || its == null ? context : context.merge(its));
    if (stamp.leavesTombstones()) {
      entries.put(key, tombstone);
    } else {
      entries.remove(key);
    }
    changed.accept(new Pair(key, tombstone));
  }

  private Answer performAlone(Ordered ordered, Stamp stamp, Consumer<Pair> changed) {
    if (ordered.operation() instanceof Write write) {
      return write(write, stamp, changed);
    }
    if (ordered.operation() instanceof Batch batch) {
      return entries.asOne(() -> together(batch, stamp, changed));
    }
    if (ordered.operation() instanceof Transaction transaction) {
      // What others merge has no one order.
      return stamp.leavesTombstones()
          ? Transacted.NOT_ORDERED
          : entries.asOne(() -> transact(transaction, stamp, changed));
    }
    if (ordered.operation() instanceof Clear) {
      return entries.asOne(() -> clear(stamp, changed));
    }
    if (ordered.operation() instanceof Tick) {
      return new Counted(0, Entry.NEVER);
    }
    return entries.query((Query) ordered.operation(), time);
  }

  private Written write(Write write, Stamp stamp, Consumer<Pair> changed) {
    Bytes key = write.key();
    if (changes.isPlainPut(write)) {
      Effect put = putOver(write, stamp.version(), stamp.context());
      put.changed().forEach(changed);
      return (Written) put.answer();
    }
    Entry before = stored(entries.get(key));
    Written written = changes.compute(write, before, stamp);
    Entry after = written.storedAfter();
    if (written.outcome() == Outcome.APPLIED && !Objects.equals(after, before)) {
      if (after == null) {
        remove(key, stamp, changed);
      } else {
        entries.put(key, after);
        changed.accept(new Pair(key, after));
      }
    }
    return written;
  }

  /** The answer tells what a put replaces: so the put depends on whatever that depends on. */
  private Effect putOver(Write write, long version, @Nullable VectorClock context) {
    Bytes key = write.key();
    Entry replaced = context == null ? null : entries.get(key);
    VectorClock its = replaced == null ? null : replaced.context();
    VectorClock full = context == null || its == null ? context : context.merge(its);
    Entry after = changes.put(write, version, time, full);
    Entry before = stored(entries.put(key, after));
    return new Effect(new Written(Outcome.APPLIED, before, after), List.of(new Pair(key, after)));
  }

  private void remove(Bytes key, Stamp stamp, Consumer<Pair> changed) {
    if (stamp.leavesTombstones()) {
      Entry tombstone = Entry.tombstone(stamp.version(), stamp.context());
      entries.put(key, tombstone);
      changed.accept(new Pair(key, tombstone));
    } else {
      entries.remove(key);
      if (changed != UNTOLD) {
        changed.accept(new Pair(key, Entry.tombstone(stamp.version(), null)));
      }
    }
  }

  private WrittenTogether together(Batch batch, Stamp stamp, Consumer<Pair> changed) {
    List<Written> parts = new ArrayList<>(batch.writes().size());
    Outcome outcome = performAll(batch.writes(), part -> parts.add((Written) part), stamp, changed);
    return new WrittenTogether(outcome, parts);
  }

  /** All requirements are looked at before anything is written. */
  private Transacted transact(Transaction transaction, Stamp stamp, Consumer<Pair> changed) {
    boolean isMet = transaction.requirements().stream().allMatch(this::isMet);
    List<Step> steps = transaction.steps(isMet);
    List<Answer> parts = new ArrayList<>(steps.size());
    Outcome outcome = performAll(steps, parts::add, stamp, changed);
    return new Transacted(isMet, outcome, parts);
  }

  private boolean isMet(Requirement requirement) {
    Entry stored = stored(entries.get(requirement.key()));
    Entry entry = stored == null || stored.isTombstone() ? null : stored;
    return requirement.condition().holdsFor(entry);
  }

  /** All steps or none: what was done before one failed is undone, in reverse order. */
  private Outcome performAll(
      List<? extends Step> steps, Consumer<Answer> parts, Stamp stamp, Consumer<Pair> changed) {
    Map<Bytes, Pair> effects = new LinkedHashMap<>(); // of each key the last
    List<Runnable> undo = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Get get) {
        parts.accept(entries.query(get, time));
        continue;
      }
      Write write = (Write) step;
      Entry raw = entries.get(write.key());
      undo.add(() -> restore(write.key(), raw));
      Written part = write(write, stamp, effect -> effects.put(effect.key(), effect));
      parts.accept(part);
      if (part.outcome() != Outcome.APPLIED) {
        for (int i = undo.size() - 1; i >= 0; i--) {
          undo.get(i).run();
        }
        return part.outcome();
      }
    }
    effects.values().forEach(changed);
    return Outcome.APPLIED;
  }

  private void restore(Bytes key, @Nullable Entry entry) {
    if (entry == null) {
      entries.drop(key);
    } else {
      entries.put(key, entry);
    }
  }

  private Counted clear(Stamp stamp, Consumer<Pair> changed) {
    long number = entries.visible();
    if (stamp.leavesTombstones() || changed != UNTOLD) {
      for (Bytes key : entries.keysWithValue()) {
        remove(key, stamp, changed);
      }
    } else {
      entries.clear();
    }
    return new Counted(number, Entry.NEVER);
  }
}
