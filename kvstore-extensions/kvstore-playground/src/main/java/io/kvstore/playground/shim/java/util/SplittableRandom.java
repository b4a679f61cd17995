package io.kvstore.playground.shim.java.util;

import java.util.random.RandomGenerator;

/**
 * The generator of Steele, Lea and Flood (OOPSLA 2014), which draws the same numbers as the JDK's
 * from the same seed.
 */
public final class SplittableRandom implements RandomGenerator {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final double DOUBLE_UNIT = 0x1.0p-53;

  private long state;

  /** A generator whose numbers depend on this seed only. */
  public SplittableRandom(long seed) {
    state = seed;
  }

  private long advance() {
    state += GOLDEN_GAMMA;
    return state;
  }

  @Override
  public long nextLong() {
    long mixed = advance();
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  @Override
  public int nextInt() {
    long mixed = advance();
    mixed = (mixed ^ (mixed >>> 33)) * 0x62a9d9ed799705f5L;
    return (int) (((mixed ^ (mixed >>> 28)) * 0xcb24d0a5c88c35b3L) >>> 32);
  }

  @Override
  public boolean nextBoolean() {
    return nextInt() < 0;
  }

  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * DOUBLE_UNIT;
  }

  @Override
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive");
    }
    return below(bound);
  }

  private int below(int bound) {
    int drawn = nextInt();
    int mask = bound - 1;
    if ((bound & mask) == 0) {
      return drawn & mask;
    }
    int positive = drawn >>> 1;
    int rest = positive % bound;
    while (positive + mask - rest < 0) { // an incomplete last range would be drawn too often
      positive = nextInt() >>> 1;
      rest = positive % bound;
    }
    return rest;
  }

  @Override
  public int nextInt(int origin, int bound) {
    if (origin >= bound) {
      throw new IllegalArgumentException("bound must be greater than origin");
    }
    int range = bound - origin;
    if (range > 0) {
      return below(range) + origin;
    }
    int drawn = nextInt();
    while (drawn < origin || drawn >= bound) {
      drawn = nextInt();
    }
    return drawn;
  }

  @Override
  public long nextLong(long bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive");
    }
    return below(bound);
  }

  private long below(long bound) {
    long drawn = nextLong();
    long mask = bound - 1;
    if ((bound & mask) == 0) {
      return drawn & mask;
    }
    long positive = drawn >>> 1;
    long rest = positive % bound;
    while (positive + mask - rest < 0) {
      positive = nextLong() >>> 1;
      rest = positive % bound;
    }
    return rest;
  }

  @Override
  public long nextLong(long origin, long bound) {
    if (origin >= bound) {
      throw new IllegalArgumentException("bound must be greater than origin");
    }
    long range = bound - origin;
    if (range > 0) {
      return below(range) + origin;
    }
    long drawn = nextLong();
    while (drawn < origin || drawn >= bound) {
      drawn = nextLong();
    }
    return drawn;
  }
}
