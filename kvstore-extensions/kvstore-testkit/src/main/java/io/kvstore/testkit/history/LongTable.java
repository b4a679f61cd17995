package io.kvstore.testkit.history;

import java.util.Arrays;

/** A hash table from longs to ints that are not negative, without an object for each entry. */
public final class LongTable {
  /** What stands for no entry. */
  public static final int ABSENT = -1;

  private static final int SMALLEST = 16;

  private long[] keys = new long[SMALLEST];
  private int[] values = filled(SMALLEST);
  private int size;

  /** No entries. */
  public LongTable() {}

  /** The value of the key, or {@link #ABSENT}. */
  public int get(long key) {
    return values[slotOf(key)];
  }

  /** Sets the value of the key. */
  public void put(long key, int value) {
    int slot = slotOf(key);
    if (values[slot] == ABSENT) {
      if (++size * 2 > keys.length) {
        grow();
        slot = slotOf(key);
      }
      keys[slot] = key;
    }
    values[slot] = value;
  }

  /** How many keys have a value. */
  public int size() {
    return size;
  }

  private int slotOf(long key) {
    int mask = keys.length - 1;
    int slot = (int) mixed(key) & mask;
    while (values[slot] != ABSENT && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = filled(keys.length);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != ABSENT) {
        int slot = slotOf(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }

  private static int[] filled(int length) {
    int[] values = new int[length];
    Arrays.fill(values, ABSENT);
    return values;
  }

  /** Spreads the bits of a long over all of its places. */
  public static long mixed(long bits) {
    long mixed = bits * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 29);
  }
}
