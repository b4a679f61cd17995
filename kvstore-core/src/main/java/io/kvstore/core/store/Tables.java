package io.kvstore.core.store;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import io.kvstore.spi.Settings;
import io.kvstore.spi.TableSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of a store: made, found again and dropped while it runs, by one thread at a time, and
 * while no node comes or goes.
 *
 * <pre>
 *   shards of the store    of table "a"    of "b"     of "a", made again after it was dropped
 *        0  1  2               3  4           5              6  7
 * </pre>
 *
 * <p>Invariant: no two shards ever have the same number, so that what a dropped table may have left
 * under it on a disk is never taken for something of another.
 */
public final class Tables {
  private static final Logger logger = LoggerFactory.getLogger(Tables.class);

  private final LocalCluster cluster;
  private final Settings store;
  private final KeySpace.Hosts hosts;
  private final List<Group> groups; // of the whole store
  private final NodeLifecycle lifecycle;
  private final Rebalancer rebalancer;
  private final Formation formation;
  private final Dissolution dissolution;
  private final @Nullable TablesOnRecord onRecord;
  private volatile Map<String, KeySpace> byName = Map.of(); // sorted; never changed, but replaced
  private int numbersGiven;

  /**
   * None yet.
   *
   * @param cluster whose tables they are; what is done to nodes is done under its lock
   * @param onRecord what is known of tables from before; null when nothing is kept
   */
  Tables(
      LocalCluster cluster,
      KeySpace.Hosts hosts,
      NodeLifecycle lifecycle,
      Rebalancer rebalancer,
      Formation formation,
      Dissolution dissolution,
      @Nullable TablesOnRecord onRecord) {
    this.cluster = cluster;
    this.store = cluster.keys().settings();
    this.groups = cluster.groups();
    this.hosts = hosts;
    this.lifecycle = lifecycle;
    this.rebalancer = rebalancer;
    this.formation = formation;
    this.dissolution = dissolution;
    this.onRecord = onRecord;
    numbersGiven = onRecord == null ? store.shards() : onRecord.numbersGiven();
  }

  // Which there are

  /** The names of all, sorted. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** The table of this name, if there is one. */
  public Optional<KeySpace> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The name of the table to which a shard of the store belongs. */
  Optional<String> of(int shard) {
    return byName.values().stream()
        .filter(table -> table.has(shard))
        .findFirst()
        .flatMap(KeySpace::table);
  }

  /** The administration face of a table. */
  public Cluster clusterOf(KeySpace table) {
    return new TableCluster(
        cluster,
        table,
        new ViewsFromOutside(table.groups(), hosts.nodes(), hosts.onLoop(), hosts.waiters()));
  }

  /** The store is closed. */
  void closeAll() {
    byName.values().forEach(KeySpace::close);
  }

  private void replace(String name, @Nullable KeySpace table) {
    Map<String, KeySpace> changed = new TreeMap<>(byName);
    if (table == null) {
      changed.remove(name);
    } else {
      changed.put(name, table);
    }
    byName = changed;
  }

  // From before

  /** Makes the groups of the tables on record, before the store begins. */
  void recover() {
    if (onRecord == null) {
      return;
    }
    onRecord.discardUnfinished(formation.datalets());
    for (TablesOnRecord.Table known : onRecord.all()) {
      Settings settings = store.ofTable(known.settings());
      KeySpace table = new KeySpace(known.name(), known.firstShard(), settings, hosts);
      formation.makeGroups(table, onRecord.placement(known, settings), node -> true);
      groups.addAll(table.groups());
      replace(known.name(), table);
    }
  }

  // Making

  /**
   * The table of this name: the one that is there if it was made like this, or a new one.
   *
   * @throws IllegalArgumentException when there is one that was made otherwise
   */
  public KeySpace open(String name, TableSettings asked) {
    synchronized (cluster) {
      cluster.requireOpen();
      Settings settings = store.ofTable(asked);
      KeySpace there = byName.get(name);
      if (there == null) {
        return make(name, settings, lifecycle.leaving());
      }
      requireSame(name, there.settings().asTable(), settings.asTable());
      return there;
    }
  }

  private static void requireSame(String name, TableSettings made, TableSettings asked) {
    if (!made.equals(asked)) {
      throw new IllegalArgumentException(
          "the table '"
              + name
              + "' was made with "
              + made
              + ", and is asked for with "
              + asked
              + ": ask for it as it was made or by its name alone, or drop it first");
    }
  }

  private KeySpace make(String name, Settings settings, List<NodeId> leaving) {
    lifecycle.requireCoordinator();
    requireRoom(settings.shards());
    requireProtocol(settings);
    int firstShard = numbersGiven;
    ShardPlacement placement = placement(firstShard, settings.shards(), leaving);
    for (int i = 0; i < settings.shards(); i++) {
      requireMembers(placement.holders(i));
    }
    numbersGiven += settings.shards();
    if (onRecord != null) {
      onRecord.begin(name, firstShard, settings, placement);
    }
    KeySpace table = new KeySpace(name, firstShard, settings, hosts);
    boolean isEmpty = false;
    boolean isMade = false;
    try {
      formation.makeGroups(table, placement, this::isMember);
      formation.open(table, hosts.nodes().all().stream().filter(hosts.nodes()::isUp).toList());
      Formation.requireEmpty(table);
      isEmpty = true;
      formation.form(table);
      if (onRecord != null) {
        onRecord.made(name);
      }
      isMade = true;
    } finally {
      if (!isMade) {
        undo(name, table, isEmpty);
      }
    }
    admit(name, table, leaving);
    return table;
  }

