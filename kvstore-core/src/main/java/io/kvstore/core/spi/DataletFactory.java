package io.kvstore.core.spi;

import io.kvstore.NodeId;

/** Opens the datalet of a replica. Replicas of one group may get different ones. */
@FunctionalInterface
public interface DataletFactory {
  /** Opens it, with what it kept from before if it keeps anything. */
  Datalet open(NodeId node, int shard);

  /**
   * Opens it without what it kept from before, because that is damaged. It replaces that, for good,
   * with the first group that is committed, and not before.
   *
   * @throws DamagedFileException when such a datalet cannot be made
   */
  default Datalet openAnew(NodeId node, int shard, DamagedFileException damage) {
    throw damage;
  }

  /**
   * Takes away for good what a datalet has kept, which is closed: its table was dropped, or its
   * node holds the shard no more. Where nothing is kept there is nothing to do.
   */
  default void discard(NodeId node, int shard) {}

  /**
   * Whether what is written to its datalets comes back, at whatever node. A store keeps its own
   * record in one of them then, as that of shard 0 of {@link NodeId#COORDINATOR}.
   */
  default boolean isDurable() {
    return false;
  }

  /**
   * Whether its datalets may block their thread, on a disk or a network: they get a thread of their
   * own.
   */
  default boolean mayBlock() {
    return false;
  }
}
