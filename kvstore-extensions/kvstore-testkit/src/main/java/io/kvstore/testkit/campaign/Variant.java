package io.kvstore.testkit.campaign;

import io.kvstore.Limits;
import io.kvstore.core.spi.Bounds;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the store of a scenario differs from the plain ones.
 *
 * @param shards into how many parts its keys are split
 * @param splits the keys with which shards begin, if keys are split by their order and not by their
 *     hash
 * @param datalets what its entries are kept in, where they are not on simulated disks
 * @param limits what it refuses to exceed
 * @param bounds how much its protocols keep
 * @param operationsAtOnce how many operations each client may have under way
 * @param isUnusual whether its protocols do the legal but unusual now and then
 * @param mustAnswer whether nothing happens for which an outcome might be unknown
 * @param store the cell of the store, where all keys are in a table of it
 * @param capacity how many entries it holds before it evicts some; 0 evicts none
 */
record Variant(
    int shards,
    List<String> splits,
    Datalets datalets,
    Limits limits,
    Bounds bounds,
    int operationsAtOnce,
    boolean isUnusual,
    boolean mustAnswer,
    Optional<Cell> store,
    long capacity) {
  /** What entries are kept in. */
  enum Datalets {
    /** Hash tables. */
    HASH,
    /** Ordered trees. */
    TREE,
    /** A hash table on every second node, a tree on the others. */
    HASH_AND_TREE,
    /** A hash table, a tree and a log on a simulated disk, in turn. */
    ALL_IN_TURN
  }

  /** A store like most. */
  static final Variant PLAIN =
      new Variant(
          1,
          List.of(),
          Datalets.HASH,
          Limits.DEFAULT,
          Bounds.DEFAULT,
          1,
          false,
          false,
          Optional.empty(),
          0);

  Variant withShards(int number) {
    return with(number, datalets, limits, bounds, operationsAtOnce, isUnusual);
  }

  /** The same with keys that are split by their order. */
  Variant withSplits(List<String> firstKeys) {
    return new Variant(
        firstKeys.size() + 1,
        List.copyOf(firstKeys),
        datalets,
        limits,
        bounds,
        operationsAtOnce,
        isUnusual,
        mustAnswer,
        store,
        capacity);
  }

  /** The same that holds so many entries at the most. */
  Variant withCapacity(long entries) {
    return new Variant(
        shards,
        splits,
        datalets,
        limits,
        bounds,
        operationsAtOnce,
        isUnusual,
        mustAnswer,
        store,
        entries);
  }

  /** Whether some replicas keep their values on a disk. */
  boolean isPartlyOnDisk() {
    return datalets == Datalets.ALL_IN_TURN;
  }

  /** Whether two keys are certainly of one shard. */
  boolean areTogether(String one, String other) {
    boolean areSplit =
        splits.stream().anyMatch(first -> one.compareTo(first) < 0 != other.compareTo(first) < 0);
    return one.equals(other) || shards == 1 || (!splits.isEmpty() && !areSplit);
  }

  Variant withDatalets(Datalets others) {
    return with(shards, others, limits, bounds, operationsAtOnce, isUnusual);
  }

  Variant withLimits(Limits others) {
    return with(shards, datalets, others, bounds, operationsAtOnce, isUnusual);
  }

  Variant withOperationsAtOnce(int number) {
    return with(shards, datalets, limits, bounds, number, isUnusual);
  }

  Variant withBounds(Bounds less) {
    return with(shards, datalets, limits, less, operationsAtOnce, isUnusual);
  }

  Variant unusual() {
    return with(shards, datalets, limits, bounds, operationsAtOnce, true);
  }

  Variant answeringAll() {
    return new Variant(
        shards,
        splits,
        datalets,
        limits,
        bounds,
        operationsAtOnce,
        isUnusual,
        true,
        store,
        capacity);
  }

  /** The same with all keys in a table of a store of this cell. */
  Variant inTableOf(Cell its) {
    return new Variant(
        shards,
        splits,
        datalets,
        limits,
        bounds,
        operationsAtOnce,
        isUnusual,
        mustAnswer,
        Optional.of(its),
        capacity);
  }

  private Variant with(
      int shards,
      Datalets datalets,
      Limits limits,
      Bounds bounds,
      int operationsAtOnce,
      boolean isUnusual) {
    return new Variant(
        shards,
        splits,
        datalets,
        limits,
        bounds,
        operationsAtOnce,
        isUnusual,
        mustAnswer,
        store,
        capacity);
  }

  /** What is not plain in it, each after a comma. */
  @Override
  public String toString() {
    return (shards == 1 ? "" : ", " + shards + " shards")
        + (splits.isEmpty() ? "" : " that begin at " + splits)
        + (datalets == Datalets.HASH
            ? ""
            : ", datalets " + datalets.name().toLowerCase(Locale.ROOT).replace('_', ' '))
        + (limits.equals(Limits.DEFAULT)
            ? ""
            : ", "
                + limits.operationsInFlight()
                + " operations in flight, "
                + limits.changesKept()
                + " changes kept, "
                + limits.owedBytes()
                + " bytes owed"
                + shown(", ", limits.valueBytes(), Limits.DEFAULT.valueBytes(), " bytes a value")
                + shown(", ", limits.heldBytes(), Limits.DEFAULT.heldBytes(), " bytes held"))
        + (bounds.equals(Bounds.DEFAULT)
            ? ""
            : ", "
                + bounds.kept()
                + " operations kept, "
                + bounds.early()
                + " early, "
                + bounds.keptForReturning()
                + " for who returns")
        + (isUnusual ? ", unusual" : "")
        + (capacity == 0 ? "" : ", " + capacity + " entries at the most")
        + (mustAnswer ? ", no outcome unknown" : "")
        + store.map(its -> ", in a table of a store of " + its).orElse("")
        + (operationsAtOnce == 1 ? "" : ", " + operationsAtOnce + " operations at once");
  }

  private static String shown(String before, long number, long usual, String what) {
    return number == usual ? "" : before + number + what;
  }
}
