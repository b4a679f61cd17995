package io.kvstore.testkit.check;

import io.kvstore.testkit.history.LongTable;
import java.util.Arrays;

/**
 * The places that a search has been to: the return that is next, the state, and the open operations
 * that are still to be placed.
 *
 * <p>Operations of unknown outcome need not be placed at all, so of two places that differ only in
 * these, the one that has more of them left can do all that the other can: a place is known already
 * if one that has at least as many left is.
 */
final class Remembered {
  private static final int SMALLEST = 64;

  private final int mustWords;
  private final int words;
  private final Memory memory;
  private long[] entries;
  private int[] table = new int[SMALLEST];
  private int size;
  private boolean full;
  private long taken;

  /** Of the words of open operations the first ones must be placed, the others may. */
  Remembered(int mustWords, int words, Memory memory) {
    this.mustWords = mustWords;
    this.words = words;
    this.memory = memory;
    entries = new long[SMALLEST / 2 * (words + 1)];
  }

  /** Whether this place is new; from now on it is not. */
  boolean isNew(int nextReturn, int state, long[] open) {
    long place = ((long) nextReturn << 32) | (state & 0xFFFFFFFFL);
    int mask = table.length - 1;
    int slot = slot(place, open, 0, mask);
    while (table[slot] != 0) {
      if (covers((table[slot] - 1) * (words + 1), place, open)) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    if (size * 2 >= table.length) {
      if (!grow()) {
        full = true;
        return true;
      }
      mask = table.length - 1;
      slot = slot(place, open, 0, mask);
      while (table[slot] != 0) {
        slot = (slot + 1) & mask;
      }
    }
    int entry = size * (words + 1);
    entries[entry] = place;
    System.arraycopy(open, 0, entries, entry + 1, words);
    table[slot] = ++size;
    return true;
  }

  /** Whether there was no memory for another place. */
  boolean isFull() {
    return full;
  }

  /** Says that there is no memory for another place. */
  void fill() {
    full = true;
  }

  /** Gives the memory back. */
  void forget() {
    memory.give(taken);
    taken = 0;
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

  private boolean grow() {
    int capacity = table.length * 2;
    long more = (long) capacity / 2 * (Integer.BYTES + (words + 1) * (long) Long.BYTES);
    long length = (long) capacity / 2 * (words + 1);
    if (length > Integer.MAX_VALUE - 8 || !memory.take(more)) {
      return false;
    }
    taken += more;
    entries = Arrays.copyOf(entries, (int) length);
    table = new int[capacity];
    int mask = capacity - 1;
    for (int i = 0; i < size; i++) {
      int entry = i * (words + 1);
      int slot = slot(entries[entry], entries, entry + 1, mask);
      while (table[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      table[slot] = i + 1;
    }
    return true;
  }
}
