package io.kvstore.core.eviction;

import io.kvstore.Bytes;
import io.kvstore.CacheCounts;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Capacity;
import io.kvstore.spi.Change;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps one replica of a bounded store within its capacity.
 *
 * <p>Invariant, at the replica that orders: what its entries will weigh once all that it has
 * ordered is performed is never more than the capacity. It counts an entry from the moment at which
 * the write is ordered that may make it, and does not count one any more from the moment at which
 * its removal is ordered, which takes place whatever else becomes of the write; what turns out
 * otherwise (a condition that fails) is put right when it is performed. So the bound holds at every
 * place of the order, however many writes are under way.
 *
 * <p>Reads are noted by any thread. All else is called by the controlet's thread or the datalet's,
 * which may be two.
 */
public final class Evictor {
  /** What was ordered here, until it is performed. */
  private record Projected(long position, List<Bytes> written, List<Bytes> victims) {}

  /** However much too heavy a store is that was opened with less capacity: so many go at once. */
  private static final int MOST_AT_ONCE = 64;

  private static final int LONGEST_NUMBER = 20; // as text

  private final Capacity capacity;
  private final TinyLfu entries;
  private final ReadBuffer reads = new ReadBuffer();
  private final AtomicBoolean isDraining = new AtomicBoolean();
  private final LongAdder misses = new LongAdder();
  private final LongAdder evictions = new LongAdder();
  private final Deque<Projected> projections = new ArrayDeque<>(); // by position
  private final Pending pending = new Pending();

  /** For a replica of one shard. */
  public Evictor(Capacity capacity) {
    this.capacity = capacity;
    entries = new TinyLfu(capacity.most());
  }

  // What is held

  /** A key has this entry now. */
  public synchronized void wrote(Bytes key, Entry entry) {
    if (entry.isTombstone()) {
      left(key);
      return;
    }
    entries.wrote(key, capacity.weightOf(key.size(), entry.presentValue().size()));
    if (pending.isDoomed(key)) {
      entries.takeOut(key);
    }
    pending.weighs(key, entries.weightOf(key));
  }

  /** A key has no entry any more. */
  public synchronized void left(Bytes key) {
    entries.left(key);
    pending.weighs(key, 0);
  }

  /** There are no entries but these, whose order tells which are older. */
  public synchronized void restart(List<Pair> all) {
    forgetProjections();
    entries.clear();
    all.forEach(pair -> wrote(pair.key(), pair.entry()));
  }

  /** An entry was evicted. */
  public void evicted() {
    evictions.increment();
  }

  // What is read

  /** A key was looked for, by any thread. */
  public void read(Bytes key, boolean isThere) {
    if (!isThere) {
      misses.increment();
    } else if (reads.add(key) && isDraining.compareAndSet(false, true)) {
      try {
        noteReads();
      } finally {
        isDraining.set(false);
      }
    }
  }

  private synchronized void noteReads() {
    reads.drain(entries::read);
  }

  /** How often reads found something, and how many entries were evicted. For any thread. */
  public CacheCounts counts() {
    return new CacheCounts(reads.count(), misses.sum(), evictions.sum());
  }

  // What is ordered

  /** The same operation together with the keys that have to go when it is performed. */
  public synchronized Ordered makeRoom(Ordered next) {
    List<Write> writes = writesOf(next);
    if (writes.isEmpty()) {
      return next;
    }
    reads.drain(entries::read);
    if (!projections.isEmpty() && projections.getLast().position() >= next.position()) {
      forgetProjections(); // another member has ordered since
    }
    List<Bytes> written = new ArrayList<>(writes.size());
    for (Write write : writes) {
      long now = entries.weightOf(write.key());
      long most = mostAfter(write, Math.max(now, pending.most(write.key())));
      if (most > 0) {
        pending.add(write.key(), next.position(), most, now);
        written.add(write.key());
      }
    }
    List<Bytes> victims = choose(next.position(), writes);
    if (written.isEmpty() && victims.isEmpty()) {
      return next;
    }
    projections.add(new Projected(next.position(), written, victims));
    return victims.isEmpty() ? next : next.evicting(victims);
  }

  /** Of a transaction all that it may write, whether its conditions hold or not. */
  private static List<Write> writesOf(Ordered next) {
    if (next.operation() instanceof Write write) {
      return List.of(write);
    }
    if (next.operation() instanceof Batch batch) {
      return batch.writes();
    }
    return next.operation() instanceof Transaction transaction
        ? transaction.writes().toList()
        : List.of();
  }

  /**
   * The most that an entry weighs after a write; 0 when the write can make none.
   *
   * @param before the most that it weighs before
   */
  private long mostAfter(Write write, long before) {
    Bytes key = write.key();
    Change change = write.change();
    if (before == 0 && !write.condition().holdsFor(null)) {
      return 0;
    }
    if (change instanceof Change.Put put) {
      return capacity.weightOf(key.size(), put.value().size());
    }
    if (change instanceof Change.Append append) {
      return joined(key, append.tail(), before);
    }
    if (change instanceof Change.Prepend prepend) {
      return joined(key, prepend.head(), before);
    }
    return change instanceof Change.Add ? capacity.weightOf(key.size(), LONGEST_NUMBER) : 0;
  }

  private long joined(Bytes key, Bytes more, long before) {
    boolean isWeighed = capacity.unit() == Capacity.Unit.BYTES;
    return before > 0 && isWeighed
        ? before + more.size()
        : capacity.weightOf(key.size(), more.size());
  }

  private List<Bytes> choose(long position, List<Write> writes) {
    if (excess() <= 0) {
      return List.of();
    }
    Set<Bytes> own = new HashSet<>();
    writes.forEach(write -> own.add(write.key()));
    List<Bytes> victims = new ArrayList<>(1);
    while (excess() > 0 && victims.size() < writes.size() + MOST_AT_ONCE) {
      Bytes victim = entries.choose(pending.growth(), key -> !own.contains(key));
      if (victim == null) {
        victim = pending.first(own); // it is not even here yet
      }
      if (victim == null) {
        break; // what is written together weighs more than the whole store may
      }
      pending.doom(victim, position);
      victims.add(victim);
    }
    return victims;
  }

  private long excess() {
    return entries.weight() + pending.growth() - capacity.most();
  }

  // What is performed

  /** All that was ordered up to a position is performed. */
  public synchronized void performed(long position) {
    while (!projections.isEmpty() && projections.peekFirst().position() <= position) {
      settle(projections.removeFirst());
    }
  }

  private void forgetProjections() {
    while (!projections.isEmpty()) {
      settle(projections.removeFirst());
    }
  }

  private void settle(Projected done) {
    done.written().forEach(key -> pending.done(key, done.position()));
    for (Bytes victim : done.victims()) {
      if (pending.gone(victim, done.position())) {
        entries.giveBack(victim); // another order has gone on without its removal
        pending.weighs(victim, entries.weightOf(victim));
      }
    }
  }
}
