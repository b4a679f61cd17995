package io.kvstore.spi;

import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.Replication;

/**
 * How much a store, or a table, holds at the most before it evicts entries.
 *
 * @param most the number
 * @param unit what is counted
 */
public record Capacity(long most, Unit unit) {
  /** What a capacity counts. */
  public enum Unit {
    /** Each entry as one. */
    ENTRIES,
    /** Keys, values and {@link Limits#ENTRY_BYTES} for each entry. */
    BYTES
  }

  /** Checks that there is room for something. */
  public Capacity {
    if (most < 1) {
      throw new IllegalArgumentException(
          "maximum" + nameOf(unit) + " must be at least 1, not " + most);
    }
  }

  private static String nameOf(Unit unit) {
    return unit == Unit.ENTRIES ? "Entries" : "Bytes";
  }

  /** What an entry counts. */
  public long weightOf(int keyBytes, int valueBytes) {
    return unit == Unit.ENTRIES ? 1 : (long) keyBytes + valueBytes + Limits.ENTRY_BYTES;
  }

  /** The part of each of so many shards. */
  public Capacity ofShard(int shards) {
    return new Capacity(most / shards, unit);
  }

  /**
   * Checks that each of so many shards has room for something.
   *
   * @throws IllegalArgumentException if not
   */
  public void requireRoomIn(int shards) {
    if (most < shards) {
      throw new IllegalArgumentException(
          this
              + " leaves nothing for some of shards("
              + shards
              + "): use fewer shards, or raise it");
    }
  }

  /**
   * Checks that a protocol can evict: that one member orders all writes, or each member those that
   * it is asked for.
   *
   * @throws IllegalArgumentException if it cannot
   */
  public void requireSupportOf(Consistency consistency, Replication replication) {
    String why = whyNot(replication);
    if (!why.isEmpty()) {
      throw new IllegalArgumentException(
          this
              + " is not for "
              + replication
              + " at "
              + consistency
              + ", where "
              + why
              + ": use "
              + consistency.defaultReplication());
    }
  }

  /** Whether a protocol can evict. */
  public static boolean isSupportedBy(Replication replication) {
    return whyNot(replication).isEmpty();
  }

  private static String whyNot(Replication replication) {
    return switch (replication) {
      case TOTAL_ORDER -> "no member orders all writes: each would evict for itself";
      case LOCKING -> "writes of different keys have no common order";
      case QUORUM -> "no member knows how many entries there are";
      case KEY_OWNER -> "a member may only remove keys of its own";
      default -> "";
    };
  }

  @Override
  public String toString() {
    return "maximum" + nameOf(unit) + "(" + most + ")";
  }
}
