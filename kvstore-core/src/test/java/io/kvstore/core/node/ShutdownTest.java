package io.kvstore.core.node;

import static io.kvstore.core.store.SimulatedGroup.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.ClusterEvent;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Replication;
import io.kvstore.core.store.SimulatedGroup;
import io.kvstore.core.trace.TraceEvent.Stopped;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {
  private final SimulatedGroup simulated =
      new SimulatedGroup(Consistency.SEQUENTIAL, Replication.PRIMARY, Failover.DEFAULT);
  private final List<ClusterEvent> announced = new ArrayList<>();
  private final List<String> steps = new ArrayList<>();
  private final ReplicaSlot.Parts parts = simulated.group.replica(FIRST).parts();
  private final Shutdown shutdown =
      new Shutdown(
          FIRST,
          simulated.group,
          new Instrumentation(simulated.slot(FIRST), 0, null),
          new OpenRequests(simulated.loop(), cause -> {}),
          parts.storage(simulated.slot(FIRST), null, cause -> {}),
          parts,
          () -> steps.add("one"),
          () -> steps.add("other"));

  private List<String> told() {
    return simulated.events.stream()
        .filter(Stopped.class::isInstance)
        .map(event -> ((Stopped) event).why())
        .toList();
  }

  @Test
  void allIsDoneOnceHoweverOftenItIsTried() {
    shutdown.why = "was crashed";
    simulated.run(shutdown::goOn);
    simulated.run(shutdown::goOn);

    assertThat(steps).containsExactly("one", "other");
    assertThat(told()).containsExactly("was crashed");
    assertThat(simulated.group.isRunning(FIRST)).as("the node has not failed").isTrue();
  }

  @Test
  void aFailureStopsTheNodeAndIsTold() {
    simulated.cluster.listen(announced::add);
    shutdown.failure = new IllegalStateException("no disk");
    simulated.run(shutdown::goOn);

    assertThat(told()).first().asString().startsWith("has failed: ").contains("no disk");
    assertThat(simulated.cluster.isRunning(FIRST)).isFalse();
    assertThat(announced).anySatisfy(event -> assertThat(event.toString()).contains("no disk"));
  }
}
