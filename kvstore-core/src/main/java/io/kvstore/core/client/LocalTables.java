package io.kvstore.core.client;

import io.kvstore.core.loop.Driver;
import io.kvstore.core.store.KeySpace;
import io.kvstore.core.store.LocalCluster;
import io.kvstore.spi.TableSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the clients of a store's tables share, one for each table that is in use. Tables are made
 * and dropped by one thread at a time.
 */
final class LocalTables {
  private final LocalCluster cluster;
  private final Driver driver;
  private final Map<String, LocalBackend> inUse = new ConcurrentHashMap<>();
  private volatile boolean areClosed;

  /** None is in use yet. */
  LocalTables(LocalCluster cluster, Driver driver) {
    this.cluster = cluster;
    this.driver = driver;
  }

  List<String> names() {
    return cluster.tables().names();
  }

  /** The table of this name, which is made if there is none. */
  synchronized LocalBackend open(String name, TableSettings settings) {
    return over(name, cluster.tables().open(name, settings));
  }

  /** The table of this name, if there is one; it does not wait for one that is being made. */
  Optional<LocalBackend> find(String name) {
    LocalBackend known = inUse.get(name);
    return known != null && !known.isClosed() ? Optional.of(known) : look(name);
  }

  private synchronized Optional<LocalBackend> look(String name) {
    return cluster.tables().find(name).map(keys -> over(name, keys));
  }

  private LocalBackend over(String name, KeySpace keys) {
    return inUse.computeIfAbsent(
        name,
        any -> new LocalBackend(keys, cluster, cluster.tables().clusterOf(keys), driver, this));
  }

  /** Takes a table away; tells whether there was one. */
  synchronized boolean drop(String name) {
    LocalBackend known = inUse.remove(name);
    if (known != null) {
      known.end();
    }
    return cluster.tables().drop(name);
  }

  /** Whether the store is closed. */
  boolean areClosed() {
    return areClosed;
  }

  /** The store is closed. */
  synchronized void endAll() {
    areClosed = true;
    inUse.values().forEach(LocalBackend::end);
    inUse.clear();
  }
}
