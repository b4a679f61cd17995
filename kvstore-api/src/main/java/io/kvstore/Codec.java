package io.kvstore;

/**
 * Turns values of one type into bytes and back. {@link Codecs} has those that come with the
 * library.
 *
 * <p>{@code decode(encode(x))} equals {@code x}; equal values have equal bytes, since keys are
 * compared, and values are compared by {@code asMap()}, as bytes. Encoded keys sort as unsigned
 * bytes: that is the order of scans.
 *
 * @param <T> the type
 */
public interface Codec<T> {
  /** How numbers are written, for the atomic {@code add}. */
  enum NumberFormat {
    /** Values of this codec are no numbers. */
    NONE,
    /** Decimal digits, with a minus sign where needed. */
    DECIMAL,
    /**
     * Eight bytes, the sign bit flipped, the most significant first: they sort as the numbers do.
     */
    BINARY
  }

  /**
   * The bytes of a value. When it throws, nothing has been asked of the store, and the caller gets
   * what it threw.
   */
  Bytes encode(T value);

  /**
   * The value of bytes that {@link #encode} made. For other bytes it throws: the caller of the
   * operation then gets an {@link UndecodableException}.
   */
  T decode(Bytes bytes);

  /** How this codec writes numbers, if its values can be numbers. */
  default NumberFormat numberFormat() {
    return NumberFormat.NONE;
  }
}
