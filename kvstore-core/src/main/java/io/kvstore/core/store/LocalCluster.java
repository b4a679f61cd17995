package io.kvstore.core.store;

import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.Consistency;
import io.kvstore.Faults;
import io.kvstore.Health;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Rebalancing;
import io.kvstore.Registration;
import io.kvstore.ReplicaStatus;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.flight.Flight;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.node.Replica;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.trace.Trace;
import io.kvstore.spi.Nanos;
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The nodes of one store, all in this JVM, each with a replica of every shard that it holds. */
public final class LocalCluster implements Cluster, Group.Listener {
  private static final long MOST_SKEW_NANOS = TimeUnit.DAYS.toNanos(36_525);

  /** How the parts of a cluster are put on loops. */
  public enum Loops {
    /** All replicas of a shard share one. */
    ONE_FOR_EACH_SHARD,
    /** Every controlet and every datalet has its own. */
    ONE_FOR_EACH_PART
  }

  private final Settings settings;
  private final Driver driver;
  private final Fabric fabric;
  private final KeySpace own;
  private final List<Group> groups = new CopyOnWriteArrayList<>(); // its own, then those of tables
  private final Tables tables;
  private final ConditionWaiters waiters;
  private final Nodes nodes;
  private final Census census;
  private final Announcements announcements;
  private final NodeLifecycle lifecycle;
  private final ViewsFromOutside views;
  private final Rebalancer rebalancer;
  private volatile boolean closed;

  /**
   * Starts all nodes.
   *
   * @param normal what is wrong with every link from the start
   * @param isVirtual whether time is virtual
   * @param onRecord what the store has on record of before; null when nothing is kept
   */
  public LocalCluster(
      Settings settings,
      Driver driver,
      Loops loops,
      ControletFactory protocol,
      DataletFactory datalets,
      Faults normal,
      @Nullable Trace trace,
      long seed,
      boolean isVirtual,
      @Nullable StoreRecord onRecord) {
    this.settings = settings;
    this.driver = driver;
    nodes = new Nodes(settings.nodes());
    waiters = new ConditionWaiters(driver);
    views = new ViewsFromOutside(groups, nodes, this::coordinate, waiters);
    census = new Census(nodes, groups);
    announcements = new Announcements(driver);
    fabric = new Fabric(nodes::all, normal, () -> groups.forEach(Group::wake), trace);
    Layout layout = new Layout(driver, loops, datalets.mayBlock(), nodes, fabric, trace);
    lifecycle =
        new NodeLifecycle(settings, driver, nodes, groups, layout, fabric, announcements, waiters);
    Formation formation =
        new Formation(
            protocol, datalets, layout, fabric, waiters, announcements, seed, isVirtual, onRecord);
    KeySpace.Hosts hosts =
        new KeySpace.Hosts(
            protocol,
            nodes,
            new Contact(protocol, settings.failover(), nodes::isUp),
            waiters,
            this::coordinate,
            this);
    own = new KeySpace(null, 0, settings, hosts);
    formation.makeGroups(
        own,
        onRecord == null ? ShardPlacement.even(settings) : onRecord.placement(0, settings),
        node -> true);
    groups.addAll(own.groups());
    rebalancer = new Rebalancer(settings, driver, nodes, groups, layout, waiters);
    tables =
        new Tables(
            this,
            hosts,
            lifecycle,
            rebalancer,
            formation,
            new Dissolution(driver, layout, nodes, datalets),
            onRecord == null ? null : new TablesOnRecord(onRecord, settings));
    tables.recover();
    formation.begin(groups);
    rebalancer.begin(); // perhaps a move was under way when the store was closed
    Flight.begin(this, driver.name());
  }

  // Key spaces

  /** The store's own keys. */
  public KeySpace keys() {
    return own;
  }

  /** All groups: of the store's own keys, and of its tables. */
  List<Group> groups() {
    return groups;
  }

  /** The group of a shard, by its number among all of the store. */
  public Group group(int shard) {
    Group group = Group.among(groups, shard);
    if (group == null) {
      throw new IllegalArgumentException(
          "there is no shard "
              + shard
              + (tables.names().isEmpty()
                  ? ": there are " + shards() + ", from 0 on"
                  : ": there are " + groups.stream().map(Group::shard).toList()));
    }
    return group;
  }

  /** Its tables. */
  public Tables tables() {
    return tables;
  }

  void requireNode(NodeId node) {
    nodes.require(node);
  }

  // Cluster

  @Override
  public List<NodeId> nodes() {
    return nodes.all();
  }

  @Override
  public boolean isRunning(NodeId node) {
    return nodes.isRunning(node);
  }

  @Override
  public NodeStatus status(NodeId node) {
    requireNode(node);
    return census.statusOf(node);
  }

  @Override
  public Health health() {
    requireOpen();
    return census.health();
  }

  @Override
  public long losses() {
    return census.losses();
  }

  @Override
  public List<ReplicaStatus> replicas() {
    return Census.replicas(own);
  }

