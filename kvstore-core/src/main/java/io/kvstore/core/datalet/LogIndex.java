package io.kvstore.core.datalet;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows for each key which record counts, and tells every segment how many of its bytes are still
 * needed.
 *
 * <p>A record that puts is needed until a newer one of the same key follows. A record that removes
 * is needed for as long as an older record on disk puts something under its key, which would
 * otherwise come back: that is why older records are counted. Records before the last clear count
 * for nothing.
 *
 * <p>Recovery, writing and compaction all tell it of records in the order of the log, so that what
 * it knows never depends on how it got to know.
 */
final class LogIndex {
  private final FreezableMap<RecordLocation> present = new FreezableMap<>();
  private final Map<Bytes, RecordLocation> removed = new HashMap<>();
  private @Nullable RecordLocation cleared;

  @Nullable RecordLocation get(Bytes key) {
    return present.get(key);
  }

  /** The keys from one up to another that have an entry; an empty end means all the rest. */
  SortedMap<Bytes, RecordLocation> between(Bytes from, Bytes to) {
    return present.between(from, to);
  }

  /** The records that count now, for as long as they are needed. */
  FreezableMap<RecordLocation>.View freeze() {
    return present.freeze();
  }

  /** Whether a frozen view still reads records that may count no more. */
  boolean isFrozen() {
    return present.isFrozen();
  }

  int size() {
    return present.size();
  }

  /** Takes note of the newest record of a key, which puts. */
  void put(Bytes key, RecordLocation location) {
    int hidden = supersede(key);
    location.segment().need(location.length());
    present.put(key, location.hiding(hidden));
  }

  /** Takes note of the newest record of a key, which removes. */
  void remove(Bytes key, RecordLocation location) {
    int hidden = supersede(key);
    present.remove(key);
    if (hidden > 0) {
      location.segment().need(location.length());
      removed.put(key, location.hiding(hidden));
    }
  }

  /** Takes note of the newest record, which clears. */
  void clear(RecordLocation location) {
    present.values().forEach(LogIndex::release);
    removed.values().forEach(LogIndex::release);
    present.clear();
    removed.clear();
    cleared = location;
  }

  /** Whether a record that puts is the newest of its key. */
  boolean isPresent(Bytes key, Segment segment, long offset) {
    RecordLocation newest = present.get(key);
    return newest != null && newest.isAt(segment, offset);
  }

  /** Whether a record that removes is the newest of its key, and still hides something. */
  boolean isHiding(Bytes key, Segment segment, long offset) {
    RecordLocation newest = removed.get(key);
    return newest != null && newest.isAt(segment, offset);
  }

  /** Takes note that an older record of a key, which put something, goes away. */
  void forgetHidden(Bytes key) {
    RecordLocation newest = present.get(key);
    if (newest != null) {
      present.put(key, newest.hiding(oneLess(key, newest)));
      return;
    }
    newest = requireNonNull(removed.get(key), "a key has a newest record as long as it has any");
    int left = oneLess(key, newest);
    if (left > 0) {
      removed.put(key, newest.hiding(left));
    } else {
      removed.remove(key);
      release(newest);
    }
  }

  /** Whether the newest record that clears is in a segment. */
  boolean isClearedIn(Segment segment) {
    return cleared != null && cleared.segment() == segment;
  }

  /** Where in a segment the records begin that count at all; its end when none does. */
  long countsFrom(Segment segment) {
    if (cleared == null || segment.number() > cleared.segment().number()) {
      return Segment.HEADER_BYTES;
    }
    return segment == cleared.segment() ? cleared.end() : segment.size();
  }

  /**
   * Releases the record of a key that was the newest so far; how many records the next one hides.
   */
  private int supersede(Bytes key) {
    RecordLocation before = present.get(key);
    if (before != null) {
      release(before);
      return before.hidden() + 1;
    }
    before = removed.remove(key);
    if (before != null) {
      release(before);
      return before.hidden();
    }
    return 0;
  }

  private static int oneLess(Bytes key, RecordLocation newest) {
    if (newest.hidden() == 0) {
      throw new IllegalStateException("no older record of " + key + " is known of: " + newest);
    }
    return newest.hidden() - 1;
  }

  private static void release(RecordLocation location) {
    location.segment().release(location.length());
  }
}
