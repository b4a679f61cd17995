package io.kvstore.core.flight;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import io.kvstore.ReplicaStatus;
import io.kvstore.View;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * The way to the flight recorder. While nothing is recorded, all that it costs is a look at a plain
 * boolean.
 */
public final class Flight {
  private static final boolean IS_THERE =
      ModuleLayer.boot().findModule("jdk.jfr").isPresent(); // named modules may do without

  /** The stores that run. They are not kept from being forgotten. */
  private static final Map<Cluster, String> STORES =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static boolean isOn; // read by loops, without a barrier; once true, it stays

  private Flight() {}

  /** Whether a recording has ever been started. */
  public static boolean isOn() {
    return isOn;
  }

  /** Looks whether a recording has been started since the last look. */
  public static void look() {
    if (!isOn && IS_THERE && Events.areRecorded()) {
      begin();
    }
  }

  private static synchronized void begin() {
    if (!isOn) {
      Events.begin();
      isOn = true;
    }
  }

  /** From now on, the figures of a store's replicas are recorded from time to time. */
  public static void begin(Cluster cluster, String store) {
    STORES.put(cluster, store);
  }

  /** The store is closed. */
  public static void end(Cluster cluster) {
    STORES.remove(cluster);
  }

  static void forEachReplica(BiConsumer<String, ReplicaStatus> action) {
    Map<Cluster, String> running;
    synchronized (STORES) {
      running = new HashMap<>(STORES);
    }
    running.forEach(
        (cluster, store) -> cluster.replicas().forEach(each -> action.accept(store, each)));
  }

  /** A group has decided on a view. */
  public static void viewDecided(String store, int shard, View before, View view) {
    look();
    if (isOn) {
      Events.viewDecided(store, shard, before, view);
    }
  }

  /** A replica has failed. */
  public static void replicaFailed(String store, int shard, NodeId node, Throwable cause) {
    look();
    if (isOn) {
      Events.replicaFailed(store, shard, node, cause);
    }
  }

  /** Takes a turn of a loop, and records it if it takes long. */
  public static boolean turn(BooleanSupplier turn) {
    return Events.turn(turn);
  }
}
