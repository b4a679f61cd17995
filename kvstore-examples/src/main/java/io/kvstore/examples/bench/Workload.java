package io.kvstore.examples.bench;

import io.kvstore.Bytes;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Keys and values that are made before anything is measured: 16 and 100 bytes of noise. */
public final class Workload {
  /** Which key comes next. */
  public enum Keys {
    /** Each as often as any other. */
    UNIFORM,
    /** The n-th in proportion to 1/n^0.99, as in YCSB. */
    ZIPF
  }

  static final int KEY_BYTES = 16;
  static final int VALUE_BYTES = 100;

  private static final double ZIPF_EXPONENT = 0.99;
  private static final int SEED = 42;

  private Workload() {}

  static Bytes[] keys(int number) {
    return noise(number, KEY_BYTES, new SplittableRandom(SEED));
  }

  static Bytes[] values(int number) {
    return noise(number, VALUE_BYTES, new SplittableRandom(SEED + 1));
  }

  private static Bytes[] noise(int number, int size, SplittableRandom random) {
    Bytes[] made = new Bytes[number];
    for (int i = 0; i < number; i++) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      made[i] = Bytes.wrap(bytes);
    }
    return made;
  }

  /** The numbers of so many keys in the order in which they are asked for. */
  public static int[] picks(Keys distribution, int length, int keys, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    if (distribution == Keys.UNIFORM) {
      return random.ints(length, 0, keys).toArray();
    }
    double[] sums = new double[keys];
    double sum = 0;
    for (int i = 0; i < keys; i++) {
      sum += 1 / Math.pow(i + 1, ZIPF_EXPONENT);
      sums[i] = sum;
    }
    int[] picks = new int[length];
    for (int i = 0; i < length; i++) {
      int found = Arrays.binarySearch(sums, random.nextDouble(sum));
      picks[i] = found >= 0 ? found : -found - 1;
    }
    return picks;
  }
}
