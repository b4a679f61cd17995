package io.kvstore.server.http;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Who belongs together, as it is set from outside. What is said to one node holds for all that its
 * view names; a node that a view leaves out takes its own part only when it is told itself.
 */
public final class Views {
  /** A member as the outside names it. */
  record Named(String address, long id) {}

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

  private final Cluster cluster;
  private final Directory directory;
  private final Executor blocking;

  /**
   * The views of a cluster.
   *
   * @param blocking where calls may wait for the cluster
   */
  public Views(Cluster cluster, Directory directory, Executor blocking) {
    this.cluster = cluster;
    this.directory = directory;
    this.blocking = blocking;
  }

  /** The view of the first shard as a node knows it; nothing when it is in none. */
  Optional<View> of(NodeId node) {
    return of(node, 0);
  }

  private Optional<View> of(NodeId node, int shard) {
    return cluster.viewOf(node, shard).filter(view -> view.members().contains(node));
  }

  /** A node takes its place in a view, or learns that it is in none. */
  CompletableFuture<Void> set(NodeId receiver, List<Named> view) {
    return CompletableFuture.runAsync(
        () -> {
          List<NodeId> members = membersOf(view);
          if (members.contains(receiver)) {
            setNow(members);
          } else {
            cluster.expel(receiver);
          }
        },
        blocking);
  }

  /** Sets a view: these members, the first of which is the primary. */
  CompletableFuture<Void> set(List<NodeId> members) {
    return CompletableFuture.runAsync(() -> setNow(members), blocking);
  }

  /** Adds a node to the view of another; tells whether it was not there already. */
  CompletableFuture<Boolean> add(NodeId receiver, String address) {
    NodeId node =
        directory
            .at(address)
            .orElseThrow(() -> Refusal.malformed("there is no node at '" + address + "'"));
    return CompletableFuture.supplyAsync(() -> addNow(receiver, node), blocking);
  }

  private boolean addNow(NodeId receiver, NodeId node) {
    Optional<View> before = of(receiver);
    List<NodeId> members = new ArrayList<>(before.map(View::members).orElse(List.of(receiver)));
    boolean isThere = members.contains(node);
    if (before.isPresent() && isThere) {
      return false;
    }
    if (!isThere) {
      members.add(node);
    }
    setNow(members);
    return true;
  }

  /** Takes a node out of the view of another; tells whether it was there. */
  CompletableFuture<Boolean> remove(NodeId receiver, String address) {
    return CompletableFuture.supplyAsync(
        () -> directory.at(address).filter(node -> removeNow(receiver, node)).isPresent(),
        blocking);
  }

  private boolean removeNow(NodeId receiver, NodeId node) {
    List<NodeId> members = new ArrayList<>(of(receiver).map(View::members).orElse(List.of()));
    if (!members.remove(node)) {
      return false;
    }
    if (members.isEmpty()) {
      cluster.expel(node);
    } else {
      setNow(members);
    }
    return true;
  }

  /**
   * Sets a view, and waits until it is in force. Others take over what its primary has, and a node
   * that was in no view has nothing that counts: then somebody else is the primary first.
   */
  private void setNow(List<NodeId> members) {
    for (List<NodeId> next = List.of(); !next.equals(members); ) {
      next = begun(members);
      awaitInForce(next);
    }
  }

  private synchronized List<NodeId> begun(List<NodeId> members) {
    if (isInForce(running(members))) {
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
    cluster.setView(first);
    return first;
  }

  private void awaitInForce(List<NodeId> members) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isInForce(running(members))) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        throw new Refusal(503, "the view is set, but not all of its members answer yet");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Those that are down cannot take their place. */
  private List<NodeId> running(List<NodeId> members) {
    return members.stream().filter(node -> cluster.status(node) != NodeStatus.DOWN).toList();
  }

  private boolean isInForce(List<NodeId> members) {
    return members.stream()
        .allMatch(
            node ->
                cluster.status(node) == NodeStatus.SERVING
                    && IntStream.range(0, cluster.shards())
                        .allMatch(
                            shard ->
                                of(node, shard)
                                    .filter(view -> view.members().equals(members))
                                    .isPresent()));
  }

  /** The members that are named, by their numbers: the smallest is the primary. */
  private List<NodeId> membersOf(List<Named> view) {
    List<Directory.Entry> entries = new ArrayList<>();
    Set<NodeId> seen = new HashSet<>();
    for (Named named : view) {
      NodeId node =
          directory
              .at(named.address())
              .or(() -> directory.withId(named.id()))
              .orElseThrow(
                  () -> Refusal.malformed("there is no node at '" + named.address() + "'"));
      if (!seen.add(node)) {
        throw Refusal.malformed("'" + named.address() + "' is in the view twice");
      }
      entries.add(new Directory.Entry(node, named.id(), named.address()));
    }
    try {
      directory.putAll(entries);
    } catch (IllegalArgumentException taken) {
      throw Refusal.malformed(String.valueOf(taken.getMessage()));
    }
    return entries.stream()
        .sorted(Comparator.comparingLong(Directory.Entry::id))
        .map(Directory.Entry::node)
        .toList();
  }
}
