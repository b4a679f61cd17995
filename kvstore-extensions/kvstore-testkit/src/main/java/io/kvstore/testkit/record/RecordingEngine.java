package io.kvstore.testkit.record;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import java.util.Optional;
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
    return new RecordingBackend(engine.open(settings), recording);
  }

  private static final class RecordingBackend implements Backend {
    private final Backend backend;
    private final Recording recording;
    private final Cluster cluster;

    RecordingBackend(Backend backend, Recording recording) {
      this.backend = backend;
      this.recording = recording;
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
    public void close() {
      backend.close();
    }
  }
}
