package io.kvstore.spi;

import io.kvstore.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a store says to an operation that it has performed. */
public sealed interface Answer {
  /** The version of what makes a key absent, where that is not known. */
  long UNKNOWN = -1;

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
   * Whether another replica that performed the same may have done otherwise: then this is not the
   * whole truth where two may have performed it.
   */
  default boolean mayHaveGoneOtherwise() {
    return !isApplied();
  }

  /** The entry that a client sees: none where a tombstone is. */
  private static @Nullable Entry visible(@Nullable Entry stored) {
    return stored == null || stored.isTombstone() ? null : stored;
  }

  /**
   * The entry of a key.
   *
   * @param stored the entry; when there is none, the tombstone of what makes the key absent, or
   *     null where that is not known: see {@link #gone}
   */
  record Found(@Nullable Entry stored) implements Answer {
    /** There is no entry, and it is not known why. */
    public static final Found NOTHING = new Found(null);

    /** The entry, null when there is none. */
    public @Nullable Entry entry() {
      return visible(stored);
    }

    /**
     * What makes the key absent: the version of its removal, or of the entry that has expired. Once
     * that is forgotten, a version up to which the replica knows all writes: it was the last of
     * these on the key, or none of these was on the key. {@link #UNKNOWN} where there is an entry,
     * and where the store does not tell.
     */
    public long gone() {
      return stored != null && stored.isTombstone() ? stored.version() : UNKNOWN;
    }

    @Override
    public long validUntil() {
      Entry entry = entry();
      return entry == null ? Entry.NEVER : entry.expiresAt();
    }
  }

  /**
   * Entries with their keys, in the order of the keys or of the question.
   *
   * @param pairs keys and entries
   * @param absent what is known of the keys that were looked for and have no entry; null for
   *     nothing
   */
  record Listed(List<Pair> pairs, @Nullable Absent absent) implements Answer {
    /** Entries, and nothing is known of other keys. */
    public Listed(List<Pair> pairs) {
      this(pairs, null);
    }

    /** What makes one of the keys absent that were looked for, as {@link Found#gone} tells it. */
    public long gone(Bytes key) {
      return absent == null ? UNKNOWN : absent.gone(key);
    }

    @Override
    public long validUntil() {
      return pairs.stream().mapToLong(pair -> pair.entry().expiresAt()).min().orElse(Entry.NEVER);
    }
  }

  /** What is known of keys that were looked for and have no entry. */
  @FunctionalInterface
  interface Absent {
    /** What makes a key absent, as {@link Found#gone} tells it. */
    long gone(Bytes key);
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
   * @param storedBefore the entry before; when there was none, the tombstone of what made the key
   *     absent, or null where that is not known
   * @param storedAfter the entry now; when there is none, the same
   */
  record Written(Outcome outcome, @Nullable Entry storedBefore, @Nullable Entry storedAfter)
      implements Answer {
    /** The entry before, null when there was none. */
    public @Nullable Entry before() {
      return visible(storedBefore);
    }

    /** The entry now, null when there is none. */
    public @Nullable Entry after() {
      return visible(storedAfter);
    }

    /** What made the key absent before, as {@link Found#gone} tells it. */
    public long goneBefore() {
      return new Found(storedBefore).gone();
    }

    /** What makes the key absent now, as {@link Found#gone} tells it. */
    public long goneAfter() {
      return new Found(storedAfter).gone();
    }

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
   * What a transaction did.
   *
   * @param isMet whether its requirements were met, so that the first of its lists was performed
   * @param outcome whether that list was applied, or the other one; if not, why nothing was
   * @param parts what each step was answered, in their order: {@link Found} to a read, {@link
   *     Written} to a write; up to the first that could not be done when nothing was
   */
  record Transacted(boolean isMet, Outcome outcome, List<Answer> parts) implements Answer {
    /** Nothing was looked at, because the writes of the group have no one order. */
    public static final Transacted NOT_ORDERED =
        new Transacted(false, Outcome.NOT_ORDERED, List.of());

    @Override
    public boolean isApplied() {
      return outcome == Outcome.APPLIED;
    }

    @Override
    public boolean mayHaveGoneOtherwise() {
      return true;
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
    TOO_LARGE,
    /** It needs one order of all writes, and there is none. */
    NOT_ORDERED
  }
}
