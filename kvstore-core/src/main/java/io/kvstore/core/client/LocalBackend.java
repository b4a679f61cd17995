package io.kvstore.core.client;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.core.engine.Room;
import io.kvstore.core.engine.Routing;
import io.kvstore.core.engine.SessionState;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.store.KeySpace;
import io.kvstore.core.store.LocalCluster;
import io.kvstore.core.store.Sizes;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Settings;
import io.kvstore.spi.TableSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the clients of one key space share: a store whose cluster runs in this JVM, or a table. */
public final class LocalBackend implements Backend {
  private final KeySpace keys;
  private final LocalCluster store;
  private final Cluster cluster;
  private final Driver driver;
  private final LocalTables tables;
  private final Runnable afterClose;
  private final Routing routing;
  private final Lanes lanes;
  private final Room room;
  private final Settings settings;
  private final AtomicInteger sessions = new AtomicInteger();
  private final Set<LocalWatch> watches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** A store over a cluster that runs on this driver; both end with it. */
  public LocalBackend(LocalCluster cluster, Driver driver, Runnable afterClose) {
    this(cluster.keys(), cluster, cluster, driver, new LocalTables(cluster, driver), afterClose);
  }

  /** A table, which ends with its store. */
  LocalBackend(
      KeySpace table, LocalCluster store, Cluster cluster, Driver driver, LocalTables tables) {
    this(table, store, cluster, driver, tables, () -> {});
  }

  private LocalBackend(
      KeySpace keys,
      LocalCluster store,
      Cluster cluster,
      Driver driver,
      LocalTables tables,
      Runnable afterClose) {
    this.keys = keys;
    this.store = store;
    this.cluster = cluster;
    this.driver = driver;
    this.tables = tables;
    this.afterClose = afterClose;
    settings = keys.settings();
    routing = new Routing(settings);
    lanes = new Lanes(settings.limits().operationsInFlight());
    room = new Room(settings.limits(), settings.shards(), settings.capacity());
  }

  /** How much the store's replicas keep for others or for later: see {@link Sizes#left}. */
  public Map<String, Integer> sizesLeft() {
    return Sizes.left(store);
  }

  /** What the replicas of a node let one see: see {@link Sizes#shown}. */
  public Map<String, String> shown(NodeId node) {
    return Sizes.shown(store, node);
  }

  KeySpace hosts() {
    return keys;
  }

  Driver driver() {
    return driver;
  }

  Routing routing() {
    return routing;
  }

  Lanes lanes() {
    return lanes;
  }

  Room room() {
    return room;
  }

  Settings settings() {
    return settings;
  }

  boolean isClosed() {
    return closed;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(whyClosed());
    }
  }

  /** What is told to those who come too late. */
  String whyClosed() {
    return keys.table()
        .filter(name -> !tables.areClosed())
        .map(name -> "the table '" + name + "' was dropped")
        .orElse("the store is closed");
  }

  /** A watch that ends with the key space. */
  void remember(LocalWatch watch) {
    watches.add(watch);
    if (closed) {
      watch.close();
    }
  }

  void forget(LocalWatch watch) {
    watches.remove(watch);
  }

  @Override
  public Connection connect(Optional<NodeId> node, Position after) {
    requireOpen();
    node.ifPresent(keys::requireNode);
    SessionState session = new SessionState(keys.shards(), after, keys.mayAnswerWithClocks());
    return new LocalConnection(this, session, node, sessions.getAndIncrement());
  }

  @Override
  public Consistency consistency() {
    return keys.consistency();
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public Backend table(String name, TableSettings asked) {
    return tables.open(name, asked);
  }

  @Override
  public Optional<Backend> table(String name) {
    return tables.find(name).map(table -> table);
  }

  @Override
  public List<String> tables() {
    return tables.names();
  }

  @Override
  public boolean dropTable(String name) {
    return tables.drop(name);
  }

  /** Its clients are refused from now on, and its watches end. */
  void end() {
    closed = true;
    watches.forEach(LocalWatch::close);
    watches.clear();
  }

  /** Closes the store; a table ends with it. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed || keys.table().isPresent()) {
        return;
      }
      closed = true;
    }
    store.close();
    tables.endAll();
    watches.forEach(LocalWatch::close);
    driver.close(store::stopAllOn);
    store.forgetReplicas();
    watches.clear();
    afterClose.run();
  }
}
