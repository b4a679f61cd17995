package io.kvstore.spi;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a table is asked to be. All else it has of its store: nodes, replicas, limits, failover,
 * where data is kept.
 *
 * @param consistency what clients of the table may observe
 * @param replication how its copies are kept
 * @param shards into how many parts its keys are split
 * @param splits the first key of each part but the first; empty splits by the hash of keys
 * @param acks at the eventual and causal levels, how many members hold a write before it is
 *     answered; empty leaves it to the protocol
 * @param readsFrom with {@link Replication#QUORUM} at the eventual level, how many members answer a
 *     read of a key; empty is a majority
 * @param capacity how much it holds before it evicts entries; empty evicts none
 */
public record TableSettings(
    Consistency consistency,
    Replication replication,
    int shards,
    List<Bytes> splits,
    OptionalInt acks,
    OptionalInt readsFrom,
    Optional<Capacity> capacity) {
  /** The longest name of a table, in characters. */
  public static final int NAME_LIMIT = 64;

  private static final int SHOWN_LIMIT = 100;

  /** Copies the list. */
  public TableSettings {
    splits = List.copyOf(splits);
  }

  /**
   * Checks the name of a table: it may be a part of an address, and of a file's name.
   *
   * @throws IllegalArgumentException when a table cannot be called so
   */
  public static String requireName(String name) {
    if (!isName(name)) {
      String shown = name.length() > SHOWN_LIMIT ? name.substring(0, SHOWN_LIMIT) + "…" : name;
      throw new IllegalArgumentException(
          "a table cannot be called '"
              + shown
              + "': a name has 1 to "
              + NAME_LIMIT
              + " characters, which are letters from a to z or A to Z, digits, '.', '_' and '-',"
              + " and begins with a letter or digit");
    }
    return name;
  }

  private static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= NAME_LIMIT
        && isLetterOrDigit(text.charAt(0))
        && text.chars().allMatch(each -> isLetterOrDigit(each) || "._-".indexOf(each) >= 0);
  }

  private static boolean isLetterOrDigit(int each) {
    return (each >= 'a' && each <= 'z')
        || (each >= 'A' && each <= 'Z')
        || (each >= '0' && each <= '9');
  }

  @Override
  public String toString() {
    return consistency
        + " by "
        + replication
        + ", "
        + (splits.isEmpty() ? "shards(" + shards + ")" : "splitAt" + splits)
        + (acks.isPresent() ? ", acks(" + acks.getAsInt() + ")" : "")
        + (readsFrom.isPresent() ? ", readsFrom(" + readsFrom.getAsInt() + ")" : "")
        + capacity.map(its -> ", " + its).orElse("");
  }
}
