package io.kvstore.core.store;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a store, or of one of its tables: the groups that hold them, one for each shard, and
 * what they promise together. Its shards are counted from 0 on; among all shards of the store they
 * have the numbers from {@link #firstShard} on.
 */
public final class KeySpace implements Group.Listener {
  /** What key spaces of one store share. */
  record Hosts(
      ControletFactory protocol,
      Nodes nodes,
      Contact contact,
      ConditionWaiters waiters,
      BiConsumer<Group, Runnable> onLoop,
      Group.Listener listener) {}

  private final @Nullable String table;
  private final int firstShard;
  private final Settings settings;
  private final Hosts hosts;
  private final Nodes nodes; // of the hosts, as the next: for calls
  private final Contact contact;
  private final List<Group> groups = new ArrayList<>(); // all there before anyone asks
  private final Reconfigurations reconfigurations;
  private volatile Consistency consistency; // the weakest of the groups'
  private volatile boolean isClosed;

  /**
   * A key space without groups yet.
   *
   * @param table the name of the table; null for the store's own keys
   */
  KeySpace(@Nullable String table, int firstShard, Settings settings, Hosts hosts) {
    this.table = table;
    this.firstShard = firstShard;
    this.settings = settings;
    this.hosts = hosts;
    nodes = hosts.nodes();
    contact = hosts.contact();
    reconfigurations =
        new Reconfigurations(groups, hosts.protocol(), hosts.onLoop(), hosts.waiters());
    consistency = settings.consistency();
  }

  // What it is

  /** The name of the table; nothing for the store's own keys. */
  public Optional<String> table() {
    return Optional.ofNullable(table);
  }

  public Settings settings() {
    return settings;
  }

  /** The number of its first shard among all shards of the store. */
  int firstShard() {
    return firstShard;
  }

  public int shards() {
    return settings.shards();
  }

  List<Group> groups() {
    return groups;
  }

  /** Whether one of its shards has this number among all shards of the store. */
  boolean has(int shardOfStore) {
    return shardOfStore >= firstShard && shardOfStore < firstShard + shards();
  }

  /** Its store is closed, or it was dropped: nothing is waited for any more. */
  void close() {
    isClosed = true;
    hosts.waiters().look();
  }

  boolean isClosed() {
    return isClosed;
  }

  // For clients

  /** The replicas of a shard. */
  public Group group(int shard) {
    return groups.get(shard);
  }

  /** What the group of a shard is right now. */
  public View view(int shard) {
    return groups.get(shard).view();
  }

  /** Tells who waits for a replica that one may have come. */
  public ConditionWaiters waiters() {
    return hosts.waiters();
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

  /** Whether what sessions have seen may be told by vector clocks, now or after a move. */
  public boolean mayAnswerWithClocks() {
    return settings.consistency() == Consistency.CAUSAL || hosts.protocol().servesEveryCell();
  }

  /** What clients may observe at present. */
  public Consistency consistency() {
    return consistency;
  }

  /** All has ended: what is closed keeps no data, even if the application still has it. */
  void forgetReplicas() {
    groups.forEach(group -> group.replicas().forgetAll());
  }

  // For administrators

  /** Moves it to another cell of the matrix. */
  void reconfigure(Consistency to, Replication by) {
    reconfigurations.move(reconfigurations.cellFor(to, by));
  }

  /** Asks for another cell of the matrix, and waits for it. */
  boolean reconfigure(Consistency to, Replication by, Duration atMost) {
    return reconfigurations.ask(reconfigurations.cellFor(to, by), atMost);
  }

  // What groups tell

  @Override
  public void onFailure(NodeId node) {
    hosts.listener().onFailure(node);
  }

  @Override
  public void onActivated(NodeId node) {
    hosts.listener().onActivated(node);
  }

  @Override
  public void onDecided() {
    synchronized (reconfigurations) { // The last caller has seen what all groups have decided.
      consistency = reconfigurations.weakest();
    }
  }

  /** The cell for which it was made. */
  Cell madeFor() {
    return new Cell(settings.consistency(), settings.replication());
  }
}
