package io.kvstore.server.http;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Who belongs together, as it is set from outside. What is said to one node holds for all that its
 * view names, and at the strong levels for those that it leaves out: they are in no view once it is
 * decided. At the weak levels a node that is left out goes on until it is told itself.
 */
public final class Views {
  /** A member as the outside names it. */
  record Named(String address, long id) {}

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

  private final Cluster cluster;
  private final Directory directory;
  private final Executor blocking;
  private final boolean changesByItself;
  private final Set<NodeId> takenOut = ConcurrentHashMap.newKeySet(); // and were not put back

  /**
   * The views of a cluster.
   *
   * @param blocking where calls may wait for the cluster
   * @param changesByItself whether nodes that are not heard are left out until they are back
   */
  public Views(Cluster cluster, Directory directory, Executor blocking, boolean changesByItself) {
    this.cluster = cluster;
    this.directory = directory;
    this.blocking = blocking;
    this.changesByItself = changesByItself;
  }

  /** Where calls may wait for the cluster. */
  Executor blocking() {
    return blocking;
  }

  /** The view of the first shard that a node holds, as it knows it; nothing when it is in none. */
  Optional<View> of(NodeId node) {
    return IntStream.range(0, cluster.shards())
        .filter(shard -> cluster.holders(shard).contains(node))
        .boxed()
        .findFirst()
        .flatMap(shard -> of(node, shard));
  }

  /**
   * A view is told with all its members. Where nodes hold different shards, each group has other
   * ones, and none of them is the whole.
   */
  private void requireOneViewForAll() {
    List<NodeId> nodes = cluster.nodes();
    boolean isOne =
        IntStream.range(0, cluster.shards())
            .allMatch(shard -> cluster.holders(shard).containsAll(nodes));
    if (!isOne && nodes.equals(cluster.nodes())) { // no node has just come or gone
      throw new Refusal(
          409,
          "a view is set where every node holds every shard, and here each holds some of them: open"
              + " the store with as many nodes as replicas");
    }
  }

  private Optional<View> of(NodeId node, int shard) {
    return cluster.viewOf(node, shard).filter(view -> view.members().contains(node));
  }

  /** A node takes its place in a view, or learns that it is in none. */
  CompletableFuture<Void> set(NodeId receiver, List<Named> view) {
    return CompletableFuture.runAsync(
        () -> {
          requireOneViewForAll();
          List<NodeId> members = membersOf(view);
          if (members.contains(receiver)) {
            takenOut.addAll(missing(receiver, members));
            setNow(members, List.of());
          } else {
            cluster.expel(receiver);
          }
        },
        blocking);
  }

  /** Sets a view: these members, the first of which is the primary. */
  CompletableFuture<Void> set(List<NodeId> members) {
    return CompletableFuture.runAsync(
        () -> {
          requireOneViewForAll();
          setNow(members, List.of());
        },
        blocking);
  }

  /** Adds a node to the view of another; tells whether it was not there already. */
  CompletableFuture<Boolean> add(NodeId receiver, String address) {
    NodeId node =
        at(address, receiver)
            .orElseThrow(() -> Refusal.malformed("there is no node at '" + address + "'"));
    return CompletableFuture.supplyAsync(() -> addNow(receiver, node), blocking);
  }

  private boolean addNow(NodeId receiver, NodeId node) {
    requireOneViewForAll();
    Optional<View> before = of(receiver);
    List<NodeId> members = new ArrayList<>(before.map(View::members).orElse(List.of(receiver)));
    boolean isThere = members.contains(node);
    if (before.isPresent() && isThere) {
      return false;
    }
    if (!isThere) {
      members.add(node);
    }
    setNow(members, missing(receiver, members));
    return true;
  }

  /** Takes a node out of the view of another; tells whether it was there. */
  CompletableFuture<Boolean> remove(NodeId receiver, String address) {
    return CompletableFuture.supplyAsync(
        () -> at(address, receiver).filter(node -> removeNow(receiver, node)).isPresent(),
        blocking);
  }

  private boolean removeNow(NodeId receiver, NodeId node) {
    requireOneViewForAll();
    List<NodeId> members = new ArrayList<>(of(receiver).map(View::members).orElse(List.of()));
    if (!members.remove(node)) {
      return false;
    }
    if (members.isEmpty()) {
      cluster.expel(node);
    } else {
      takenOut.add(node);
      setNow(members, missing(receiver, members));
    }
    return true;
  }

  /**
   * Who was left out of a node's view because it is not heard from, and was not taken out: it is to
   * come back when it is heard of. It takes itself to be where it was.
   */
  private List<NodeId> missing(NodeId receiver, List<NodeId> members) {
    return cluster.nodes().stream()
        .filter(node -> changesByItself && !members.contains(node) && !takenOut.contains(node))
        .filter(node -> of(node).filter(view -> view.members().contains(receiver)).isPresent())
        .toList();
  }

  /**
   * Sets a view, and waits until it is in force. Others take over what its primary has, and a node
   * that was in no view has nothing that counts: then another node is the primary first.
   *
   * @param missing who joins it when it is heard of again
   */
  private void setNow(List<NodeId> members, List<NodeId> missing) {
    takenOut.removeAll(members);
    for (List<NodeId> next = List.of(); !next.equals(members); ) {
      next = begun(members, missing);
      awaitInForce(next, missing);
    }
  }

  private synchronized List<NodeId> begun(List<NodeId> members, List<NodeId> missing) {
    if (isInForce(members, missing)) {
      return members;
    }
    List<NodeId> first = new ArrayList<>(members);
    members.stream()
        .filter(node -> of(node).isPresent())
        .findFirst()
        .ifPresent(
            node -> {
              first.remove(node);
              first.add(0, node);
            });
    cluster.setView(Stream.concat(first.stream(), missing.stream()).toList());
    return first;
  }

  private void awaitInForce(List<NodeId> members, List<NodeId> missing) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isInForce(members, missing)) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        throw new Refusal(503, "the view is set, but not all of its members answer yet");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Those that are down cannot take their place, and those that are missing need not. */
  private boolean isInForce(List<NodeId> members, List<NodeId> missing) {
    List<NodeId> running =
        members.stream().filter(node -> cluster.status(node) != NodeStatus.DOWN).toList();
    return running.stream()
        .allMatch(
            node ->
                cluster.status(node) == NodeStatus.SERVING
                    && IntStream.range(0, cluster.shards())
                        .allMatch(shard -> membersOf(node, shard, missing).equals(running)));
  }

  private List<NodeId> membersOf(NodeId node, int shard, List<NodeId> missing) {
    return of(node, shard).map(View::members).orElse(List.of()).stream()
        .filter(member -> !missing.contains(member))
        .toList();
  }

  /** The members that are named, by their numbers: the smallest is the primary. */
  private List<NodeId> membersOf(List<Named> view) {
    try {
      return directory.name(view).stream()
          .sorted(Comparator.comparingLong(Directory.Entry::id))
          .map(Directory.Entry::node)
          .toList();
    } catch (IllegalArgumentException unknown) {
      throw Refusal.malformed(String.valueOf(unknown.getMessage()));
    }
  }

  /** The node at an address, for a node that asks: one of its own view first. */
  private Optional<NodeId> at(String address, NodeId receiver) {
    return of(receiver).map(View::members).orElse(List.of(receiver)).stream()
        .filter(member -> directory.get(member).address().equals(address))
        .findFirst()
        .or(() -> directory.at(address));
  }
}
