package io.kvstore.core.store;

import static io.kvstore.core.store.SimulatedGroup.FIRST;
import static io.kvstore.core.store.SimulatedGroup.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewsFromOutsideTest {
  private final SimulatedGroup simulated =
      new SimulatedGroup(Consistency.SEQUENTIAL, Replication.PRIMARY, Failover.byHand());
  private final ViewsFromOutside views =
      new ViewsFromOutside(
          List.of(simulated.group),
          new Nodes(3),
          (group, task) -> simulated.run(task),
          simulated.cluster.keys().waiters());

  @Test
  void aViewIsInForceOnceItWasAwaited() {
    views.set(List.of(SECOND, FIRST));
    views.await(List.of(SECOND, FIRST));

    assertThat(simulated.group.view().members()).containsExactly(SECOND, FIRST);
    assertThat(ViewsFromOutside.isServedBy(simulated.group, List.of(SECOND, FIRST))).isTrue();
  }

  @Test
  void whoIsExpelledIsInNoView() {
    views.expel(SECOND);

    assertThat(simulated.group.replica(SECOND).viewHere()).isEmpty();
    assertThat(simulated.group.replica(FIRST).viewHere()).isPresent();
  }

  @Test
  void aViewNeedsMembersThatAreThereEachOnce() {
    assertThatThrownBy(() -> views.set(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> views.set(List.of(FIRST, FIRST)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each named once");
    assertThatThrownBy(() -> views.set(List.of(NodeId.of(7))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no node");
  }
}
