package io.kvstore.spi;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import java.util.Optional;

/** A running store, underneath its typed faces. */
public interface Backend extends AutoCloseable {
  /**
   * A new session.
   *
   * @param node the replica to talk to; empty lets the engine choose, and choose again when that
   *     one is lost
   * @param after what the session has already seen
   */
  Connection connect(Optional<NodeId> node, Position after);

  /**
   * What clients may observe at present: the level of a read that does not ask for a weaker one.
   */
  Consistency consistency();

  /** The administration face. */
  Cluster cluster();

  /** Stops everything. Waiting callers are told; a second call does nothing. */
  @Override
  void close();
}
