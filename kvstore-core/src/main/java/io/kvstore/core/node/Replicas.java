package io.kvstore.core.node;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import io.kvstore.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of a group by node, with their places. A node keeps its place while its replicas
 * come and go. Any thread may look.
 */
public final class Replicas {
  // By the number of the node. Neither array changes: each is replaced.
  private volatile @Nullable ReplicaSlot[] slots; // null: the node does not hold the shard
  private volatile @Nullable Replica[] replicas;
  private volatile List<Replica> oldestFirst = List.of();

  /** Nothing runs yet on these places. */
  public Replicas(List<ReplicaSlot> placed) {
    int length = placed.stream().mapToInt(slot -> slot.node().number()).max().orElse(-1) + 1;
    @Nullable ReplicaSlot[] byNumber = new @Nullable ReplicaSlot[length];
    placed.forEach(slot -> byNumber[slot.node().number()] = slot);
    slots = byNumber;
    replicas = new @Nullable Replica[length];
  }

  // Places

  /** The nodes that hold the shard, in the order of their numbers. */
  public List<NodeId> holders() {
    return Arrays.stream(slots).filter(Objects::nonNull).map(ReplicaSlot::node).toList();
  }

  /** Above the numbers of all nodes that have ever held the shard. */
  public int everPlaced() {
    return slots.length;
  }

  /** Whether a node holds the shard. */
  public boolean hasPlace(NodeId node) {
    return node.number() < slots.length && slots[node.number()] != null;
  }

  public ReplicaSlot slot(NodeId node) {
    return requireNonNull(slots[node.number()]);
  }

  /** One more node holds the shard, of which nothing runs yet. */
  public synchronized void add(ReplicaSlot slot) {
    int number = slot.node().number();
    int length = Math.max(slots.length, number + 1);
    replicas = Arrays.copyOf(replicas, length);
    @Nullable ReplicaSlot[] more = Arrays.copyOf(slots, length);
    more[number] = slot;
    slots = more;
  }

  /** A node holds the shard no more; where its replica was. */
  public synchronized ReplicaSlot forget(NodeId node) {
    ReplicaSlot slot = slot(node);
    @Nullable ReplicaSlot[] fewer = slots.clone();
    fewer[node.number()] = null;
    slots = fewer;
    put(node, null);
    return slot;
  }

  // Replicas

  /** The replica on a node from now on. */
  public synchronized void put(NodeId node, @Nullable Replica replica) {
    @Nullable Replica[] changed = replicas.clone();
    List<Replica> byAge = new ArrayList<>(oldestFirst);
    byAge.remove(changed[node.number()]);
    if (replica != null) {
      byAge.add(replica);
    }
    changed[node.number()] = replica;
    replicas = changed;
    oldestFirst = List.copyOf(byAge);
  }

  /** The store is closed. */
  public synchronized void forgetAll() {
    replicas = new @Nullable Replica[0];
    oldestFirst = List.of();
  }

  /** The replica on a node, which may be down; null when there is none. */
  public @Nullable Replica orNull(NodeId node) {
    @Nullable Replica[] all = replicas;
    return node.number() < all.length ? all[node.number()] : null;
  }

  /** The replica on a node, which may be down. */
  public Replica on(NodeId node) {
    Replica replica = orNull(node);
    if (replica == null) {
      throw new UnavailableException(
          "node " + node + " is not there any more; nothing was applied", null);
    }
    return replica;
  }

  /** Those that run, in the order in which they were opened. */
  public List<Replica> runningOldestFirst() {
    return oldestFirst.stream().filter(replica -> !replica.isStopped()).toList();
  }

  /** The replica on a node, if it runs; null when it does not. */
  public @Nullable Replica runningOrNull(NodeId node) {
    Replica replica = orNull(node);
    return replica == null || replica.isStopped() ? null : replica;
  }

  boolean isRunning(NodeId node) {
    return runningOrNull(node) != null;
  }

  /** The nodes whose replicas run. */
  public List<NodeId> running() {
    return holders().stream().filter(this::isRunning).toList();
  }

  /** Whether the replica on a node serves in this view, as a member of it. */
  public boolean isServingIn(NodeId node, View view) {
    Replica replica = runningOrNull(node);
    return replica != null && replica.isServingIn(view) && view.members().contains(node);
  }

  /** Does something with every replica, also with those that are down. */
  public void forEach(Consumer<Replica> action) {
    for (Replica replica : replicas) {
      if (replica != null) {
        action.accept(replica);
      }
    }
  }

  /** Whether what is written to one of them is there again after a crash. */
  public boolean areOnDisk() {
    return holders().stream()
        .map(this::orNull)
        .anyMatch(replica -> replica != null && replica.parts().applier().isDurable());
  }
}