  @Override
  public ReplicaStatus replica(NodeId node, int shard) {
    requireNode(node);
    return Census.replica(node, group(shard), shard);
  }

  @Override
  public List<NodeId> holders(int shard) {
    return group(shard).holders();
  }

  @Override
  public Registration listen(Consumer<? super ClusterEvent> listener) {
    requireOpen();
    return announcements.listen(listener);
  }

  @Override
  public int shards() {
    return settings.shards();
  }

  @Override
  public Optional<String> tableOf(int shard) {
    return shard < shards() ? Optional.empty() : tables.of(shard);
  }

  @Override
  public View view(int shard) {
    return group(shard).view();
  }

  @Override
  public Optional<View> viewOf(NodeId node, int shard) {
    requireNode(node);
    Replica replica = group(shard).replicaOrNull(node);
    return replica == null ? Optional.empty() : replica.viewHere();
  }

  @Override
  public synchronized NodeId add() {
    requireOpen();
    NodeId added = lifecycle.add();
    rebalancer.wake();
    return added;
  }

  /** It holds no lock while it waits: restarting another node may be what the wait is for. */
  @Override
  public void remove(NodeId node) {
    boolean isEmptied;
    synchronized (this) {
      requireOpen();
      requireNode(node);
      isEmptied = rebalancer.canEmpty(node);
      lifecycle.beginToRemove(node, isEmptied);
    }
    boolean isGone = isEmptied ? rebalancer.awaitEmpty(node) : lifecycle.awaitGone(node);
    try {
      synchronized (this) {
        lifecycle.endRemoving(node, isGone);
      }
    } finally {
      rebalancer.emptyNoMore(node);
    }
  }

  @Override
  public Rebalancing rebalancing() {
    return rebalancer.progress();
  }

  @Override
  public boolean awaitBalance(Duration atMost) {
    waiters.call(groups.get(0).coordinatorLoop(), rebalancer::isOver, Nanos.of("atMost", atMost));
    return rebalancer.isOver();
  }

  @Override
  public void setView(List<NodeId> members) {
    setView(views, members);
  }

  /** Sets the views of all groups, or of some. */
  void setView(ViewsFromOutside its, List<NodeId> members) {
    synchronized (this) {
      requireOpen();
      its.set(members);
    }
    its.await(members);
  }

  @Override
  public void reconfigure(Consistency to, Replication by) {
    requireOpen();
    own.reconfigure(to, by);
  }

  @Override
  public boolean reconfigure(Consistency to, Replication by, Duration atMost) {
    requireOpen();
    return own.reconfigure(to, by, atMost);
  }

  @Override
  public void onDecided() {} // key spaces see to that

  @Override
  public synchronized void expel(NodeId node) {
    requireOpen();
    views.expel(node);
  }

  @Override
  public Fabric network() {
    return fabric;
  }

  @Override
  public void skewClock(NodeId node, Duration offset, double drift) {
    requireNode(node);
    long nanos = Nanos.of("offset", offset);
    if (Math.abs(nanos) > MOST_SKEW_NANOS) {
      throw new IllegalArgumentException(
          "a clock is wrong by at most a hundred years, and not by " + offset);
    }
    nodes.clockOf(node).skew(driver.now(), nanos, drift);
  }

  @Override
  public synchronized void pause(NodeId node, Duration time) {
    lifecycle.pause(node, time);
  }

  @Override
  public synchronized void crash(NodeId node) {
    requireOpen();
    lifecycle.crash(node);
    rebalancer.wake();
  }

  @Override
  public void onFailure(NodeId node) {
    lifecycle.onFailure(node);
  }

  @Override
  public void onActivated(NodeId node) {
    waiters.look();
    rebalancer.wake();
  }

  @Override
  public synchronized void restart(NodeId node) {
    requireOpen();
    lifecycle.restart(node);
    rebalancer.wake();
  }

  @Override
  public boolean awaitMember(NodeId node, Duration atMost) {
    requireNode(node);
    EventLoop loop = groups.get(0).coordinatorLoop();
    waiters.call(loop, () -> isServing(node) || !nodes.isThere(node), Nanos.of("atMost", atMost));
    return isServing(node);
  }

  private boolean isServing(NodeId node) {
    return nodes.isThere(node) && status(node) == NodeStatus.SERVING;
  }

  private void coordinate(Group group, Runnable task) {
    Task.runOn(driver, group.coordinatorLoop(), group.coordinators(), task);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  /** Refuses to start or crash anything from now on. */
  public void close() {
    closed = true;
    rebalancer.end();
    own.close();
    tables.closeAll();
    Flight.end(this);
  }

  /** Stops the replicas that live on a loop which is about to end. */
  public void stopAllOn(EventLoop loop) {
    for (Group group : groups) {
      group
          .replicas()
          .forEach(
              replica -> {
                if (replica.loop() == loop) {
                  replica.stop("was closed with its store");
                }
              });
    }
  }

  /** All has ended: a store that is closed keeps no data, even if the application still has it. */
  public void forgetReplicas() {
    groups.forEach(group -> group.replicas().forgetAll());
  }
}
