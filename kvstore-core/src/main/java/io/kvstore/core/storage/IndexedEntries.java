package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.Limits;
import io.kvstore.core.eviction.Evictor;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DurableDatalet;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A datalet, with what must be known of its entries as a whole: how many are visible, and which
 * expires first.
 */
final class IndexedEntries {
  private record Expiry(long at, Bytes key) {}

  private static final Comparator<Expiry> SOONEST =
      Comparator.comparingLong(Expiry::at).thenComparing(Expiry::key);

  private final Datalet datalet;
  private final SequenceLock lock = new SequenceLock(); // but for single entries that are set
  private final TreeSet<Expiry> expiries = new TreeSet<>(SOONEST); // none of what is still
  private boolean anyExpires;
  private long visible;
  private long tombstones;
  private long keyBytes;
  private long valueBytes;
  private final boolean isDurable;
  private long fingerprint; // of all keys with their entries, where these come back
  private VectorClock seen = VectorClock.ZERO; // by the entries that were there at the beginning
  private long highestVersion;
  private final AbsentKeys absent = new AbsentKeys();
  private final Queries queries = new Queries(this);
  private final @Nullable Evictor evictor;

  IndexedEntries(Datalet datalet) {
    this(datalet, version -> {}, null);
  }

  /**
   * Entries that may be there already.
   *
   * @param versions is told of the version of each
   * @param evictor judges which have to go; null where none has
   */
  IndexedEntries(Datalet datalet, LongConsumer versions, @Nullable Evictor evictor) {
    this.datalet = datalet;
    this.evictor = evictor;
    isDurable = datalet instanceof DurableDatalet;
    if (datalet.size() > 0) {
      datalet.forEach(
          (key, entry) -> {
            note(key, entry);
            versions.accept(entry.version());
            if (entry.context() != null) {
              seen = seen.merge(entry.context());
            }
            return true;
          });
    }
    if (evictor != null) {
      restart(evictor);
    }
  }

  /** Judges which entries have to go; null where none has. */
  @Nullable Evictor evictor() {
    return evictor;
  }

  private void restart(Evictor its) {
    List<Pair> all = all();
    all.sort(Comparator.comparingLong((Pair pair) -> pair.entry().version()));
    its.restart(all);
  }

  /** What the entries that were there at the beginning depend on. */
  VectorClock seen() {
    return seen;
  }

  /** Nearly certainly the same for the same entries only; 0 where that is not known. */
  long fingerprint() {
    return fingerprint;
  }

  /** What another one has now, which is not going to change. */
  private IndexedEntries(Datalet still, IndexedEntries other) {
    datalet = still;
    evictor = null;
    isDurable = false;
    anyExpires = other.anyExpires();
    takeFiguresOf(other);
  }

  Datalet datalet() {
    return datalet;
  }

  @Nullable Entry get(Bytes key) {
    return datalet.get(key);
  }

  /**
   * What any thread finds under a key, whatever the time; null when it cannot tell. While the owner
   * works, that there is nothing means nothing.
   */
  @Nullable Found optimisticRead(Bytes key) {
    long stamp = lock.stamp();
    Entry entry = datalet.get(key);
    Entry stored = entry == null ? absent.settled() : entry;
    if (!lock.stoodStillSince(stamp)) {
      return null;
    }
    if (stored == null) {
      return Found.NOTHING;
    }
    return stored.expiresAt() == Entry.NEVER ? new Found(stored) : null;
  }

  /** What is known of keys that are not here. */
  AbsentKeys absent() {
    return absent;
  }

  /** Changes several entries as one: no reader sees some of them changed, and others not yet. */
  <T> T asOne(Supplier<T> change) {
    lock.beginChange();
    try {
      return change.get();
    } finally {
      lock.endChange();
    }
  }

  /** Changes several entries as one. */
  void asOne(Runnable change) {
    asOne(
        () -> {
          change.run();
          return true;
        });
  }

  @Nullable Entry put(Bytes key, Entry entry) {
    Entry before = datalet.put(key, entry);
    if (before != null) {
      forget(key, before);
    }
    note(key, entry);
    if (evictor != null) {
      evictor.wrote(key, entry);
    }
    return before;
  }

  /** Sets an entry unless a newer one, or the same, is there; returns the one before. */
  @Nullable Entry putIfNewer(Bytes key, Entry entry) {
    Entry before = datalet.putIfNewer(key, entry);
    if (before != null && before.version() >= entry.version()) {
      return before;
    }
    if (before != null) {
      forget(key, before);
    }
    note(key, entry);
    if (evictor != null) {
      evictor.wrote(key, entry);
    }
    return before;
  }

  /** Takes an entry away, without a trace. */
  void remove(Bytes key) {
    absent.unsettle();
    drop(key);
  }

  /** Takes an entry away that is not needed to tell what has become of the key. */
  void drop(Bytes key) {
    lock.beginChange();
    Entry before = datalet.remove(key);
    lock.endChange();
    if (before != null) {
      forget(key, before);
      if (evictor != null) {
        evictor.left(key);
      }
    }
  }

