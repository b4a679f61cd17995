package io.kvstore.testkit.check;

import io.kvstore.testkit.history.LongTable;
import java.util.Arrays;

/**
 * The states of several keys that operations read or change at one moment: all combinations of
 * their values that a search has come to.
 */
final class ManyKeys implements States {
  private static final int SMALLEST = 64;

  private final Parts parts;
  private final Memory.Share memory;
  private final int width;

  /** The values of the keys, state by state, and the hash of each state. */
  private int[] contents;

  private long[] hashes = new long[SMALLEST];
  private int[] table = new int[2 * SMALLEST];
  private int size;
  private final int[] next;

  ManyKeys(Parts parts, int initial, Memory.Share memory) {
    this.parts = parts;
    this.memory = memory;
    width = parts.slots();
    contents = new int[SMALLEST * width];
    next = new int[width];
    Arrays.fill(next, initial);
    long hash = 0;
    for (int slot = 0; slot < width; slot++) {
      hash += hashOf(slot, initial);
    }
    number(hash);
  }

  @Override
  public int initial() {
    return 0;
  }

  @Override
  public int step(int operation, int state) {
    int from = state * width;
    boolean changed = false;
    long hash = hashes[state];
    for (int part = parts.first[operation]; part < parts.first[operation + 1]; part++) {
      int slot = parts.slot[part];
      int old = changed ? next[slot] : contents[from + slot];
      int value = parts.step(part, old);
      if (value == Model.IMPOSSIBLE) {
        return value;
      }
      if (value != old) {
        if (!changed) {
          System.arraycopy(contents, from, next, 0, width);
          changed = true;
        }
        hash += hashOf(slot, value) - hashOf(slot, old);
        next[slot] = value;
      }
    }
    return changed ? number(hash) : state;
  }

  @Override
  public int value(int state, int slot) {
    return contents[state * width + slot];
  }

  @Override
  public int missing(int operation, int state) {
    int missing = 0;
    for (int part = parts.first[operation]; part < parts.first[operation + 1]; part++) {
      int needed = parts.needs[part];
      missing += needed == Parts.NO_VALUE || needed == value(state, parts.slot[part]) ? 0 : 1;
    }
    return missing;
  }

  /** The number of the combination that is next, which it gets if it has none. */
  private int number(long hash) {
    int mask = table.length - 1;
    int slot = (int) LongTable.mixed(hash) & mask;
    for (; table[slot] != 0; slot = (slot + 1) & mask) {
      int known = table[slot] - 1;
      int from = known * width;
      if (hashes[known] == hash && Arrays.equals(contents, from, from + width, next, 0, width)) {
        return known;
      }
    }
    if (size == hashes.length) {
      grow();
      return number(hash);
    }
    System.arraycopy(next, 0, contents, size * width, width);
    hashes[size] = hash;
    table[slot] = ++size;
    return size - 1;
  }

  private void grow() {
    memory.takeArray(2L * size * width, Integer.BYTES);
    memory.takeArray(2L * size, Long.BYTES + 2 * Integer.BYTES);
    contents = Arrays.copyOf(contents, size * 2 * width);
    hashes = Arrays.copyOf(hashes, size * 2);
    table = new int[size * 4];
    int mask = table.length - 1;
    for (int state = 0; state < size; state++) {
      int slot = (int) LongTable.mixed(hashes[state]) & mask;
      while (table[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      table[slot] = state + 1;
    }
  }

  private static long hashOf(int slot, int value) {
    return LongTable.mixed(LongTable.mixed((long) slot << Integer.SIZE | (value & 0xFFFFFFFFL)));
  }
}
