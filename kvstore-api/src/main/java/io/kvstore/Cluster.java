package io.kvstore;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The administration face of a store: its nodes, what its groups are right now, and ways to make
 * their life hard.
 *
 * <p>A {@linkplain KVStore#table table} has one, too. What concerns nodes is of the whole store,
 * whichever is asked: which there are, what each is doing, health, losses, links, crashes, moves.
 * What concerns shards is of one key space: a table counts its own shards from 0 on, its {@link
 * #reconfigure} moves that table alone, and its {@link #setView} sets the views of its groups.
 *
 * <p>In the store's own, {@link #shards} and {@link #replicas} are of its own key space, and {@link
 * #reconfigure} moves that alone; {@link #setView} sets the views of all groups, those of tables
 * included. The shards of tables have numbers there, too, which go on after the store's, and are
 * not given again: events and moves name them, {@link #view}, {@link #viewOf}, {@link #holders} and
 * {@link #replica} take them, and {@link #tableOf} tells whose they are.
 */
public interface Cluster {
  /** All nodes, running or not, in the order of their numbers. */
  List<NodeId> nodes();

  /** Whether a node runs. */
  boolean isRunning(NodeId node);

  /** What a node is doing. */
  NodeStatus status(NodeId node);

  /**
   * How the store is, in one word.
   *
   * @throws IllegalStateException when the store is closed
   */
  Health health();

  /**
   * How many times a group has lost everything, because all its members had lost their memory, and
   * it was kept nowhere else; of all groups together, since the store was opened. {@link #health}
   * speaks of the present alone. See {@link ClusterEvent.DataLost}.
   */
  long losses();

  /**
   * Every replica in figures: for each shard the nodes that hold it, in the order of their numbers.
   */
  List<ReplicaStatus> replicas();

  /**
   * The replica of a shard on a node in figures.
   *
   * @throws IllegalArgumentException when there is no such node, or it does not hold the shard
   */
  ReplicaStatus replica(NodeId node, int shard);

  /**
   * The nodes that hold a shard, running or not, in the order of their numbers: every node, unless
   * the store was opened with more {@linkplain StoreBuilder#nodes nodes} than replicas. The {@link
   * #view} has those of them that are its members right now.
   */
  default List<NodeId> holders(int shard) {
    return nodes();
  }

  /**
   * Tells a listener of everything that happens to nodes and groups from now on, until the
   * registration or the store is closed.
   *
   * <p>What happens to one group is told in its order. The listener is called by one thread at a
   * time, which owns nothing that the store needs: it may take its time, call the store, and throw,
   * which is logged. When it is more than ten thousand events behind, the next are lost to it, and
   * {@link ClusterEvent.Missed} says so.
   */
  Registration listen(Consumer<? super ClusterEvent> listener);

  /** Into how many shards the keys are split. */
  int shards();

  /** The table to which a shard of this number belongs; none, if it is of the store's own keys. */
  default Optional<String> tableOf(int shard) {
    return Optional.empty();
  }

  /** What the replica group of a shard is right now. */
  View view(int shard);

  /**
   * What a node takes the group of a shard to be; nothing when it is in no view of it, as when it
   * does not hold the shard.
   */
  Optional<View> viewOf(NodeId node, int shard);

  /**
   * Adds a node, which has a replica of every shard. Where failover is automatic it joins by
   * itself, see {@link #awaitMember}; otherwise it is in no view until one is set.
   *
   * <p>A store that was opened with more {@linkplain StoreBuilder#nodes nodes} than replicas has
   * one more node then, which holds no shard at first. Where failover is automatic it gets its
   * share of them by {@link #rebalancing}, while clients go on.
   *
   * <p>Numbers are not given again: a store has had 1,002 nodes at the most, counting those that
   * were removed, and at the causal level an entry keeps a count of each.
   */
  NodeId add();

  /**
   * Takes a node away for good, once the others have what it has.
   *
   * <p>Where there are more {@linkplain StoreBuilder#nodes nodes} than replicas, its shards move to
   * others before, one after the other, which takes as long as there is progress within ten
   * seconds. Where not as many nodes as replicas would be left, its shards have one replica less.
   *
   * @throws IllegalArgumentException when it is the last, or the last that holds a shard
   * @throws UnavailableException when the others could not go on without it in time: it stays
   */
  void remove(NodeId node);

  /**
   * How far shards are on their way: to a node that is new, from one that is to leave, or to
   * another one because a node has been {@linkplain StoreBuilder#replacesLostAfter away for long}.
   */
  default Rebalancing rebalancing() {
    return Rebalancing.NONE;
  }

  /**
   * Waits until no shard is on its way, and none is left that could move now.
   *
   * @return whether that is so; false when the time is over
   */
  default boolean awaitBalance(Duration atMost) {
    return true;
  }

  /**
   * Sets the view of every group: these members in this order, the first of which is the primary.
   * The view goes on from the one in which the first of these members is that is in one at all;
   * what that view has, the others take over.
   *
   * <p>Members of that view that are not named here are left out. At the strong levels, {@link
   * Consistency#LINEARIZABLE} and {@link Consistency#SEQUENTIAL}, a node that is left out is in no
   * view from the moment at which this one is decided: it refuses every call until a view names it.
   * So a write that is under way is in the end on every member of this view, or is refused, or its
   * outcome is unknown. At the weak levels a node that is left out goes on with what it has. Nodes
   * that are named here leave another view that they were in, and what remains of that one goes on.
   *
   * <p>Where there are more {@linkplain StoreBuilder#nodes nodes} than replicas, the view of each
   * group has those of these members that hold its shard, in this order.
   *
   * <p>Returns when all members that run serve in the view; after two seconds at the latest, when a
   * node that is needed cannot be reached yet.
   *
   * @throws IllegalArgumentException when none of them holds some shard
   */
  void setView(List<NodeId> members);

  /**
   * Moves the running key space to another cell of the matrix, and returns when it has: no answered
   * write is lost on the way, and every call is answered. Each group stands still for a moment, and
   * what it promises from then on is what was asked for; until all groups are there, reads promise
   * the weaker of both. All nodes take part.
   *
   * @throws IllegalArgumentException when that replication cannot give that consistency
   * @throws UnsupportedOperationException when the store runs a protocol of its own
   * @throws UnavailableException when not all nodes could take part in time: groups that have not
   *     moved stay as they are
   */
  void reconfigure(Consistency consistency, Replication replication);

  /**
   * Asks for another cell of the matrix, and waits for it. What is asked for stands until something
   * else is: a group moves as soon as all nodes can take part. Asking for what there is takes it
   * back.
   *
   * @param atMost how long to wait; zero does not wait at all
   * @return whether all groups have moved
   */
  boolean reconfigure(Consistency consistency, Replication replication, Duration atMost);

  /** Takes a node out of any view: it serves no client until it is named in one. */
  void expel(NodeId node);

  /**
   * Stops a node at once and takes its memory away. Does nothing when the node is down already.
   *
   * <p>{@link NodeId#COORDINATOR} can be crashed, restarted, paused and cut off like any node:
   * groups go on in their views, but these do not change while it is away.
   */
  void crash(NodeId node);

  /**
   * Starts a crashed node, and returns when it runs. It is brought up to date from the members that
   * serve before it serves again, see {@link #awaitMember}; until then its callers wait. What it
   * had stored on disk is kept. Does nothing when the node runs.
   */
  void restart(NodeId node);

  /**
   * Waits until a node serves in the view of every group of which it holds the shard.
   *
   * @return whether it does; false when the time is over
   */
  boolean awaitMember(NodeId node, Duration atMost);

  /**
   * Lets a node do nothing for so long, as one does whose process is stopped or collects garbage.
   * What comes to it meanwhile is not lost: it is dealt with after. Its clock goes on.
   */
  void pause(NodeId node, Duration time);

  /**
   * Makes a node's clock wrong from now on.
   *
   * @param offset how far it is ahead, a hundred years at most; negative when it is behind
   * @param drift how much faster it runs: 0.01 gains a hundredth of a second each second
   */
  void skewClock(NodeId node, Duration offset, double drift);

  /** The links between the nodes. */
  Network network();
}