  void clear() {
    absent.unsettle();
    asOne(datalet::clear);
    expiries.clear();
    visible = 0;
    tombstones = 0;
    keyBytes = 0;
    valueBytes = 0;
    fingerprint = 0;
    if (evictor != null) {
      evictor.restart(List.of());
    }
  }

  /** Takes over all that another one has, if the datalets can do that at once; tells whether. */
  boolean copyFrom(IndexedEntries other) {
    absent.unsettle();
    if (!asOne(() -> datalet.copyFrom(other.datalet))) {
      return false;
    }
    expiries.clear();
    if (other.anyExpires()) {
      datalet.forEach(this::noteExpiry);
    }
    takeFiguresOf(other);
    if (evictor != null) {
      restart(evictor);
    }
    return true;
  }

  private boolean anyExpires() {
    return anyExpires || !expiries.isEmpty();
  }

  /** The same, as it is now, for good; null if that cannot be had at once. */
  @Nullable IndexedEntries still() {
    Datalet still = datalet.still();
    return still == null ? null : new IndexedEntries(still, this);
  }

  private void takeFiguresOf(IndexedEntries other) {
    visible = other.visible;
    tombstones = other.tombstones;
    keyBytes = other.keyBytes;
    valueBytes = other.valueBytes;
    raiseHighestVersion(other.highestVersion);
  }

  private void note(Bytes key, Entry entry) {
    if (entry.value() == null) {
      tombstones++;
    } else {
      visible++;
      valueBytes += entry.value().size();
    }
    keyBytes += key.size();
    if (isDurable) {
      fingerprint += Fingerprint.of(key, entry);
    }
    noteExpiry(key, entry);
    raiseHighestVersion(entry.version());
  }

  private boolean noteExpiry(Bytes key, Entry entry) {
    return entry.expiresAt() == Entry.NEVER || expiries.add(new Expiry(entry.expiresAt(), key));
  }

  private void forget(Bytes key, Entry entry) {
    if (entry.value() == null) {
      tombstones--;
    } else {
      visible--;
      valueBytes -= entry.value().size();
    }
    keyBytes -= key.size();
    if (isDurable) {
      fingerprint -= Fingerprint.of(key, entry);
    }
    if (entry.expiresAt() != Entry.NEVER) {
      expiries.remove(new Expiry(entry.expiresAt(), key));
    }
  }

  /** How many entries have a value, expired or not. */
  long visible() {
    return visible;
  }

  /** How long all keys and values are together. */
  long bytes() {
    return keyBytes + valueBytes;
  }

  /** How much of all this is on the heap, about: what is to expire is there by its key. */
  long heldBytes() {
    return switch (datalet.onHeap()) {
      case ENTRIES -> bytes() + Limits.ENTRY_BYTES * visible;
      case KEYS -> keyBytes + Limits.ENTRY_BYTES * visible;
      case NOTHING ->
          expiries.size()
              * (Limits.ENTRY_BYTES + keyBytes / Math.max(1, visible + tombstones)); // on average
    };
  }

  long highestVersion() {
    return highestVersion;
  }

  void raiseHighestVersion(long version) {
    highestVersion = Math.max(highestVersion, version);
  }

  long firstExpiry() {
    return expiries.isEmpty() ? Entry.NEVER : expiries.first().at();
  }

  Bytes firstToExpire() {
    return expiries.first().key();
  }

  private long firstExpiryAfter(long time) {
    Expiry next = firstExpiry() > time ? null : expiries.ceiling(new Expiry(time + 1, Bytes.EMPTY));
    return firstExpiry() > time ? firstExpiry() : next == null ? Entry.NEVER : next.at();
  }

  private long expiredAt(long time) {
    return firstExpiry() > time ? 0 : expiries.headSet(new Expiry(time + 1, Bytes.EMPTY)).size();
  }

  /** Answers a query as of a time. */
  Answer query(Query query, long asOf) {
    return queries.answer(query, asOf);
  }

  /** How many entries have a value at a time, and until when. */
  Counted count(long asOf) {
    return new Counted(visible() - expiredAt(asOf), firstExpiryAfter(asOf));
  }

  List<Bytes> keysWithValue() {
    List<Bytes> keys = new ArrayList<>();
    datalet.forEach(
        (key, entry) -> {
          if (!entry.isTombstone()) {
            keys.add(key);
          }
          return true;
        });
    return keys;
  }

  List<Pair> all() {
    List<Pair> pairs = new ArrayList<>((int) Math.min(datalet.size(), 1 << 30));
    datalet.forEach((key, entry) -> pairs.add(new Pair(key, entry)));
    return pairs;
  }

  /**
   * Forgets the tombstones up to a version; tells how many entries are left that are one, or will
   * be.
   *
   * @param collected is told of the version of each that is forgotten
   */
  long collect(long upToVersion, LongConsumer collected) {
    absent.settle(upToVersion);
    if (tombstones > 0 && upToVersion > 0) {
      List<Bytes> old = new ArrayList<>();
      datalet.forEach(
          (key, entry) -> {
            if (entry.isTombstone() && entry.version() <= upToVersion) {
              old.add(key);
              collected.accept(entry.version());
            }
            return true;
          });
      old.forEach(this::drop);
    }
    return tombstones + expiries.size();
  }
}
