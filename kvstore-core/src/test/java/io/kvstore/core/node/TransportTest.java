package io.kvstore.core.node;

import static io.kvstore.core.store.SimulatedGroup.FIRST;
import static io.kvstore.core.store.SimulatedGroup.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.spi.Message;
import io.kvstore.core.store.SimulatedGroup;
import io.kvstore.core.trace.TraceEvent.Dropped;
import io.kvstore.core.trace.TraceEvent.Sent;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TransportTest {
  /** Of an epoch that is over wherever it arrives. */
  private record Old(long epoch) implements Message {}

  private static final Old MESSAGE = new Old(0);

  private final SimulatedGroup simulated =
      new SimulatedGroup(Consistency.SEQUENTIAL, Replication.PRIMARY, Failover.DEFAULT);
  private final ReplicaSlot slot = simulated.slot(FIRST);
  private final Instrumentation instrumentation = new Instrumentation(slot, 0, null);
  private final Transport transport =
      new Transport(simulated.group, slot, new SplittableRandom(1), instrumentation);

  private void send(NodeId to) {
    simulated.events.clear();
    simulated.run(() -> transport.send(to, MESSAGE));
  }

  @Test
  void aMessageArrives() {
    send(SECOND);

    assertThat(simulated.events).hasSize(2);
    assertThat(simulated.events.get(0)).isInstanceOf(Sent.class);
    assertThat(simulated.events.get(1))
        .isInstanceOfSatisfying(
            Dropped.class, dropped -> assertThat(dropped.why()).isEqualTo("of an older epoch"));
    assertThat(instrumentation.counts().sent).isOne();
    assertThat(instrumentation.counts().dropped).as("it was not lost on its way").isZero();
  }

  @Test
  void whatIsSentToANodeThatIsGoneIsLost() {
    send(NodeId.of(9));

    assertThat(simulated.events.get(1))
        .isInstanceOfSatisfying(
            Dropped.class,
            dropped -> assertThat(dropped.why()).isEqualTo("the receiver is not there any more"));
    assertThat(instrumentation.counts().dropped).isOne();
  }

  @Test
  void whatIsSentOverALinkThatIsCutIsLost() {
    simulated.cluster.network().isolate(SECOND);
    send(SECOND);

    assertThat(simulated.events.get(1))
        .isInstanceOfSatisfying(
            Dropped.class, dropped -> assertThat(dropped.why()).isEqualTo("the link is cut"));
  }
}
