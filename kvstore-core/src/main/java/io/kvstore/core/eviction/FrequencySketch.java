package io.kvstore.core.eviction;

/**
 * How often keys have been used lately, about: a count-min sketch (Cormode and Muthukrishnan 2005)
 * of counters of four bits, which are halved after a number of uses, so that what was popular long
 * ago is forgotten (Einziger, Friedman and Manes, TinyLFU, ACM Transactions on Storage 2017).
 *
 * <p>It tells at least how often a key was used since then, and more where others share all of its
 * counters. Sixteen counters are in one word; a key has one counter in each of four words.
 */
final class FrequencySketch {
  /** The most that is counted of a key. */
  static final int MOST = 15;

  private static final int ROWS = 4;
  private static final int USES_PER_ENTRY = 10; // until all counters are halved
  private static final int LEAST_WORDS = 8;
  private static final long LOW_BITS = 0x7777_7777_7777_7777L;
  private static final long ODD = 0x1111_1111_1111_1111L;
  private static final long[] SEEDS = {
    0xc3a5_c85c_97cb_3127L, 0xb492_b66f_be98_f273L, 0x9ae1_6a3b_2f90_404fL, 0xcbf2_9ce4_8422_2325L
  };

  private final long[] words;
  private final long usesUntilHalved;
  private long uses;

  /** For a store of so many entries. */
  FrequencySketch(long entries) {
    long wanted = Math.min(1L << 28, Math.max(LEAST_WORDS, entries));
    words = new long[Integer.highestOneBit((int) (2 * wanted - 1))];
    usesUntilHalved = USES_PER_ENTRY * Math.max(1, Math.min(entries, words.length));
  }

  /** For how many entries it is. */
  int capacity() {
    return words.length;
  }

  /** How often the key of this hash was used, about; {@link #MOST} at the most. */
  int count(int hash) {
    int least = MOST;
    for (int row = 0; row < ROWS; row++) {
      long mixed = mixed(hash, row);
      least = Math.min(least, (int) (words[word(mixed)] >>> shift(mixed)) & MOST);
    }
    return least;
  }

  /** The key of this hash is used. */
  void use(int hash) {
    boolean isCounted = false;
    for (int row = 0; row < ROWS; row++) {
      long mixed = mixed(hash, row);
      int word = word(mixed);
      int shift = shift(mixed);
      if (((words[word] >>> shift) & MOST) < MOST) {
        words[word] += 1L << shift;
        isCounted = true;
      }
    }
    if (isCounted && ++uses >= usesUntilHalved) {
      halve();
    }
  }

  /** What half a use was lost to is taken from the uses, too: odd counters lose one before. */
  private void halve() {
    long odd = 0;
    for (int i = 0; i < words.length; i++) {
      odd += Long.bitCount(words[i] & ODD);
      words[i] = (words[i] >>> 1) & LOW_BITS;
    }
    uses = (uses - odd / ROWS) / 2;
  }

  private static long mixed(int hash, int row) {
    long mixed = (hash + SEEDS[row]) * SEEDS[row];
    return mixed ^ (mixed >>> 32);
  }

  private int word(long mixed) {
    return (int) mixed & (words.length - 1);
  }

  private static int shift(long mixed) {
    return (int) (mixed >>> 58) & ~(ROWS - 1); // one of sixteen
  }
}
