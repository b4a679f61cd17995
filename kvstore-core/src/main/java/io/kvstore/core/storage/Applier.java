package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.core.eviction.Evictor;
import io.kvstore.core.replication.Turns;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DurableDatalet;
import io.kvstore.core.spi.DurableState;
import io.kvstore.core.spi.KnownWrites;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.AllEntries;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.watch.ChangeLog;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Query;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Performs operations on one datalet, one at a time. */
public final class Applier implements AutoCloseable {
  private final IndexedEntries entries;
  private final StateMachine machine;
  private final boolean allowsOptimisticReads;
  private final ChangeLog log;
  private final Copies copies;
  private final TakeOver taking;
  private volatile VectorClock seen; // by what came back, as long as that is all there is
  private boolean isInstalling;
  private final @Nullable Journal journal; // null where nothing is to come back
  private long position; // of the last operation in the group's order

  /** Performs operations on this datalet, which may hold entries already. */
  public Applier(Datalet datalet, int valueLimit) {
    this(datalet, valueLimit, new ChangeLog(Turns.OF_ALL, Limits.DEFAULT), NodeId.of(0), 0, null);
  }

  /**
   * Performs operations on this datalet, which may hold entries already.
   *
   * @param log learns what changes
   * @param run tells the clients of this store from those of others that had the same datalet
   * @param evictor judges which entries have to go; null where none has
   */
  public Applier(
      Datalet datalet,
      int valueLimit,
      ChangeLog log,
      NodeId node,
      long run,
      @Nullable Evictor evictor) {
    entries = new IndexedEntries(datalet, log::cameBack, evictor);
    copies = new Copies(node, entries);
    seen = entries.seen();
    machine = new StateMachine(entries, valueLimit);
    this.log = log;
    allowsOptimisticReads = datalet.allowsOptimisticReads();
    journal = datalet instanceof DurableDatalet durable ? new Journal(durable, run) : null;
    taking = new TakeOver(entries, copies, log, journal);
    position = entries.highestVersion();
    if (journal != null) {
      position = Math.max(position, journal.position());
      machine.setTime(journal.time());
      log.seen().learn(new KnownWrites(VectorClock.ZERO, journal.collected(), 0));
      if (position > 0) {
        log.seen().comesBack(journal.broughtFor());
      }
    }
  }

  // What comes back

  /** What the datalet has kept from before. */
  public DurableState durableState() {
    DurableState kept = journal == null ? DurableState.NOTHING : journal.durableState();
    return new DurableState(kept.epoch(), kept.answers(), seen);
  }

  /** Whether what is written here comes back. */
  public boolean isDurable() {
    return journal != null;
  }

  /** What follows, up to {@link #install}, comes back as a whole or not at all. */
  public void begin() {
    if (journal != null && !isInstalling) {
      isInstalling = true;
      journal.begin();
    }
  }

  /** All that a member needs for its place in the view of an epoch has been done. */
  public void install(long epoch) {
    if (journal != null) {
      isInstalling = false;
      journal.installed(epoch, position, machine.time());
      journal.commit();
    }
  }

  /** What has changed lately. */
  public ChangeLog log() {
    return log;
  }

  // Reading

  /**
   * What a query is answered whatever the time, if a look is enough to know; null if not. Any
   * thread may look. While the owner works, a value that is found was there at some moment of the
   * look, and that none is found means nothing.
   */
  public @Nullable Answer optimisticRead(Query query) {
    return allowsOptimisticReads && query instanceof Get get
        ? entries.optimisticRead(get.key())
        : null;
  }

  /** Answers a query as of a time. */
  public Answer query(Query query, long asOf) {
    return entries.query(query, asOf);
  }

  /** What is held of some keys, tombstones and what has expired included. */
  public List<Pair> stored(List<Bytes> keys) {
    List<Pair> pairs = new ArrayList<>(keys.size());
    for (Bytes key : keys) {
      Entry entry = entries.get(key);
      if (entry != null) {
        pairs.add(new Pair(key, entry));
      }
    }
    return pairs;
  }

  /** Goes through all that is held, tombstones too. */
  public <T> T examine(Function<AllEntries, T> examination) {
    return examination.apply(
        visitor ->
            entries
                .datalet()
                .forEach(
                    (key, entry) -> {
                      visitor.accept(key, entry);
                      return true;
                    }));
  }

  // Writing

  /** The same operation with what has to go for it. The controlet's thread may ask. */
  public Ordered makeRoom(Ordered next) {
    Evictor judge = entries.evictor();
    return judge == null ? next : judge.makeRoom(next);
  }

  /** Performs an operation of an order that everyone performs: what is removed is gone. */
  public Answer apply(Ordered ordered) {
    if (journal == null) {
      return applyHere(ordered);
    }
    journal.begin();
    Answer answer = applyHere(ordered);
    journal.performed(ordered, answer);
    journal.commit();
    return answer;
  }

  private Answer applyHere(Ordered ordered) {
    machine.passTo(ordered.time(), false);
    log.performs(ordered.position());
    position = ordered.position();
    if (ordered.operation() instanceof Write write && machine.isLastingPut(write)) {
      Written written = machine.put(ordered, write);
      if (log.isOn() && written.after() != null) {
        log.add(ordered.position(), List.of(new Pair(write.key(), written.after())));
      }
      return written;
    }
    if (!log.isOn()) {
      return machine.perform(ordered);
    }
    List<Pair> effects = new ArrayList<>(1);
    Answer answer = machine.perform(ordered, effects::add);
    log.add(ordered.position(), effects);
    return answer;
  }

