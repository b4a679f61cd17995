package io.kvstore.core.node;

import static io.kvstore.core.store.SimulatedGroup.FIRST;
import static io.kvstore.core.store.SimulatedGroup.SECOND;
import static io.kvstore.core.store.SimulatedGroup.THIRD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.UnavailableException;
import io.kvstore.core.store.SimulatedGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicasTest {
  private final SimulatedGroup simulated =
      new SimulatedGroup(Consistency.SEQUENTIAL, Replication.PRIMARY, Failover.DEFAULT);
  private final ReplicaSlot slot = simulated.slot(FIRST);
  private final Replica replica = simulated.group.replica(FIRST);
  private final Replicas replicas = new Replicas(List.of(slot));

  @Test
  void aPlaceHasNoReplicaUntilOneIsPutThere() {
    assertThat(replicas.holders()).containsExactly(FIRST);
    assertThat(replicas.orNull(FIRST)).isNull();
    assertThatThrownBy(() -> replicas.on(FIRST)).isInstanceOf(UnavailableException.class);
    replicas.put(FIRST, replica);

    assertThat(replicas.on(FIRST)).isSameAs(replica);
    assertThat(replicas.running()).containsExactly(FIRST);
    assertThat(replicas.isServingIn(FIRST, simulated.group.view())).isTrue();
  }

  @Test
  void oneThatHasStoppedIsThereAndDoesNotRun() {
    replicas.put(FIRST, replica);
    simulated.run(() -> replica.stop("was crashed"));

    assertThat(replicas.orNull(FIRST)).isSameAs(replica);
    assertThat(replicas.runningOrNull(FIRST)).isNull();
    assertThat(replicas.isRunning(FIRST)).isFalse();
    assertThat(replicas.isServingIn(FIRST, simulated.group.view())).isFalse();
  }

  @Test
  void aNodeThatIsForgottenLeavesAGap() {
    replicas.add(simulated.slot(SECOND));
    replicas.add(simulated.slot(THIRD));
    replicas.put(SECOND, simulated.group.replica(SECOND));
    assertThat(replicas.forget(SECOND).node()).isEqualTo(SECOND);

    assertThat(replicas.holders()).containsExactly(FIRST, THIRD);
    assertThat(replicas.hasPlace(SECOND)).isFalse();
    assertThat(replicas.orNull(SECOND)).isNull();
    assertThat(replicas.everPlaced()).isEqualTo(3);
  }

  @Test
  void holdersNeedNotBeTheFirstNodesNorComeInTheirOrder() {
    Replicas some = new Replicas(List.of(simulated.slot(THIRD)));
    assertThat(some.holders()).containsExactly(THIRD);
    assertThat(some.hasPlace(FIRST)).isFalse();
    assertThat(some.everPlaced()).isEqualTo(3);

    some.add(slot);
    assertThat(some.holders()).containsExactly(FIRST, THIRD);
    assertThat(some.everPlaced()).isEqualTo(3);
  }

  @Test
  void anUnknownNodeHasNeitherPlaceNorReplica() {
    assertThat(replicas.hasPlace(NodeId.of(7))).isFalse();
    assertThat(replicas.orNull(NodeId.of(7))).isNull();
  }

  @Test
  void allAreForgottenInTheEnd() {
    List<Replica> seen = new ArrayList<>();
    replicas.put(FIRST, replica);
    replicas.forEach(seen::add);
    assertThat(seen).containsExactly(replica);
    replicas.forgetAll();
    replicas.forEach(seen::add);

    assertThat(seen).hasSize(1);
  }
}