  private void undo(String name, KeySpace table, boolean mayDiscard) {
    table.close();
    dissolution.end(table, "is not needed: its table could not be made");
    if (mayDiscard) {
      dissolution.discard(table);
    }
    if (onRecord != null) {
      onRecord.forget(name);
    }
  }

  /** From now on, what happens to nodes happens to the groups of the table, too. */
  private void admit(String name, KeySpace table, List<NodeId> leaving) {
    groups.addAll(table.groups());
    replace(name, table);
    for (Group group : table.groups()) {
      for (NodeId node : group.holders()) {
        if (!hosts.nodes().isUp(node)) {
          NodeLifecycle.stopFailed(group, node); // meanwhile
        } else if (!isInView(node)) {
          hosts.onLoop().accept(group, () -> group.coordinators().expel(node));
        }
        if (leaving.contains(node) && store.isOnEveryNode()) {
          group.coordinators().leave(node, node);
        }
      }
      group.wake();
    }
    rebalancer.wake();
    hosts.waiters().look();
    logger.info("table {} is new: {}", name, table.settings().asTable());
  }

  private void requireRoom(int shards) {
    int held = groups.size() + shards;
    if (held > Settings.MAX_SHARDS) {
      throw new IllegalArgumentException(
          "a store and its tables have at most "
              + Settings.MAX_SHARDS
              + " shards together, and with this table it would be "
              + held);
    }
  }

  private void requireProtocol(Settings settings) {
    Consistency own = store.consistency();
    boolean isOfStore =
        settings.consistency() == own && settings.replication() == store.replication();
    if (!isOfStore && !hosts.protocol().servesEveryCell()) {
      throw new UnsupportedOperationException(
          "this store runs a protocol of its own, and so do its tables: they are at "
              + own
              + " by "
              + store.replication()
              + " as it is");
    }
  }

  private ShardPlacement placement(int firstShard, int shards, List<NodeId> leaving) {
    List<NodeId> all = hosts.nodes().all();
    if (store.isOnEveryNode()) {
      return ShardPlacement.among(all, all.size(), firstShard, shards);
    }
    List<NodeId> staying =
        all.stream().filter(node -> hosts.nodes().isUp(node) && !leaving.contains(node)).toList();
    List<NodeId> chosen = staying.size() < store.replicas() ? all : staying;
    int replicas = Math.min(store.replicas(), chosen.size());
    return ShardPlacement.among(chosen, replicas, firstShard, shards);
  }

  private void requireMembers(List<NodeId> holders) {
    boolean isAutomatic = store.failover().isAutomatic();
    for (NodeId node : holders) {
      if (!isAutomatic && isInView(node) && !hosts.nodes().isUp(node)) {
        throw new UnavailableException(
            "node "
                + node
                + " is down and in the view, so that no table can be made: restart it, or set a"
                + " view without it",
            null);
      }
    }
    if (holders.stream().noneMatch(this::isMember)) {
      throw new UnavailableException(
          "none of the nodes "
              + holders
              + " serves, so that no table can be made on them: restart one, or set a view",
          null);
    }
  }

  private boolean isMember(NodeId node) {
    return hosts.nodes().isUp(node) && isInView(node);
  }

  /** Whether a node is in the view of a group that it holds, or holds none. */
  private boolean isInView(NodeId node) {
    List<Group> held =
        groups.stream()
            .filter(group -> group.shard() < store.shards() && group.holds(node))
            .toList();
    return held.isEmpty()
        || (store.failover().isAutomatic()
            ? held.stream().anyMatch(group -> group.coordinatorOf(node) != null)
            : held.stream().anyMatch(group -> group.view().members().contains(node)));
  }

  // Dropping

  /** Takes a table away; tells whether there was one. */
  public boolean drop(String name) {
    synchronized (cluster) {
      cluster.requireOpen();
      KeySpace table = byName.get(name);
      if (table != null) {
        drop(name, table);
      }
      return table != null;
    }
  }

  private void drop(String name, KeySpace table) {
    if (onRecord != null) {
      onRecord.beginToDrop(name);
    }
    replace(name, null);
    groups.removeAll(table.groups());
    table.close();
    rebalancer.forget(table.groups());
    dissolution.end(table, "holds the table '" + name + "' no more: it was dropped");
    dissolution.discard(table);
    if (onRecord != null) {
      onRecord.forget(name);
    }
    rebalancer.wake();
    hosts.waiters().look();
    logger.info("table {} is dropped", name);
  }
}
