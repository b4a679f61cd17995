package io.kvstore.testkit.engine;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Replication;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import io.kvstore.spi.TableSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Whatever is opened is a table of a store whose own keys are in another cell. */
record TableEngine(Engine engine) implements Engine {
  private static final TableSettings OF_STORE =
      new TableSettings(
          Consistency.SEQUENTIAL,
          Replication.CHAIN,
          1,
          List.of(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty());

  @Override
  public String name() {
    return "tables of " + engine.name();
  }

  @Override
  public Backend open(Settings settings) {
    Backend store = engine.open(settings.ofTable(OF_STORE));
    try {
      return new TableAsStore(store, store.table("contract", settings.asTable()));
    } catch (RuntimeException | Error failed) {
      store.close();
      throw failed;
    }
  }

  private record TableAsStore(Backend store, Backend table) implements Backend {
    @Override
    public Connection connect(Optional<NodeId> node, Position after) {
      return table.connect(node, after);
    }

    @Override
    public Consistency consistency() {
      return table.consistency();
    }

    @Override
    public Cluster cluster() {
      return table.cluster();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
