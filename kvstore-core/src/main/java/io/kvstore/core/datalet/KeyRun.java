package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The keys that a hash table has in a range, in ascending order. Keys that were taken away since
 * may still be among them.
 */
final class KeyRun {
  private final Bytes first;
  private final Bytes end; // not in it; empty means all the rest
  private final List<Bytes> keys;
  private final int most;

  private KeyRun(Bytes first, Bytes end, List<Bytes> keys) {
    this.first = first;
    this.end = end;
    this.keys = keys;
    this.most = 2 * keys.size() + 1;
  }

  /** The first keys of a range, at most so many. */
  static KeyRun of(EntryTable entries, Bytes first, Bytes end, int most) {
    PriorityQueue<Bytes> lowest = new PriorityQueue<>(Comparator.reverseOrder());
    entries.forEach(
        (key, entry) -> {
          boolean isIn = key.compareTo(first) >= 0 && isBefore(key, end);
          if (isIn && (lowest.size() < most || key.compareTo(lowest.element()) < 0)) {
            lowest.add(key);
            if (lowest.size() > most) {
              lowest.remove();
            }
          }
          return true;
        });
    List<Bytes> keys = new ArrayList<>(lowest);
    Collections.sort(keys);
    return new KeyRun(first, keys.size() < most ? end : after(keys.get(most - 1)), keys);
  }

  private static Bytes after(Bytes key) {
    return key.concat(Bytes.of((byte) 0));
  }

  static boolean isBefore(Bytes key, Bytes end) {
    return end.isEmpty() || key.compareTo(end) < 0;
  }

  boolean covers(Bytes key) {
    return key.compareTo(first) >= 0 && isBefore(key, end);
  }

  /** Takes a key in that the table has from now on. */
  void add(Bytes key) {
    int index = Collections.binarySearch(keys, key);
    if (index < 0) {
      keys.add(-index - 1, key);
    }
  }

  /** Whether more has been added than is worth keeping. */
  boolean isCrowded() {
    return keys.size() > most;
  }

  /** Its keys from one on. */
  List<Bytes> from(Bytes key) {
    int index = Collections.binarySearch(keys, key);
    return keys.subList(index < 0 ? -index - 1 : index, keys.size());
  }

  /** The first key that it does not cover any more; empty when it covers all the rest. */
  Bytes end() {
    return end;
  }
}
