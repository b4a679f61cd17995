package io.kvstore.core.spi;

import io.kvstore.Bytes;
import io.kvstore.core.spi.DurableState.KeptAnswer;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
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
   * null if not. As in {@link Controlet#optimisticRead}, any thread may look.
   */
  default @Nullable Answer optimisticRead(Query query) {
    return null;
  }

  /** What is held of some keys, tombstones and what has expired included. */
  default void stored(List<Bytes> keys, Consumer<List<Pair>> then) {
    throw new UnsupportedOperationException(getClass().getName() + " only answers queries");
  }

  /**
   * Goes through all that the datalet holds, tombstones too, as it is when this call's turn comes.
   *
   * @param examination is done where the datalet is, and must not touch anything else
   */
  default <T> void examine(Function<AllEntries, T> examination, Consumer<T> then) {
    throw new UnsupportedOperationException(getClass().getName() + " only answers queries");
  }

  /**
   * Performs an operation in a group with one order, at the same place on every member: what is
   * removed is forgotten. A group uses either this or {@link #update}, and never both.
   *
   * @param then gets the operation, so that one is enough for all, and its answer
   */
  void apply(Ordered ordered, BiConsumer<Ordered, Answer> then);

  /**
   * What has to go when an operation is performed, which is given its place now: the same with
   * these keys. Of a store that is not bounded, nothing.
   */
  default Ordered makeRoom(Ordered next) {
    return next;
  }

  /**
   * Performs a command in a group whose members write independently: what is removed leaves a
   * tombstone.
   *
   * @param context what the written entries depend on, at the causal level
   * @param then gets the answer, and the entries that others must merge to have the same effect
   */
  void update(Ordered ordered, @Nullable VectorClock context, Effects then);

  /**
   * What a write would make of an entry, which need not be the one that is here: nothing changes.
   *
   * @param before the entry that a client sees, null if there is none
   * @param version of the entry that is made
   */
  default Written resultOf(Write write, @Nullable Entry before, long version, long time) {
    throw new UnsupportedOperationException(getClass().getName() + " only performs");
  }

  /**
   * Takes over the entries of a command that another member performed, where they are newer than
   * what is here.
   *
   * @param origin the command, by whose position watches count what its member has told; with a
   *     {@link io.kvstore.spi.Tick} where the entries are a copy, which many commands may have made
   */
  void merge(Ordered origin, List<Pair> entries, Runnable then);

  /** Forgets tombstones up to this version; what has expired by this time is one. */
  void collect(long version, long time, Consumer<Collected> then);

  /**
   * All writes up to this version, of whatever member, are here or were outdated by others that
   * are. Answers that find nothing under a key then tell what has become of it.
   */
  default void settle(long version) {}

  /** Takes note, before the entries of another member are merged, of what these do not tell. */
  default void learn(KnownWrites known) {}

  /**
   * Begins an order that goes on after this position, at this time, where members wrote
   * independently before: tombstones are needed no more.
   */
  void beginOrder(long position, long time);

  /** All that the datalet holds, tombstones too, as it is when this call's turn comes. */
  void snapshot(Consumer<Contents> then);

  /**
   * The same of a member that stands still: its entries are looked up only when a member asks for
   * them, which must be before it performs anything more.
   */
  default void still(Consumer<Contents> then) {
    snapshot(then);
  }

  /** Makes these the only contents: all of them, or after a crash in the middle those of before. */
  void replace(Contents contents, Runnable then);

  /** Runs a task once everything before is as durable as the datalet makes it. */
  default void whenDurable(Runnable then) {
    then.run();
  }

  /** What the datalet has kept from before its member was lost. */
  default DurableState durableState() {
    return DurableState.NOTHING;
  }

  /** Whether what is written here is there again after a crash of its member. */
  default boolean isDurable() {
    return false;
  }

  /** All entries of a datalet, one after the other, in no order; as often as is asked for. */
  @FunctionalInterface
  interface AllEntries {
    /** Shows each of them. */
    void forEach(BiConsumer<Bytes, Entry> visitor);
  }

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
   * @param position the position of the last operation in the group's order that was performed, as
   *     far as that is known: at least the highest version
   * @param answers for the member that takes this over: what clients were answered
   * @param known what the entries do not tell, where members write independently
   */
  record Contents(
      List<Pair> entries,
      long time,
      long highestVersion,
      long position,
      List<KeptAnswer> answers,
      KnownWrites known) {
    /** Contents of a group with one order. */
    public Contents(
        List<Pair> entries,
        long time,
        long highestVersion,
        long position,
        List<KeptAnswer> answers) {
      this(entries, time, highestVersion, position, answers, KnownWrites.NONE);
    }

    /** Contents of which it is not known who was answered what. */
    public Contents(List<Pair> entries, long time, long highestVersion) {
      this(entries, time, highestVersion, highestVersion, List.of());
    }

    /** The same, for a member that remembers this, too. */
    public Contents remembering(List<KeptAnswer> others) {
      return new Contents(entries, time, highestVersion, position, others, known);
    }

    /**
     * The same as of this time if it is later: a member that had all of this when it joined knows
     * of the time from the others, and its datalet does not.
     */
    public Contents asOf(long later) {
      return later > time
          ? new Contents(entries, later, highestVersion, position, answers, known)
          : this;
    }
  }
}
