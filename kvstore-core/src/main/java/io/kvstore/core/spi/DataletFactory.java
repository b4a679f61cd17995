package io.kvstore.core.spi;

import io.kvstore.NodeId;

/** Opens the datalet of a replica. Replicas of one group may get different ones. */
@FunctionalInterface
public interface DataletFactory {
  /** Opens it, with what it kept from before if it keeps anything. */
  Datalet open(NodeId node, int shard);

  /**
   * Whether its datalets may block their thread, on a disk or a network: they get a thread of their
   * own.
   */
  default boolean mayBlock() {
    return false;
  }
}
