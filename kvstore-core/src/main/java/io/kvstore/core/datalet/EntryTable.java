package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet.Visitor;
import io.kvstore.spi.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Entries by key, in one array: a key and its entry lie side by side, at the place that the key's
 * hash points to or at the next free one after it.
 *
 * <p>A look-up meets one place of the table where a table of chained nodes meets two: with many
 * entries that is most of what it costs. At most half of the places are taken, so that the first is
 * mostly the right one.
 *
 * <p>A thread that does not own the table may call {@link #get} while another changes it: it comes
 * to an end, with an answer that means nothing.
 */
final class EntryTable {
  private static final int FIRST_CAPACITY = 16; // a power of two

  private @Nullable Object[] places = new @Nullable Object[2 * FIRST_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  @Nullable Entry get(Bytes key) {
    @Nullable Object[] all = places;
    int place = placeOf(key, all);
    return (Entry) all[place + 1];
  }

  @Nullable Entry put(Bytes key, Entry entry) {
    int place = placeOf(key, places);
    Entry before = (Entry) places[place + 1];
    places[place + 1] = entry;
    if (before == null) {
      places[place] = key;
      size++;
      if (size > places.length / 4) {
        grow();
      }
    }
    return before;
  }

  @Nullable Entry remove(Bytes key) {
    int place = placeOf(key, places);
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
    int next = after(gap, places);
    for (Object key = places[next]; key != null; key = places[next]) {
      int distance = distance(firstPlaceOf(key, places), next);
      if (distance >= distance(gap, next)) {
        places[gap] = key;
        places[gap + 1] = places[next + 1];
        gap = next;
      }
      next = after(next, places);
    }
    places[gap] = null;
    places[gap + 1] = null;
  }

  private int distance(int from, int to) {
    return (to - from) & (places.length - 1);
  }

  void clear() {
    places = new @Nullable Object[2 * FIRST_CAPACITY];
    size = 0;
  }

  /** Becomes the same: keys and entries never change, so a copy of the places is enough. */
  void copyFrom(EntryTable other) {
    places = other.places.clone();
    size = other.size;
  }

  void forEach(Visitor visitor) {
    @Nullable Object[] all = places;
    for (int place = 0; place < all.length; place += 2) {
      Object key = all[place];
      if (key != null && !visitor.visit((Bytes) key, entryAt(place, all))) {
        return;
      }
    }
  }

  @SuppressWarnings("NullAway") // next to a key there is always an entry
  private static Entry entryAt(int place, @Nullable Object[] all) {
    return (Entry) all[place + 1];
  }

  private void grow() {
    @Nullable Object[] larger = new @Nullable Object[Math.multiplyExact(places.length, 2)];
    for (int place = 0; place < places.length; place += 2) {
      Object key = places[place];
      if (key != null) {
        int free = firstPlaceOf(key, larger);
        while (larger[free] != null) {
          free = after(free, larger);
        }
        larger[free] = key;
        larger[free + 1] = places[place + 1];
      }
    }
    places = larger;
  }

  /** Where the key is, or where it belongs. */
  private static int placeOf(Bytes key, @Nullable Object[] all) {
    int place = firstPlaceOf(key, all);
    for (Object there = all[place]; there != null; there = all[place]) {
      if (key.equals(there)) {
        return place;
      }
      place = after(place, all);
    }
    return place;
  }

  private static int firstPlaceOf(Object key, @Nullable Object[] all) {
    return (key.hashCode() << 1) & (all.length - 1);
  }

  private static int after(int place, @Nullable Object[] all) {
    return (place + 2) & (all.length - 1);
  }
}
