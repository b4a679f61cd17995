package io.kvstore.spi;

import io.kvstore.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a store says to an operation that it has performed. */
public sealed interface Answer {
  /**
   * From when on the same question would be answered otherwise, because something that was seen has
   * expired.
   */
  default long validUntil() {
    return Entry.NEVER;
  }

  /** Whether what was asked for was done. False of writes that were answered with why not. */
  default boolean isApplied() {
    return true;
  }

  /**
   * The entry of a key.
   *
   * @param entry the entry, null when there is none
   */
  record Found(@Nullable Entry entry) implements Answer {
    /** There is no entry. */
    public static final Found NOTHING = new Found(null);

    @Override
    public long validUntil() {
      return entry == null ? Entry.NEVER : entry.expiresAt();
    }
  }

  /**
   * Entries with their keys, in the order of the keys or of the question.
   *
   * @param pairs keys and entries
   */
  record Listed(List<Pair> pairs) implements Answer {
    @Override
    public long validUntil() {
      return pairs.stream().mapToLong(pair -> pair.entry().expiresAt()).min().orElse(Entry.NEVER);
    }
  }

  /**
   * A key with its entry.
   *
   * @param key the key
   * @param entry the entry
   */
  record Pair(Bytes key, Entry entry) {}

  /**
   * What a write did.
   *
   * @param outcome whether it was applied, and if not, why
   * @param before the entry before, null when there was none
   * @param after the entry now, null when there is none
   */
  record Written(Outcome outcome, @Nullable Entry before, @Nullable Entry after) implements Answer {
    @Override
    public boolean isApplied() {
      return outcome == Outcome.APPLIED;
    }
  }

  /**
   * What a batch did.
   *
   * @param outcome whether all was applied; if not, why nothing was
   * @param parts what each write did, in their order; up to the first that could not be done when
   *     nothing was
   */
  record WrittenTogether(Outcome outcome, List<Written> parts) implements Answer {
    @Override
    public boolean isApplied() {
      return outcome == Outcome.APPLIED;
    }
  }

  /**
   * A number of entries.
   *
   * @param number the number
   * @param validUntil when the first of them expires
   */
  record Counted(long number, long validUntil) implements Answer {}

  /** How a write ended. */
  enum Outcome {
    /** The change was made. */
    APPLIED,
    /** The condition did not hold. */
    CONDITION_FAILED,
    /** The value is no number, or the sum would leave the range of a long. */
    NOT_A_NUMBER,
    /** The value would have become longer than the store's limit. */
    TOO_LARGE
  }
}
