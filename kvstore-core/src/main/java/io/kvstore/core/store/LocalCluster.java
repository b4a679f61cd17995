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
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The nodes of one store, all in this JVM, each with a replica of every shard that it holds. */
public final class LocalCluster implements Cluster, Group.Listener {
  /** How the parts of a cluster are put on loops. */
  public enum Loops {
    /** All replicas of a shard share one. */
    ONE_FOR_EACH_SHARD,
    /** Every controlet and every datalet has its own. */
    ONE_FOR_EACH_PART
  }

  private final Settings settings;
  private final Driver driver;
  private final ControletFactory protocol;
  private final Fabric fabric;
  private final List<Group> groups = new ArrayList<>();
  private final Layout layout;
  private final ConditionWaiters waiters;
  private final Nodes nodes;
  private final Contact contact;
  private final Census census;
  private final Announcements announcements;
  private final NodeLifecycle lifecycle;
  private final Reconfigurations reconfigurations;
  private final ViewsFromOutside views;
  private final Rebalancer rebalancer;
  private volatile Consistency consistency; // the weakest of the groups'
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
    this.protocol = protocol;
    nodes = new Nodes(settings.nodes());
    contact = new Contact(protocol, settings.failover(), nodes::isUp);
    waiters = new ConditionWaiters(driver);
    reconfigurations = new Reconfigurations(groups, protocol, this::coordinate, waiters);
    views = new ViewsFromOutside(groups, nodes, this::coordinate, waiters);
    consistency = settings.consistency();
    census = new Census(nodes, groups);
    announcements = new Announcements(driver);
    fabric = new Fabric(nodes::all, normal, () -> groups.forEach(Group::wake), trace);
    layout = new Layout(driver, loops, datalets.mayBlock(), nodes, fabric, trace);
    lifecycle =
        new NodeLifecycle(settings, driver, nodes, groups, layout, fabric, announcements, waiters);
    Formation formation = new Formation(layout, waiters);
    formation.makeGroups(
        groups,
        settings,
        protocol,
        datalets,
        fabric,
        seed,
        isVirtual,
        onRecord,
        announcements,
        this);
    rebalancer = new Rebalancer(settings, driver, nodes, groups, layout, waiters);
    formation.begin(groups);
    rebalancer.begin(); // perhaps a move was under way when the store was closed
    Flight.begin(this, driver.name());
  }

  // For clients

  /** The replicas of a shard. */
  public Group group(int shard) {
    return groups.get(shard);
  }

  /** Tells who waits for a replica that one may have come. */
  public ConditionWaiters waiters() {
    return waiters;
  }

  /** The node that a client does best to talk to; by preference, one of those that can serve it. */
  public NodeId nodeFor(int shard, int preference) {
    Group group = groups.get(shard);
    return contact.in(group.view(), preference, group);
  }

  /** The same for a client at a node: by preference the nearest member, from its number on. */
  public NodeId nodeNear(int shard, NodeId node) {
    Group group = groups.get(shard);
    return contact.in(group.view(), Contact.nearest(group.view(), node), group);
  }

  /** The replica of a shard on a node; it may be down. */
  public Replica replica(int shard, NodeId node) {
    return groups.get(shard).replica(node);
  }

  /** Whether a node runs; one that is gone does not. */
  public boolean isUp(NodeId node) {
    return nodes.isUp(node);
  }

  /** Whether there is such a node, running or not. */
  public boolean isThere(NodeId node) {
    return nodes.isThere(node);
  }

  /** Checks that there is such a node. */
  public void requireNode(NodeId node) {
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
    return census.health();
  }

  @Override
  public long losses() {
    return census.losses();
  }

  @Override
  public List<ReplicaStatus> replicas() {
    return census.replicas();
  }

  @Override
  public ReplicaStatus replica(NodeId node, int shard) {
    return census.replica(node, shard);
  }

  @Override
  public List<NodeId> holders(int shard) {
    return groups.get(shard).holders();
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
  public View view(int shard) {
    return groups.get(shard).view();
  }

  @Override
  public Optional<View> viewOf(NodeId node, int shard) {
    requireNode(node);
    Replica replica = groups.get(shard).replicaOrNull(node);
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
    waiters.call(groups.get(0).coordinatorLoop(), rebalancer::isOver, atMost.toNanos());
    return rebalancer.isOver();
  }

  @Override
  public void setView(List<NodeId> members) {
    synchronized (this) {
      requireOpen();
      views.set(members);
    }
    views.await(members);
  }

  @Override
  public void reconfigure(Consistency to, Replication by) {
    requireOpen();
    reconfigurations.move(reconfigurations.cellFor(to, by));
  }

  @Override
  public boolean reconfigure(Consistency to, Replication by, Duration atMost) {
    requireOpen();
    return reconfigurations.ask(reconfigurations.cellFor(to, by), atMost);
  }

  /** Whether what sessions have seen may be told by vector clocks, now or after a move. */
  public boolean mayAnswerWithClocks() {
    return settings.consistency() == Consistency.CAUSAL || protocol.servesEveryCell();
  }

  /** What clients may observe at present. */
  public Consistency consistency() {
    return consistency;
  }

  @Override
  public void onDecided() {
    synchronized (reconfigurations) { // The last caller has seen what all groups have decided.
      consistency = reconfigurations.weakest();
    }
  }

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
    nodes.clockOf(node).skew(driver.now(), offset.toNanos(), drift);
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
    nodes.setDown(node, true);
    for (Group group : groups) {
      Replica replica = group.replicaOrNull(node);
      if (replica != null) {
        replica.loop().execute(replica, () -> replica.stop("has failed in another shard"));
      }
      group.wake();
    }
    waiters.look();
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
    waiters.call(loop, () -> isServing(node) || !nodes.isThere(node), atMost.toNanos());
    return isServing(node);
  }

  private boolean isServing(NodeId node) {
    return nodes.isThere(node) && status(node) == NodeStatus.SERVING;
  }

  private void coordinate(Group group, Runnable task) {
    Task.runOn(driver, group.coordinatorLoop(), group.coordinators(), task);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  /** Refuses to start or crash anything from now on. */
  public void close() {
    closed = true;
    rebalancer.end();
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
