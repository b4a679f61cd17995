package io.kvstore.core.store;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.ShardMove;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The choice of the copies of shards that are to move next.
 *
 * <p>First come the shards that have too few holders, or one that is to go: each gets a copy on the
 * usable node that holds the fewest shards. Then nodes that hold at least two shards more than
 * others give one away. So a new node gets what it is to hold, about one of n + 1 parts of all, and
 * nothing else moves. Each move makes the numbers more even, so that there is an end. A copy that
 * takes the place of the primary's becomes the primary: of those that could move, the one is chosen
 * after which primaries are most even, too.
 *
 * <p>Invariants: a node has one move at a time, and so has a shard. No copy is given up for one
 * that is not there yet.
 */
final class MovePlan {
  private final int replicas;
  private final Set<NodeId> usable;
  private final Set<NodeId> away;
  private final Map<Integer, Set<NodeId>> holders = new TreeMap<>(); // once moves have ended
  private final Map<Integer, NodeId> primaries = new TreeMap<>(); // then
  private final Set<Integer> moving = new TreeSet<>();
  private final Set<NodeId> busy = new TreeSet<>();

  /**
   * A plan for a store.
   *
   * @param holders of each shard, by its number, as they are now: the primary first
   * @param replicas how many holders each shard is to have
   * @param usable the nodes that can take or give copies; all others are to hold nothing
   * @param away nodes that are neither: what they hold stays where it is, for now
   * @param underWay the moves that have begun
   */
  MovePlan(
      Map<Integer, List<NodeId>> holders,
      int replicas,
      Collection<NodeId> usable,
      Collection<NodeId> away,
      List<ShardMove> underWay) {
    this.replicas = replicas;
    this.usable = new TreeSet<>(usable);
    this.away = Set.copyOf(away);
    holders.forEach((shard, its) -> this.holders.put(shard, new TreeSet<>(its)));
    holders.forEach(
        (shard, its) -> its.stream().limit(1).forEach(first -> primaries.put(shard, first)));
    underWay.forEach(this::begin);
  }

  /** What can begin now. */
  List<ShardMove> next() {
    List<ShardMove> next = new ArrayList<>();
    for (int shard : holders.keySet()) {
      ShardMove move = moving.contains(shard) ? null : repair(shard);
      if (move != null) {
        begin(move);
        next.add(move);
      }
    }
    for (ShardMove move = balance(); move != null; move = balance()) {
      begin(move);
      next.add(move);
    }
    return next;
  }

  /** How many moves come after those under way until nothing is left to do. */
  int left() {
    int left = 0;
    int round;
    do {
      busy.clear();
      moving.clear();
      round = next().size();
      left += round;
    } while (round > 0);
    return left;
  }

  private Set<NodeId> holdersOf(int shard) {
    return requireNonNull(holders.get(shard));
  }

  private void begin(ShardMove move) {
    moving.add(move.shard());
    if (move.to().isPresent()
        && move.from().filter(node -> isPrimary(node, move.shard())).isPresent()) {
      primaries.put(move.shard(), move.to().get());
    }
    Set<NodeId> its = holdersOf(move.shard());
    move.from()
        .ifPresent(
            node -> {
              busy.add(node);
              its.remove(node);
            });
    move.to()
        .ifPresent(
            node -> {
              busy.add(node);
              its.add(node);
            });
  }

  /** A move of a shard that has not the holders that it is to have; null when it has. */
  private @Nullable ShardMove repair(int shard) {
    Set<NodeId> its = holdersOf(shard);
    Optional<NodeId> going =
        its.stream().filter(node -> !usable.contains(node) && !away.contains(node)).findFirst();
    int staying = its.size() - (going.isPresent() ? 1 : 0);
    if (going.filter(busy::contains).isPresent()) {
      return null;
    }
    if (staying < replicas) {
      NodeId to = fewest(its);
      return to == null ? null : new ShardMove(shard, going, Optional.of(to));
    }
    if (its.size() > replicas) {
      Optional<NodeId> from = going.isPresent() ? going : Optional.ofNullable(most(its));
      return from.isPresent() ? new ShardMove(shard, from, Optional.empty()) : null;
    }
    return null;
  }

  /** A move from a node that holds many shards to one that holds few; null when none is needed. */
  private @Nullable ShardMove balance() {
    Map<NodeId, Integer> loads = loads();
    List<NodeId> free = loads.keySet().stream().filter(node -> !busy.contains(node)).toList();
    Comparator<NodeId> byLoad = by(loads);
    NodeId to = free.stream().min(byLoad).orElse(null);
    if (to == null) {
      return null;
    }
    for (NodeId from : free.stream().sorted(byLoad.reversed()).toList()) {
      if (loads.getOrDefault(from, 0) - loads.getOrDefault(to, 0) < 2) {
        return null;
      }
      Optional<Integer> shard =
          holders.keySet().stream()
              .filter(each -> !moving.contains(each))
              .filter(each -> holdersOf(each).contains(from) && !holdersOf(each).contains(to))
              .max(
                  Comparator.<Integer>comparingLong(each -> gain(each, from, to))
                      .thenComparing(Comparator.reverseOrder()));
      if (shard.isPresent()) {
        return new ShardMove(shard.get(), Optional.of(from), Optional.of(to));
      }
    }
    return null;
  }

  private boolean isPrimary(NodeId node, int shard) {
    return node.equals(primaries.get(shard));
  }

  /** By how much a move makes the numbers of primaries more even: less than nothing if less so. */
  private long gain(int shard, NodeId from, NodeId to) {
    return isPrimary(from, shard) ? primariesOf(from) - primariesOf(to) - 1 : 0;
  }

  private long primariesOf(NodeId node) {
    return primaries.values().stream().filter(node::equals).count();
  }

  private static Comparator<NodeId> by(Map<NodeId, Integer> loads) {
    return Comparator.comparingInt(node -> loads.getOrDefault(node, 0));
  }

  private Map<NodeId, Integer> loads() {
    Map<NodeId, Integer> loads = new TreeMap<>();
    usable.forEach(node -> loads.put(node, 0));
    for (Set<NodeId> its : holders.values()) {
      its.forEach(node -> loads.computeIfPresent(node, (same, load) -> load + 1));
    }
    return loads;
  }

  /**
   * The usable node with the fewest shards that holds none of these copies; null if there is none.
   */
  private @Nullable NodeId fewest(Set<NodeId> but) {
    Map<NodeId, Integer> loads = loads();
    return usable.stream()
        .filter(node -> !but.contains(node) && !busy.contains(node))
        .min(by(loads))
        .orElse(null);
  }

  /** The usable holder with the most shards; null if there is none that is free. */
  private @Nullable NodeId most(Set<NodeId> its) {
    Map<NodeId, Integer> loads = loads();
    return usable.stream()
        .filter(node -> its.contains(node) && !busy.contains(node))
        .max(by(loads))
        .orElse(null);
  }
}
