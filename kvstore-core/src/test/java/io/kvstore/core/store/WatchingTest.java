package io.kvstore.core.store;

import static io.kvstore.core.store.SimulatedGroup.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Replication;
import io.kvstore.core.node.Replica;
import io.kvstore.core.node.Replicas;
import io.kvstore.core.watch.ChangeLog;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchingTest {
  private final SimulatedGroup simulated =
      new SimulatedGroup(Consistency.SEQUENTIAL, Replication.PRIMARY, Failover.DEFAULT);
  private final Watching watching =
      new Watching(simulated.group.replicas(), simulated.group.losses());
  private final Replica replica = simulated.group.replica(FIRST);
  private final ChangeLog log = replica.changes().log();

  @Test
  void replicasKeepNothingBeforeSomebodyWatches() {
    simulated.run(() -> watching.onOpened(replica));
    assertThat(log.isOn()).isFalse();
    simulated.run(watching::begin);

    assertThat(log.isOn()).isTrue();
  }

  @Test
  void aReplicaThatComesLaterKeepsWhatItChanges() {
    Watching early = new Watching(new Replicas(List.of()), simulated.group.losses());
    early.begin();
    assertThat(log.isOn()).isFalse();
    simulated.run(() -> early.onOpened(replica));

    assertThat(log.isOn()).isTrue();
  }
}
