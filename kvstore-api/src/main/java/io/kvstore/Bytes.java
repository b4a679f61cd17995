package io.kvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;

/**
 * An immutable string of bytes, ordered as unsigned, whose hash is computed once.
 *
 * <p>Replicas share these objects instead of copying them: that is safe only because no one can
 * change the bytes.
 */
public final class Bytes implements Comparable<Bytes> {
  /** No bytes at all, which is also the smallest of all. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOWEST_BITS = 0x0101010101010101L; // of each byte
  private static final long HIGHEST_BITS = LOWEST_BITS << 7;
  private static final long QUESTION_MARKS = LOWEST_BITS * '?';
  private static final long MIXER = 0x9E3779B97F4A7C15L; // 2^64 by the golden ratio, odd

  private final byte[] array;
  private int hash; // 0 until it is asked for; a race computes the same value twice

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Copies the given bytes. */
  public static Bytes of(byte... bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
  }

  /**
   * The UTF-8 encoding of a text.
   *
   * @throws IllegalArgumentException when it has half of a surrogate pair, which has no encoding
   */
  public static Bytes of(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    byte[] encoded = text.getBytes(UTF_8);
    if (hasQuestionMark(encoded)) { // which also stands for what cannot be encoded
      requireWellFormed(text);
    }
    return new Bytes(encoded);
  }

  /** Eight bytes at a time, since every text that is encoded is searched. */
  private static boolean hasQuestionMark(byte[] bytes) {
    int i = 0;
    for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
      long zeroWhereFound = (long) LONGS.get(bytes, i) ^ QUESTION_MARKS;
      if (((zeroWhereFound - LOWEST_BITS) & ~zeroWhereFound & HIGHEST_BITS) != 0) {
        return true;
      }
    }
    for (; i < bytes.length; i++) {
      if (bytes[i] == '?') {
        return true;
      }
    }
    return false;
  }

  private static void requireWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isHighSurrogate(unit)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(unit)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the text has half of a surrogate pair, \\u%04x, at position %d of %d:"
                    + " it cannot be encoded in UTF-8",
                (int) unit,
                i,
                text.length()));
      }
    }
  }

  /** Takes the array as it is, without a copy: the caller promises never to change it again. */
  public static Bytes wrap(byte[] bytes) {
    return new Bytes(requireNonNull(bytes, "bytes"));
  }

  /** How many bytes there are. */
  public int size() {
    return array.length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return array.length == 0;
  }

  /** The byte at a place, counted from 0. */
  public byte at(int index) {
    return array[index];
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return array.clone();
  }

  /** Copies the bytes into {@code target} from {@code offset} on. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(array, 0, requireNonNull(target, "target"), offset, array.length);
  }

  /** Copies {@code length} of the bytes, from {@code from} on, into {@code target}. */
  public void copyTo(int from, byte[] target, int offset, int length) {
    System.arraycopy(array, from, requireNonNull(target, "target"), offset, length);
  }

  /**
   * The text that these bytes encode in UTF-8. What is not UTF-8 becomes {@code U+FFFD}: different
   * bytes may have one text. {@link Codecs#STRING} refuses them.
   */
  public String toText() {
    return new String(array, UTF_8);
  }

  /** These bytes followed by those. */
  public Bytes concat(Bytes tail) {
    byte[] joined = Arrays.copyOf(array, Math.addExact(array.length, tail.array.length));
    tail.copyTo(joined, array.length);
    return new Bytes(joined);
  }

  /** Whether these bytes begin with those. */
  public boolean startsWith(Bytes prefix) {
    return size() >= prefix.size()
        && Arrays.equals(array, 0, prefix.size(), prefix.array, 0, prefix.size());
  }

  /**
   * The smallest bytes that are greater than everything with this prefix; {@link #EMPTY} when there
   * are none (a prefix of nothing but 0xFF), which a scan takes as "to the end".
   */
  public Bytes afterPrefix() {
    int end = array.length;
    while (end > 0 && array[end - 1] == (byte) 0xFF) {
      end--;
    }
    if (end == 0) {
      return EMPTY;
    }
    byte[] next = Arrays.copyOf(array, end);
    next[end - 1]++;
    return new Bytes(next);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(array, other.array);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Bytes that && Arrays.equals(array, that.array));
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = mixed(array);
      hash = known;
    }
    return known;
  }

  /** Eight bytes at a time; sums of bytes would be alike for most neighbouring binary numbers. */
  private static int mixed(byte[] bytes) {
    long mixed = bytes.length;
    int i = 0;
    for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
      mixed = multiplied(mixed ^ (long) LONGS.get(bytes, i));
    }
    for (; i < bytes.length; i++) {
      mixed = multiplied(mixed ^ bytes[i]);
    }
    return (int) multiplied(mixed);
  }

  /**
   * Both halves of a product: in the lower one alone, the last bytes change only the first bits.
   */
  private static long multiplied(long number) {
    return number * MIXER ^ Math.multiplyHigh(number, MIXER);
  }

  /**
   * The text, when the bytes are short printable ASCII; otherwise their size and the first of them
   * in hexadecimal.
   */
  @Override
  public String toString() {
    int shown = Math.min(array.length, 64);
    StringBuilder text = new StringBuilder(shown);
    for (int i = 0; i < shown; i++) {
      if (array[i] < ' ' || array[i] > '~') {
        return hexadecimal();
      }
      text.append((char) array[i]);
    }
    return shown == array.length ? text.toString() : text + "…(" + array.length + " bytes)";
  }

  private String hexadecimal() {
    StringBuilder text = new StringBuilder("0x");
    for (int i = 0; i < Math.min(array.length, 16); i++) {
      text.append(Character.forDigit((array[i] >> 4) & 0xF, 16))
          .append(Character.forDigit(array[i] & 0xF, 16));
    }
    return array.length <= 16 ? text.toString() : text + "…(" + array.length + " bytes)";
  }
}
