package io.kvstore.core.store;

import io.kvstore.core.node.Replica;
import java.util.Map;
import java.util.TreeMap;

/** How many things the replicas of a store keep for others or for later. */
public final class Sizes {
  private Sizes() {}

  /**
   * What is left of them, by what they are and where: nothing, once all works and nothing is asked
   * for. To be asked between two turns, as in a simulation.
   */
  public static Map<String, Integer> left(LocalCluster cluster) {
    Map<String, Integer> left = new TreeMap<>();
    for (Group group : cluster.groups()) {
      String ofShard = cluster.groups().size() == 1 ? "" : ", shard " + group.shard();
      group.replicas().forEach(replica -> add(left, replica, " at " + replica.self() + ofShard));
    }
    return left;
  }

  private static void add(Map<String, Integer> left, Replica replica, String where) {
    if (!replica.isStopped()) {
      replica.controlet().sizes().forEach((what, size) -> add(left, what + where, size));
      add(left, "calls that are open" + where, replica.open());
    }
  }

  private static void add(Map<String, Integer> left, String what, int size) {
    if (size != 0) {
      left.merge(what, size, Integer::sum);
    }
  }
}
