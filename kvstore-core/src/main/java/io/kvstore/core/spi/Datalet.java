package io.kvstore.core.spi;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A single-node store: it keeps an entry for each key, and knows nothing of replication, versions
 * and time.
 *
 * <p>It is used by one thread at a time. What it throws stops its node, and only its node.
 */
public interface Datalet extends AutoCloseable {
  /** The entry of a key, null when there is none. */
  @Nullable Entry get(Bytes key);

  /**
   * Whether a second thread may call {@link #get} at any time. While the owner sets other entries,
   * or this one, it returns an entry that the key had meanwhile; that there is none means nothing
   * then. When the owner takes anything away, what is returned or thrown is ignored.
   */
  default boolean allowsOptimisticReads() {
    return false;
  }

  /** Sets the entry of a key and returns the one before, null when there was none. */
  @Nullable Entry put(Bytes key, Entry entry);

  /**
   * Sets the entry of a key unless the one that is there has as high a version; returns the one
   * before, null when there was none.
   */
  default @Nullable Entry putIfNewer(Bytes key, Entry entry) {
    Entry before = get(key);
    if (before == null || before.version() < entry.version()) {
      put(key, entry);
    }
    return before;
  }

  /** Takes a key away and returns the entry that it had, null when there was none. */
  @Nullable Entry remove(Bytes key);

  /**
   * Shows the entries from one key up to, but without, another, in ascending order; an empty end
   * means all the rest.
   */
  void scan(Bytes from, Bytes to, Visitor visitor);

  /** Shows the first of these entries, at most so many. */
  default void scan(Bytes from, Bytes to, int limit, Visitor visitor) {
    int[] left = {limit};
    scan(from, to, (key, entry) -> visitor.visit(key, entry) && --left[0] > 0);
  }

  /** Shows all entries in any order. */
  default void forEach(Visitor visitor) {
    scan(Bytes.EMPTY, Bytes.EMPTY, visitor);
  }

  /** How many entries there are, tombstones included. */
  long size();

  /**
   * What of its entries is on the heap, and so counts for {@link io.kvstore.Limits#heldBytes()}.
   */
  default OnHeap onHeap() {
    return OnHeap.ENTRIES;
  }

  /** Takes every key away. */
  void clear();

  /**
   * Takes over all entries of another datalet instead of its own, if it can do that much faster
   * than one by one. The other one is not changed meanwhile.
   *
   * @return whether it has; false when nothing was done
   */
  default boolean copyFrom(Datalet other) {
    return false;
  }

  /**
   * Shows the entries of another datalet but for those that are the very same objects here, if it
   * can find them much faster than by a look at each. The other one is not changed meanwhile, and
   * the visitor may change this one.
   *
   * @return whether it has; false when nothing was shown
   */
  default boolean forEachUnlike(Datalet other, Visitor visitor) {
    return false;
  }

  /**
   * The same entries in a datalet of its own that keeps them while this one changes, if that can be
   * had at once. Any thread may look at it.
   *
   * @return null when it cannot
   */
  default @Nullable Datalet still() {
    return null;
  }

  /**
   * The same entries to be read bit by bit while this one changes, if that can be had without a
   * copy of them all. It is used by the thread that uses this one.
   *
   * @return null when it cannot: then a member that needs a copy is sent all entries at once
   */
  default @Nullable Frozen freeze() {
    return null;
  }

  /**
   * Room for entries that are on their way here, and may be as many as all that are here. They are
   * no entries of this datalet, and do not come back with it. Used by the thread that uses this
   * one.
   */
  default Scratch scratch() {
    return new HeapScratch();
  }

  /**
   * Returns when everything before survives whatever this datalet means to survive. Called once for
   * many writes.
   */
  default void sync() {}

  @Override
  void close();

  /** What of each entry is on the heap. */
  enum OnHeap {
    /** All of it. */
    ENTRIES,
    /** Its key, and where the rest is. */
    KEYS,
    /** Nothing of it. */
    NOTHING
  }

  /** The entries of a datalet as they were at one moment. */
  interface Frozen extends AutoCloseable {
    /**
     * Shows those from a key on, in ascending order. Several members may read them, each at its own
     * pace: so those before it may be asked for again, as they were.
     */
    void scan(Bytes from, Visitor visitor);

    @Override
    void close();
  }

  /** Entries that were put aside. */
  interface Scratch extends AutoCloseable {
    /** Puts more aside. */
    void add(List<Pair> entries);

    /** Shows all, in the order in which they came. */
    void forEach(Visitor visitor);

    /** Forgets them. */
    @Override
    void close();
  }

  /** Looks at entries, one by one. */
  @FunctionalInterface
  interface Visitor {
    /** Looks at one; false to see no more. */
    boolean visit(Bytes key, Entry entry);
  }
}
