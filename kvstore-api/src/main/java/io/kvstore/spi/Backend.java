package io.kvstore.spi;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import java.util.List;
import java.util.Optional;

/** A running store, or a table of one, underneath its typed faces. */
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

  /**
   * A table of the store, which is made like this if there is none of this name. The tables of a
   * table are those of its store.
   *
   * @param name one that {@link TableSettings#requireName} allows
   * @throws IllegalArgumentException when there is one that was made otherwise, or these settings
   *     make no sense
   * @throws io.kvstore.UnavailableException when it cannot be made now
   * @throws UnsupportedOperationException when the engine has no tables
   */
  default Backend table(String name, TableSettings settings) {
    throw new UnsupportedOperationException(
        "this engine has no tables: open another store for each key space, across machines with"
            + " peers of its own");
  }

  /** The table of this name, if there is one. */
  default Optional<Backend> table(String name) {
    return Optional.empty();
  }

  /** The names of all tables, sorted. */
  default List<String> tables() {
    return List.of();
  }

  /**
   * Takes a table away with all that it holds.
   *
   * @return whether there was one
   */
  default boolean dropTable(String name) {
    return false;
  }

  /** Stops the store. Waiting callers are told; a second call does nothing. */
  @Override
  void close();
}
