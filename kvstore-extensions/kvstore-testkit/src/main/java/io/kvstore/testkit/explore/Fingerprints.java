package io.kvstore.testkit.explore;

/** A set of numbers of 64 bits, in eight to sixteen bytes each. */
final class Fingerprints {
  private static final int FIRST_SIZE = 1 << 10; // a power of two

  private long[] table = new long[FIRST_SIZE];
  private int size;
  private boolean hasZero; // which stands for nothing in the table

  /** Adds one; answers whether it was not there. */
  boolean add(long number) {
    if (number == 0) {
      boolean isNew = !hasZero;
      hasZero = true;
      return isNew;
    }
    if (2 * size >= table.length) {
      grow();
    }
    int slot = slot(table, number);
    if (table[slot] == number) {
      return false;
    }
    table[slot] = number;
    size++;
    return true;
  }

  boolean contains(long number) {
    return number == 0 ? hasZero : table[slot(table, number)] == number;
  }

  int size() {
    return size + (hasZero ? 1 : 0);
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (long each : table) {
      if (each != 0) {
        larger[slot(larger, each)] = each;
      }
    }
    table = larger;
  }

  private static int slot(long[] table, long number) {
    int slot = (int) number & (table.length - 1);
    while (table[slot] != 0 && table[slot] != number) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }
}
