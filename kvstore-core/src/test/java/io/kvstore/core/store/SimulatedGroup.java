package io.kvstore.core.store;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Faults;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.node.ReplicaSlot;
import io.kvstore.core.protocol.Protocols;
import io.kvstore.core.store.LocalCluster.Loops;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Three nodes with one shard in virtual time, and all that happens there. */
public final class SimulatedGroup {
  public static final NodeId FIRST = NodeId.of(0);
  public static final NodeId SECOND = NodeId.of(1);
  public static final NodeId THIRD = NodeId.of(2);

  public final SimulatedDriver driver = new SimulatedDriver(1);
  public final List<TraceEvent> events = new ArrayList<>();
  public final LocalCluster cluster;
  public final Group group;

  public SimulatedGroup(Consistency consistency, Replication replication, Failover failover) {
    this(consistency, replication, failover, true);
  }

  /** With false, its replicas behave as in real time. */
  public SimulatedGroup(
      Consistency consistency, Replication replication, Failover failover, boolean isVirtual) {
    cluster =
        new LocalCluster(
            new Settings(
                consistency,
                replication,
                3,
                1,
                1,
                Limits.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                failover),
            driver,
            Loops.ONE_FOR_EACH_SHARD,
            new Protocols(),
            Datalets.hash(),
            Faults.NONE,
            events::add,
            /* seed= */ 1,
            isVirtual,
            null);
    group = cluster.group(0);
  }

  /** The loop on which all of it happens. */
  public EventLoop loop() {
    return group.coordinatorLoop();
  }

  /** Where the replica on a node runs. */
  public ReplicaSlot slot(NodeId node) {
    return group.replicas().slot(node);
  }

  /** Does something on the one loop. */
  public void run(Runnable task) {
    group.coordinatorLoop().execute(cause -> {}, task);
    driver.runFor(0);
  }

  public void pass(Duration time) {
    driver.runFor(time.toNanos());
  }
}
