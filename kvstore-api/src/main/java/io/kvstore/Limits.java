package io.kvstore;

/**
 * What a store refuses to exceed. Each limit is checked at the edge, before an operation reaches a
 * replica.
 *
 * @param keyBytes the longest key, encoded
 * @param valueBytes the longest value, encoded; also of what an append makes
 * @param operationsInFlight how many operations may await their answers at once
 */
public record Limits(int keyBytes, int valueBytes, int operationsInFlight) {
  /** Keys of up to 32 KiB, values of up to 16 MiB, 10,000 operations in flight. */
  public static final Limits DEFAULT = new Limits(32 << 10, 16 << 20, 10_000);

  /** Checks that every limit leaves room for something. */
  public Limits {
    requirePositive("keyBytes", keyBytes);
    requirePositive("valueBytes", valueBytes);
    requirePositive("operationsInFlight", operationsInFlight);
  }

  /** The same limits with another longest key. */
  public Limits withKeyBytes(int bytes) {
    return new Limits(bytes, valueBytes, operationsInFlight);
  }

  /** The same limits with another longest value. */
  public Limits withValueBytes(int bytes) {
    return new Limits(keyBytes, bytes, operationsInFlight);
  }

  /** The same limits with another number of operations in flight. */
  public Limits withOperationsInFlight(int operations) {
    return new Limits(keyBytes, valueBytes, operations);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
