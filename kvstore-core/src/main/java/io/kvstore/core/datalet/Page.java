package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet.Visitor;
import io.kvstore.spi.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Some of a table's entries, in one array: a key and its entry lie side by side, at the place that
 * the key's hash points to or at the next free one after it.
 *
 * <p>A look-up meets one place of the page where a table of chained nodes meets two: with many
 * entries that is most of what it costs. There are always free places, so that the first is mostly
 * the right one.
 */
final class Page {
  private static final int FIRST_CAPACITY = 16; // a power of two, as all are
  private static final int FULL_CAPACITY = 256;

  private final @Nullable Object[] places;
  private final int capacity;
  private final int shift; // a hash's first bits choose the place, its last ones the page
  private final int depth; // how many of the last
  private final Object owner;
  private int size;

  /** The first page of a table. */
  Page(Object owner) {
    this(new @Nullable Object[2 * FIRST_CAPACITY], 0, owner, 0);
  }

  private Page(@Nullable Object[] places, int depth, Object owner, int size) {
    this.places = places;
    this.capacity = places.length / 2;
    this.shift = Integer.SIZE - Integer.numberOfTrailingZeros(capacity);
    this.depth = depth;
    this.owner = owner;
    this.size = size;
  }

  /** Who may change it. */
  Object owner() {
    return owner;
  }

  /** How far apart the indices are that lead to it. */
  int stride() {
    return 1 << depth;
  }

  /** The first index of those that lead to it, given one of them, or a hash. */
  int firstIndexOf(int index) {
    return index & (stride() - 1);
  }

  boolean isCrowded() {
    return size > capacity / 2 + capacity / 8;
  }

  boolean isSmall() {
    return capacity < FULL_CAPACITY;
  }

  @Nullable Entry get(Bytes key, int hash) {
    return (Entry) places[placeOf(key, hash) + 1];
  }

  @Nullable Entry put(Bytes key, int hash, Entry entry) {
    int place = placeOf(key, hash);
    Entry before = (Entry) places[place + 1];
    set(place, key, entry, before);
    return before;
  }

  @Nullable Entry putIfNewer(Bytes key, int hash, Entry entry) {
    int place = placeOf(key, hash);
    Entry before = (Entry) places[place + 1];
    if (before == null || before.version() < entry.version()) {
      set(place, key, entry, before);
    }
    return before;
  }

  private void set(int place, Bytes key, Entry entry, @Nullable Entry before) {
    places[place + 1] = entry;
    if (before == null) {
      places[place] = key;
      size++;
    }
  }

  @Nullable Entry remove(Bytes key, int hash) {
    int place = placeOf(key, hash);
    Entry before = (Entry) places[place + 1];
    if (before != null) {
      closeGapAt(place);
      size--;
    }
    return before;
  }

  /** Moves up what stands behind the gap only because its own place was taken. */
  private void closeGapAt(int place) {
    int gap = place;
    int next = after(gap);
    for (Object key = places[next]; key != null; key = places[next]) {
      int distance = distance(firstPlaceOf(key.hashCode()), next);
      if (distance >= distance(gap, next)) {
        places[gap] = key;
        places[gap + 1] = places[next + 1];
        gap = next;
      }
      next = after(next);
    }
    places[gap] = null;
    places[gap + 1] = null;
  }

  private int distance(int from, int to) {
    return (to - from) & (places.length - 1);
  }

  /** Tells whether the visitor wants to see more. */
  boolean forEach(Visitor visitor) {
    for (int place = 0; place < places.length; place += 2) {
      Object key = places[place];
      if (key != null && !visitor.visit((Bytes) key, entryAt(place))) {
        return false;
      }
    }
    return true;
  }

  /** The same without those that stand at the same place on another page. */
  boolean forEachUnlike(Page other, Visitor visitor) {
    if (this == other) {
      return true;
    }
    if (capacity != other.capacity) {
      return forEach(visitor);
    }
    for (int place = 0; place < places.length; place += 2) {
      Object key = places[place];
      boolean isAlike = key == other.places[place] && places[place + 1] == other.places[place + 1];
      if (key != null && !isAlike && !visitor.visit((Bytes) key, entryAt(place))) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("NullAway") // next to a key there is always an entry
  private Entry entryAt(int place) {
    return (Entry) places[place + 1];
  }

  /** The same for another table. */
  Page copyFor(Object other) {
    return new Page(places.clone(), depth, other, size);
  }

  /** The same with twice the places. */
  Page larger() {
    Page larger = new Page(new @Nullable Object[2 * places.length], depth, owner, 0);
    forEach(larger::add);
    return larger;
  }

  /** Those of its entries whose hashes go on with this bit. */
  Page half(int bit) {
    Page half = new Page(new @Nullable Object[places.length], depth + 1, owner, 0);
    forEach((key, entry) -> (key.hashCode() >>> depth & 1) != bit || half.add(key, entry));
    return half;
  }

  private boolean add(Bytes key, Entry entry) {
    put(key, key.hashCode(), entry);
    return true;
  }

  /** Where the key is, or where it belongs. */
  private int placeOf(Bytes key, int hash) {
    int place = firstPlaceOf(hash);
    for (Object there = places[place]; there != null; there = places[place]) {
      if (key.equals(there)) {
        return place;
      }
      place = after(place);
    }
    return place;
  }

  private int firstPlaceOf(int hash) {
    return hash >>> shift << 1;
  }

  private int after(int place) {
    return (place + 2) & (places.length - 1);
  }
}
