package io.kvstore.core.client;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.core.engine.Room;
import io.kvstore.core.engine.Routing;
import io.kvstore.core.engine.SessionState;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.store.LocalCluster;
import io.kvstore.core.store.Sizes;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Settings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A store whose cluster runs in this JVM. */
public final class LocalBackend implements Backend {
  private final LocalCluster cluster;
  private final Driver driver;
  private final Routing routing;
  private final Lanes lanes;
  private final Room room;
  private final Settings settings;
  private final Runnable afterClose;
  private final AtomicInteger sessions = new AtomicInteger();
  private final Set<LocalWatch> watches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Over a cluster that runs on this driver; both end with it. */
  public LocalBackend(LocalCluster cluster, Driver driver, Settings settings, Runnable afterClose) {
    this.cluster = cluster;
    this.driver = driver;
    this.routing = new Routing(settings);
    this.lanes = new Lanes(settings.limits().operationsInFlight());
    this.room = new Room(settings.limits(), settings.shards());
    this.settings = settings;
    this.afterClose = afterClose;
  }

  /** How much its replicas keep for others or for later: see {@link Sizes#left}. */
  public Map<String, Integer> sizesLeft() {
    return Sizes.left(cluster);
  }

  LocalCluster hosts() {
    return cluster;
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
      throw new IllegalStateException("the store is closed");
    }
  }

  /** A watch that ends with the store. */
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
    node.ifPresent(cluster::requireNode);
    SessionState session = new SessionState(cluster.shards(), after, cluster.mayAnswerWithClocks());
    return new LocalConnection(this, session, node, sessions.getAndIncrement());
  }

  @Override
  public Consistency consistency() {
    return cluster.consistency();
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    cluster.close();
    watches.forEach(LocalWatch::close);
    driver.close(cluster::stopAllOn);
    cluster.forgetReplicas();
    watches.clear();
    afterClose.run();
  }
}
