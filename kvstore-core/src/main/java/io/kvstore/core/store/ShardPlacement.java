package io.kvstore.core.store;

import com.google.common.math.IntMath;
import io.kvstore.NodeId;
import io.kvstore.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which nodes hold which shard: the placement with which a store begins, or a table of it.
 *
 * <p>A <em>node</em> is a machine; it runs or is down, and links lead to it. It <em>holds</em> a
 * shard when a replica of that shard has a place on it. The <em>members</em> of a shard's group are
 * those of its holders that are in its view right now. Where there are as many nodes as replicas,
 * every node holds every shard.
 *
 * <pre>
 *   nodes(9).replicas(3).shards(3)        nodes(4).replicas(3).shards(4)
 *
 *   n0 n1 n2 | n3 n4 n5 | n6 n7 n8               n0  n1  n2  n3
 *   shard 0    shard 1    shard 2      shard 0    1   2   3        the number is the place
 *    1  2  3    1  2  3    1  2  3     shard 1    2   3       1    among the members: the
 *                                      shard 2    3       1   2    first is the primary
 *                                      shard 3        1   2   3
 * </pre>
 *
 * <p>Shards take their nodes one after the other, round and round: so any two nodes hold the same
 * number of shards, give or take one. They go together in as few different groups as there can be,
 * so that few combinations of crashes take a whole group away (Cidon and others, USENIX ATC 2013).
 * When the same nodes come again, another of them is the first: so primaries are as even.
 */
public final class ShardPlacement {
  private final List<List<NodeId>> holders; // by shard, in the order in which they are members

  /** A placement with these holders of each shard, the first of which is its first primary. */
  ShardPlacement(List<List<NodeId>> holders) {
    this.holders = holders.stream().map(List::copyOf).toList();
  }

  /** The placement with which a new store begins. */
  public static ShardPlacement even(Settings settings) {
    List<NodeId> nodes = IntStream.range(0, settings.nodes()).mapToObj(NodeId::of).toList();
    return among(nodes, settings.replicas(), 0, settings.shards());
  }

  /** The placement of so many shards on these nodes, from the one of this number on. */
  static ShardPlacement among(List<NodeId> nodes, int replicas, int firstShard, int shards) {
    int number = nodes.size();
    int starts = number / IntMath.gcd(number, replicas); // after so many the same nodes come again
    List<List<NodeId>> holders = new ArrayList<>();
    for (int shard = firstShard; shard < firstShard + shards; shard++) {
      int start = shard % starts * replicas; // starts * replicas is a multiple of the nodes
      int first = shard / starts;
      List<NodeId> its = new ArrayList<>();
      for (int i = 0; i < replicas; i++) {
        its.add(nodes.get((start + (first + i) % replicas) % number));
      }
      holders.add(its);
    }
    return new ShardPlacement(holders);
  }

  /**
   * The nodes that hold a shard, counted from the first of this placement on, in the order in which
   * they are the members of its first view.
   */
  public List<NodeId> holders(int shard) {
    return holders.get(shard);
  }
}
