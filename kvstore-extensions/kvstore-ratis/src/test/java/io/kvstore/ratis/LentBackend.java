package io.kvstore.ratis;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import java.util.Optional;

/**
 * A store that runs already, as an engine that opens it: what its end does is said by its owner.
 */
record LentBackend(Backend backend, Runnable onClose) implements Backend, Engine {
  @Override
  public String name() {
    return "lent";
  }

  @Override
  public Backend open(Settings settings) {
    return this;
  }

  @Override
  public Connection connect(Optional<NodeId> node, Position after) {
    return backend.connect(node, after);
  }

  @Override
  public Consistency consistency() {
    return backend.consistency();
  }

  @Override
  public Cluster cluster() {
    return backend.cluster();
  }

  @Override
  public void close() {
    onClose.run();
  }
}