  /**
   * Performs an operation whose effect others merge: what is removed leaves a tombstone, because
   * they may yet bring an older entry.
   */
  public Effect update(Ordered ordered, @Nullable VectorClock context) {
    Journal.beginIn(journal);
    machine.passTo(ordered.time(), true);
    Effect effect = machine.update(ordered, context);
    if (log.isOn()) {
      log.add(ordered.position(), effect.changed());
    }
    log.saw(ordered.position());
    Journal.commitIn(journal);
    return effect;
  }

  /** Takes over entries that another member wrote, where they are newer. */
  public void merge(Ordered origin, List<Pair> pairs) {
    boolean isBlank = entries.datalet().size() == 0 && journal == null && !log.isOn();
    Journal.beginIn(journal);
    if (origin.operation() instanceof Tick) {
      taking.mergeCopies(pairs, isBlank);
    } else {
      taking.mergeUpdate(origin.position(), pairs);
    }
    Journal.commitIn(journal);
  }

  /** What a write would make of an entry. Any thread may ask. */
  public Written resultOf(Write write, @Nullable Entry before, long version, long time) {
    return machine.resultOf(write, before, version, time);
  }

  // State transfer

  /** All entries, with tombstones, as they are now; perhaps to be taken in chunks. */
  public Contents contents() {
    return contentsOf(shared().or(copies::offer).orElseGet(entries::all));
  }

  /** All entries, where the datalet shares them without a copy. */
  private Optional<List<Pair>> shared() {
    return Optional.ofNullable(entries.still())
        .map(still -> new StillEntries(still, failure -> {}));
  }

  /** The same of a member that is frozen: what it offered before is not needed any more. */
  public Contents frozenContents() {
    copies.onFreeze();
    return contents();
  }

  /** The same, where the entries stay as they are until others have looked at them. */
  public Contents stillContents(Consumer<Throwable> onFailure) {
    if (journal != null) {
      return frozenContents(); // it performs the rest before it serves
    }
    copies.onFreeze();
    IndexedEntries still = entries.still();
    return contentsOf(
        still == null
            ? copies.offer().orElseGet(() -> new StillEntries(entries, onFailure))
            : new StillEntries(still, onFailure));
  }

  /** What others take from here in chunks, and what comes from them. */
  public Copies copies() {
    return copies;
  }

  private Contents contentsOf(List<Pair> all) {
    return new Contents(
        all, machine.time(), entries.highestVersion(), position, List.of(), log.seen().known());
  }

  /** Makes these the only entries. */
  public void replace(Contents contents) {
    entries.asOne(() -> replaceNow(contents));
  }

  private void replaceNow(Contents contents) {
    List<Pair> taken = contents.entries();
    boolean isDone = journal == null && taking.replaceAtOnce(taken);
    if (!isDone) {
      taking.require(taken);
    }
    log.replaced(contents.position());
    seen = VectorClock.ZERO;
    entries.absent().unsettle();
    Journal.beginIn(journal);
    if (!isDone) {
      taking.replace(taken);
    }
    entries.raiseHighestVersion(contents.highestVersion());
    machine.setTime(contents.time()); // what comes next is stamped alike by all who have this
    position = contents.position();
    if (journal != null) {
      journal.replaced(position, machine.time(), contents.answers());
    }
    Journal.commitIn(journal);
  }

  /**
   * Forgets tombstones up to a version, with what has expired by this time; tells how many entries
   * are left that are a tombstone, or will be when they expire.
   */
  public long collect(long upToVersion, long asOf) {
    Journal.beginIn(journal);
    machine.passTo(asOf, true);
    long left = entries.collect(upToVersion, log.seen()::collected);
    noteCollected();
    Journal.commitIn(journal);
    return left;
  }

  /** What the entries of a member do not tell that are about to be merged. */
  public void learn(KnownWrites known) {
    log.seen().learn(known);
    noteCollected();
  }

  private void noteCollected() {
    if (journal != null) {
      journal.collected(log.seen().known().collected());
    }
  }

  /**
   * All writes up to this version are here, or were outdated by others that are: from now on it is
   * known what has become of keys that are not here.
   */
  public void settle(long version) {
    entries.absent().settle(version);
  }

  /** Begins an order after this position, which may be above all versions that are left. */
  public void beginOrder(long after, long asOf) {
    position = Math.max(position, after);
    if (journal != null) {
      journal.goesOnAfter(position, Math.max(machine.time(), asOf));
    }
    collect(Long.MAX_VALUE, asOf);
    entries.absent().unsettle(); // in an order, what is removed leaves nothing
  }

  /** How many entries have a value, expired or not. May be asked at any time, by any thread. */
  public long entries() {
    return entries.visible();
  }

  /** How long all keys and values are together. May be asked at any time, by any thread. */
  public long bytes() {
    return entries.bytes();
  }

  /** How much is held on the heap, about. May be asked at any time, by any thread. */
  public long heldBytes() {
    return entries.heldBytes();
  }

  /** Makes everything before as durable as the datalet means it to be. */
  public void sync() {
    entries.datalet().sync();
    log.publish();
  }

  @Override
  public void close() {
    try {
      closeAll();
    } finally {
      log.end();
    }
  }

  private void closeAll() {
    try {
      copies.close();
    } finally {
      entries.datalet().close();
    }
  }

  /**
   * What a command did.
   *
   * @param changed the entries that others must merge to have the same effect
   */
  public record Effect(Answer answer, List<Pair> changed) {}

  /** What a command brings to the entries that it writes. */
  record Stamp(long version, long time, @Nullable VectorClock context, boolean leavesTombstones) {}
}
