package io.kvstore.core.store;

import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.Network;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Rebalancing;
import io.kvstore.Registration;
import io.kvstore.ReplicaStatus;
import io.kvstore.Replication;
import io.kvstore.ShardMove;
import io.kvstore.View;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The administration face of a table: of the whole store in what concerns nodes, of the table alone
 * in what concerns shards, which it counts from 0 on.
 */
final class TableCluster implements Cluster {
  private final LocalCluster store;
  private final KeySpace table;
  private final ViewsFromOutside views;

  TableCluster(LocalCluster store, KeySpace table, ViewsFromOutside views) {
    this.store = store;
    this.table = table;
    this.views = views;
  }

  // Shards

  @Override
  public int shards() {
    return table.shards();
  }

  @Override
  public Optional<String> tableOf(int shard) {
    group(shard);
    return table.table();
  }

  private void requireOpen() {
    store.requireOpen();
    if (table.isClosed()) {
      throw new IllegalStateException("the table '" + table.table().orElse("") + "' was dropped");
    }
  }

  private Group group(int shard) {
    if (shard < 0 || shard >= shards()) {
      throw new IllegalArgumentException(
          "there is no shard " + shard + ": there are " + shards() + ", from 0 on");
    }
    return table.group(shard);
  }

  @Override
  public View view(int shard) {
    return group(shard).view();
  }

  @Override
  public Optional<View> viewOf(NodeId node, int shard) {
    return store.viewOf(node, group(shard).shard());
  }

  @Override
  public List<NodeId> holders(int shard) {
    return group(shard).holders();
  }

  @Override
  public List<ReplicaStatus> replicas() {
    return Census.replicas(table);
  }

  @Override
  public ReplicaStatus replica(NodeId node, int shard) {
    store.requireNode(node);
    return Census.replica(node, group(shard), shard);
  }

  @Override
  public void setView(List<NodeId> members) {
    requireOpen();
    store.setView(views, members);
  }

  @Override
  public void reconfigure(Consistency consistency, Replication replication) {
    requireOpen();
    table.reconfigure(consistency, replication);
  }

  @Override
  public boolean reconfigure(Consistency consistency, Replication replication, Duration atMost) {
    requireOpen();
    return table.reconfigure(consistency, replication, atMost);
  }

  @Override
  public Registration listen(Consumer<? super ClusterEvent> listener) {
    return store.listen(
        event -> TableEvents.of(event, table::has, table.firstShard()).ifPresent(listener));
  }

  @Override
  public Rebalancing rebalancing() {
    Rebalancing all = store.rebalancing();
    List<ShardMove> own =
        all.underWay().stream()
            .filter(move -> table.has(move.shard()))
            .map(move -> new ShardMove(move.shard() - table.firstShard(), move.from(), move.to()))
            .toList();
    return new Rebalancing(own, all.left(), all.done());
  }

  // Nodes

  @Override
  public List<NodeId> nodes() {
    return store.nodes();
  }

  @Override
  public boolean isRunning(NodeId node) {
    return store.isRunning(node);
  }

  @Override
  public NodeStatus status(NodeId node) {
    return store.status(node);
  }

  @Override
  public Health health() {
    return store.health();
  }

  @Override
  public long losses() {
    return store.losses();
  }

  @Override
  public NodeId add() {
    return store.add();
  }

  @Override
  public void remove(NodeId node) {
    store.remove(node);
  }

  @Override
  public boolean awaitBalance(Duration atMost) {
    return store.awaitBalance(atMost);
  }

  @Override
  public void expel(NodeId node) {
    store.expel(node);
  }

  @Override
  public void crash(NodeId node) {
    store.crash(node);
  }

  @Override
  public void restart(NodeId node) {
    store.restart(node);
  }

  @Override
  public boolean awaitMember(NodeId node, Duration atMost) {
    return store.awaitMember(node, atMost);
  }

  @Override
  public void pause(NodeId node, Duration time) {
    store.pause(node, time);
  }

  @Override
  public void skewClock(NodeId node, Duration offset, double drift) {
    store.skewClock(node, offset, drift);
  }

  @Override
  public Network network() {
    return store.network();
  }
}
