package io.kvstore;

/**
 * What a store refuses to exceed. Each limit is checked at the edge, before an operation reaches a
 * replica.
 *
 * @param keyBytes the longest key, encoded
 * @param valueBytes the longest value, encoded; also of what an append makes
 * @param operationsInFlight how many operations may await their answers at once
 * @param changesKept how many changes each replica keeps for those who watch it; nothing is kept
 *     before one does. What one operation changes is kept together, however much it is
 * @param changedBytesKept how long the keys and values of these changes may be together
 * @param owedBytes how much each replica keeps for another that does not receive it, and how much
 *     that is waiting for something else, roughly. A replica that has fallen behind further gets a
 *     copy of everything instead
 * @param heldBytes how much the store may hold in memory: its keys and values, and {@value
 *     #ENTRY_BYTES} bytes for each entry; once, however many replicas there are. Above that it
 *     refuses with a {@link FullException} what may make it larger (a put in the place of another,
 *     too), and still reads and removes. Each shard has its part. Only what a datalet has on the
 *     heap counts: of one that keeps its values on disk, the values do not
 */
public record Limits(
    int keyBytes,
    int valueBytes,
    int operationsInFlight,
    int changesKept,
    long changedBytesKept,
    long owedBytes,
    long heldBytes) {
  /** What an entry takes beside its key and its value, as it is counted in {@link #heldBytes}. */
  public static final int ENTRY_BYTES = 128;

  private static final int HEAP_PARTS = 4; // three replicas may each have a copy of their own

  /**
   * Keys of up to 32 KiB, values of up to 16 MiB, 10,000 operations in flight, 10,000 changes or 64
   * MiB of them kept, 32 MiB owed, a quarter of the largest heap held.
   */
  public static final Limits DEFAULT = new Limits(32 << 10, 16 << 20, 10_000);

  /** With as many changes kept as by default. */
  public Limits(int keyBytes, int valueBytes, int operationsInFlight) {
    this(
        keyBytes,
        valueBytes,
        operationsInFlight,
        10_000,
        64 << 20,
        32 << 20,
        Runtime.getRuntime().maxMemory() / HEAP_PARTS);
  }

  /** Checks that every limit leaves room for something. */
  public Limits {
    requirePositive("keyBytes", keyBytes);
    requirePositive("valueBytes", valueBytes);
    requirePositive("operationsInFlight", operationsInFlight);
    requirePositive("changesKept", changesKept);
    requirePositive("changedBytesKept", changedBytesKept);
    requirePositive("owedBytes", owedBytes);
    requirePositive("heldBytes", heldBytes);
  }

  /** The same limits with another longest key. */
  public Limits withKeyBytes(int bytes) {
    return new Limits(
        bytes, valueBytes, operationsInFlight, changesKept, changedBytesKept, owedBytes, heldBytes);
  }

  /** The same limits with another longest value. */
  public Limits withValueBytes(int bytes) {
    return new Limits(
        keyBytes, bytes, operationsInFlight, changesKept, changedBytesKept, owedBytes, heldBytes);
  }

  /** The same limits with another number of operations in flight. */
  public Limits withOperationsInFlight(int operations) {
    return new Limits(
        keyBytes, valueBytes, operations, changesKept, changedBytesKept, owedBytes, heldBytes);
  }

  /** The same limits with another number of changes kept. */
  public Limits withChangesKept(int changes) {
    return new Limits(
        keyBytes, valueBytes, operationsInFlight, changes, changedBytesKept, owedBytes, heldBytes);
  }

  /** The same limits with another length of all changes kept. */
  public Limits withChangedBytesKept(long bytes) {
    return new Limits(
        keyBytes, valueBytes, operationsInFlight, changesKept, bytes, owedBytes, heldBytes);
  }

  /** The same limits with another amount that is kept for replicas that do not receive it. */
  public Limits withOwedBytes(long bytes) {
    return new Limits(
        keyBytes, valueBytes, operationsInFlight, changesKept, changedBytesKept, bytes, heldBytes);
  }

  /** The same limits with another amount that the store may hold in memory. */
  public Limits withHeldBytes(long bytes) {
    return new Limits(
        keyBytes, valueBytes, operationsInFlight, changesKept, changedBytesKept, owedBytes, bytes);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
