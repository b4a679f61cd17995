package io.kvstore.core.spi;

import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A controlet's way to its datalet: first in, first out. Every result comes back on the controlet's
 * loop, perhaps before the call returns; and when it comes, what was written is as durable as the
 * datalet makes it.
 */
public interface Storage {
  /** Answers a query as of a time: what has expired by then is not seen. */
  void query(Query query, long time, Consumer<Answer> then);

  /**
   * What {@link #query} would answer whatever the time, if a look at the datalet is enough to know;
   * null if not. As in {@link Controlet#glance}, any thread may look.
   */
  default @Nullable Answer glance(Query query) {
    return null;
  }

  /**
   * Performs an operation in a group with one order, at the same place on every member: what is
   * removed is forgotten. A group uses either this or {@link #update}, and never both.
   */
  void apply(Ordered ordered, Consumer<Answer> then);

  /**
   * Performs a command in a group whose members write independently: what is removed leaves a
   * tombstone.
   *
   * @param context what the written entries depend on, at the causal level
   * @param then gets the answer, and the entries that others must merge to have the same effect
   */
  void update(Ordered ordered, @Nullable VectorClock context, Effects then);

  /**
   * Takes over the entries of a command that another member performed, where they are newer than
   * what is here.
   */
  void merge(Ordered origin, List<Pair> entries, Runnable then);

  /** Forgets tombstones up to this version; what has expired by this time is one. */
  void collect(long version, long time, Consumer<Collected> then);

  /** All that the datalet holds, tombstones too, as it is when this call's turn comes. */
  void snapshot(Consumer<Contents> then);

  /**
   * The same of a member that stands still: its entries are looked up only when somebody asks for
   * them, which must be before it performs anything more.
   */
  default void still(Consumer<Contents> then) {
    snapshot(then);
  }

  /** Makes these the only contents. */
  void replace(Contents contents, Runnable then);

  /** What a command did, for others to merge. */
  @FunctionalInterface
  interface Effects {
    /** With the answer and the entries that changed. */
    void accept(Answer answer, List<Pair> changed);
  }

  /**
   * What is left after tombstones were forgotten.
   *
   * @param candidatesLeft how many entries are tombstones, or will be when they expire
   */
  record Collected(long candidatesLeft) {}

  /**
   * All that a datalet holds.
   *
   * @param entries keys and entries, in no order
   * @param time the latest time as of which something was performed
   * @param highestVersion the highest version among what was ever written
   */
  record Contents(List<Pair> entries, long time, long highestVersion) {
    /**
     * The same as of this time if it is later: a member that had all of this when it joined knows
     * of the time from the others, and its datalet does not.
     */
    public Contents asOf(long later) {
      return later > time ? new Contents(entries, later, highestVersion) : this;
    }
  }
}
