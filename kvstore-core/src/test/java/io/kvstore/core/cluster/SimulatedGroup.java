package io.kvstore.core.cluster;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Faults;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.cluster.LocalCluster.Loops;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.protocol.Protocols;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Three nodes with one shard in virtual time, and all that happens there. */
final class SimulatedGroup {
  static final NodeId FIRST = NodeId.of(0);
  static final NodeId SECOND = NodeId.of(1);
  static final NodeId THIRD = NodeId.of(2);

  final SimulatedDriver driver = new SimulatedDriver(1);
  final List<TraceEvent> events = new ArrayList<>();
  final LocalCluster cluster;
  final Group group;

  SimulatedGroup(Consistency consistency, Replication replication, Failover failover) {
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
            /* isVirtual= */ true,
            null);
    group = cluster.group(0);
  }

  /** Does something on the one loop. */
  void run(Runnable task) {
    group.coordinatorLoop().execute(cause -> {}, task);
    driver.runFor(0);
  }

  void pass(Duration time) {
    driver.runFor(time.toNanos());
  }
}
