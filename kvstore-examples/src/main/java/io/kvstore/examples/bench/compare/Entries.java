package io.kvstore.examples.bench.compare;

import io.kvstore.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Keys and values, drawn from a seed: keys of 16 bytes that are also 16 characters, as {@code
 * Bytes} or as texts; values of any size, as {@code Bytes} or as arrays.
 */
public final class Entries {
  /** How many different values there are: a power of two, so that taking the next one is cheap. */
  static final int VALUES = 1 << 10;

  private static final int HALF_A_KEY = 8;
  private static final long MOST_BYTES_OF_VALUES = 64L << 20;

  private final byte[][] keys;
  private final byte[][] values;
  private final Bytes[] keysAsBytes;
  private final Bytes[] valuesAsBytes;
  private final String[] keysAsTexts;
  private final boolean areKeysFresh;
  private final boolean areValuesFresh;

  Entries(int number, int valueBytes, Fresh fresh, long seed) {
    areKeysFresh = fresh != Fresh.NOTHING;
    areValuesFresh = fresh == Fresh.ALL;
    SplittableRandom random = new SplittableRandom(seed);
    keys = new byte[number][];
    byte[] half = new byte[HALF_A_KEY];
    for (int i = 0; i < number; i++) {
      random.nextBytes(half);
      keys[i] = HexFormat.of().formatHex(half).getBytes(StandardCharsets.ISO_8859_1);
    }
    // Large values would fill the heap before the store does.
    values = new byte[(int) Math.min(VALUES, Math.max(1, MOST_BYTES_OF_VALUES / valueBytes))][];
    valuesAsBytes = new Bytes[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = new byte[valueBytes];
      random.nextBytes(values[i]);
      valuesAsBytes[i] = Bytes.wrap(values[i]);
    }
    keysAsBytes = new Bytes[areKeysFresh ? 0 : number];
    keysAsTexts = new String[areKeysFresh ? 0 : number];
    for (int i = 0; i < keysAsBytes.length; i++) {
      keysAsBytes[i] = Bytes.wrap(keys[i]);
      keysAsTexts[i] = new String(keys[i], StandardCharsets.ISO_8859_1);
    }
  }

  /** How many keys there are. */
  public int size() {
    return keys.length;
  }

  /** A key. */
  public Bytes key(int number) {
    return areKeysFresh ? Bytes.wrap(keys[number].clone()) : keysAsBytes[number];
  }

  /** A key as a text. */
  public String text(int number) {
    return areKeysFresh
        ? new String(keys[number], StandardCharsets.ISO_8859_1)
        : keysAsTexts[number];
  }

  /** A value. */
  public Bytes value(int number) {
    int index = number % values.length;
    return areValuesFresh ? Bytes.wrap(values[index].clone()) : valuesAsBytes[index];
  }

  /** A value as an array, which is never changed. */
  public byte[] array(int number) {
    byte[] value = values[number % values.length];
    return areValuesFresh ? value.clone() : value;
  }
}
