package io.kvstore.testkit.record;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import io.kvstore.spi.TableSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** An engine whose stores are recorded. */
final class RecordingEngine implements Engine {
  private final Engine engine;
  private final Function<Settings, Recording> begin;

  RecordingEngine(Engine engine, Function<Settings, Recording> begin) {
    this.engine = engine;
    this.begin = begin;
  }

  @Override
  public String name() {
    return "recorded " + engine.name();
  }

  @Override
  public Backend open(Settings settings) {
    Recording recording = begin.apply(settings);
    return new RecordingBackend(engine.open(settings), recording, new RecordedTables(recording));
  }

  /** The tables of a store, each with a recording of its own. */
  private static final class RecordedTables {
    private final Recording store;
    private final Map<String, RecordingBackend> known = new ConcurrentHashMap<>();

    RecordedTables(Recording store) {
      this.store = store;
    }

    /** One that is made after another was dropped is another, though its name is the same. */
    Backend recorded(String name, Backend table) {
      return known.compute(
          name,
          (any, last) ->
              last != null && last.backend == table
                  ? last
                  : new RecordingBackend(
                      table,
                      store.beginTable(name, table.consistency(), table.cluster().shards()),
                      this));
    }
  }

  private static final class RecordingBackend implements Backend {
    private final Backend backend;
    private final Recording recording;
    private final RecordedTables tables;
    private final Cluster cluster;

    RecordingBackend(Backend backend, Recording recording, RecordedTables tables) {
      this.backend = backend;
      this.recording = recording;
      this.tables = tables;
      cluster = new RecordingCluster(backend.cluster(), recording);
    }

    @Override
    public Connection connect(Optional<NodeId> node, Position after) {
      return new RecordingConnection(
          backend.connect(node, after), recording.session(after), node.orElse(null));
    }

    @Override
    public Consistency consistency() {
      return backend.consistency();
    }

    @Override
    public Cluster cluster() {
      return cluster;
    }

    @Override
    public Backend table(String name, TableSettings settings) {
      return tables.recorded(name, backend.table(name, settings));
    }

    @Override
    public Optional<Backend> table(String name) {
      return backend.table(name).map(table -> tables.recorded(name, table));
    }

    @Override
    public List<String> tables() {
      return backend.tables();
    }

    @Override
    public boolean dropTable(String name) {
      return backend.dropTable(name);
    }

    @Override
    public void close() {
      backend.close();
    }
  }
}
