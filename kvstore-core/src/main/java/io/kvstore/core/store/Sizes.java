package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.core.node.Replica;
import io.kvstore.core.node.Shown;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** A look at the replicas of a store: what they show, and how many things they keep. */
public final class Sizes {
  private Sizes() {}

  /**
   * What is left of them, by what they are and where: nothing, once all works and nothing is asked
   * for. To be asked between two turns, as in a simulation.
   */
  public static Map<String, Integer> left(LocalCluster cluster) {
    Map<String, Integer> left = new TreeMap<>();
    for (Group group : cluster.groups()) {
      String ofShard = ofShard(cluster, group);
      group.replicas().forEach(replica -> add(left, replica, " at " + replica.self() + ofShard));
    }
    return left;
  }

  private static String ofShard(LocalCluster cluster, Group group) {
    return cluster.groups().size() == 1 ? "" : ", shard " + group.shard();
  }

  /** What the replicas of a node show, by what it is and of which shard. */
  public static Map<String, String> shown(LocalCluster cluster, NodeId node) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (Group group : cluster.groups()) {
      Replica replica = group.runningReplica(node);
      if (replica != null) {
        Shown.by(replica)
            .forEach((what, words) -> shown.put(what + ofShard(cluster, group), words));
      }
    }
    return shown;
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
