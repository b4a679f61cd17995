package io.kvstore.testkit.check;

import io.kvstore.testkit.history.LongTable;
import java.util.Arrays;

/**
 * The places of a search that led nowhere: the return that is next, the state, and the open
 * operations that are still to be placed. A place that it is on its way through needs no entry,
 * since no way comes to the same place twice.
 *
 * <p>Operations of unknown outcome need not be placed at all, so of two places that differ only in
 * these, the one that has more of them left can do all that the other can: a place is known already
 * if one that has at least as many left is.
 */
final class Remembered {
  private static final int SMALLEST = 64;

  private final int mustWords;
  private final int words;
  private final Memory.Share memory;
  private long[] entries;
  private int[] table = new int[SMALLEST];
  private int size;

  /** Of the words of open operations the first ones must be placed, the others may. */
  Remembered(int mustWords, int words, Memory.Share memory) {
    this.mustWords = mustWords;
    this.words = words;
    this.memory = memory;
    entries = new long[SMALLEST / 2 * (words + 1)];
  }

  /** Whether nothing can come of a place. */
  boolean isKnown(int nextReturn, int state, long[] open) {
    if (size == 0) {
      return false;
    }
    long place = place(nextReturn, state);
    int mask = table.length - 1;
    int slot = slot(place, open, 0, mask);
    while (table[slot] != 0) {
      if (covers((table[slot] - 1) * (words + 1), place, open)) {
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }

  /** Nothing came of a place, whose open operations stand in an array from an index on. */
  void add(int nextReturn, int state, long[] open, int from) {
    if (size * 2 >= table.length) {
      grow();
    }
    long place = place(nextReturn, state);
    int mask = table.length - 1;
    int slot = slot(place, open, from, mask);
    while (table[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    int entry = size * (words + 1);
    entries[entry] = place;
    System.arraycopy(open, from, entries, entry + 1, words);
    table[slot] = ++size;
  }

  private static long place(int nextReturn, int state) {
    return ((long) nextReturn << 32) | (state & 0xFFFFFFFFL);
  }

  private boolean covers(int entry, long place, long[] open) {
    if (entries[entry] != place) {
      return false;
    }
    for (int i = 0; i < mustWords; i++) {
      if (entries[entry + 1 + i] != open[i]) {
        return false;
      }
    }
    for (int i = mustWords; i < words; i++) {
      if ((open[i] & ~entries[entry + 1 + i]) != 0) {
        return false;
      }
    }
    return true;
  }

  private int slot(long place, long[] open, int offset, int mask) {
    long hash = place;
    for (int i = 0; i < mustWords; i++) {
      hash = LongTable.mixed(hash) ^ open[offset + i];
    }
    return (int) LongTable.mixed(hash) & mask;
  }

  private void grow() {
    memory.takeArray(table.length * (words + 1L), Long.BYTES);
    memory.takeArray(table.length * 2L, Integer.BYTES);
    entries = Arrays.copyOf(entries, table.length * (words + 1));
    table = new int[table.length * 2];
    int mask = table.length - 1;
    for (int i = 0; i < size; i++) {
      int entry = i * (words + 1);
      int slot = slot(entries[entry], entries, entry + 1, mask);
      while (table[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      table[slot] = i + 1;
    }
  }
}
