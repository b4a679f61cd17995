package io.kvstore.core.node;

import static io.kvstore.core.store.SimulatedGroup.FIRST;
import static io.kvstore.core.store.SimulatedGroup.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Replication;
import io.kvstore.core.spi.Message;
import io.kvstore.core.store.SimulatedGroup;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Delivered;
import io.kvstore.core.trace.TraceEvent.Dropped;
import io.kvstore.core.trace.TraceEvent.Sent;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstrumentationTest {
  private record Greeting(long epoch) implements Message {}

  private final SimulatedGroup simulated =
      new SimulatedGroup(Consistency.SEQUENTIAL, Replication.PRIMARY, Failover.DEFAULT);
  private final ReplicaSlot slot = simulated.slot(FIRST);

  private static void happen(Instrumentation instrumentation) {
    instrumentation.sent(SECOND, new Greeting(1));
    instrumentation.sent(SECOND, new Greeting(2));
    instrumentation.delivered(SECOND, new Greeting(3));
    instrumentation.dropped(SECOND, FIRST, new Greeting(4), "why not");
  }

  @Test
  void whatHappensIsCountedAndTraced() {
    Instrumentation instrumentation = new Instrumentation(slot, 0, null);
    simulated.events.clear();
    happen(instrumentation);

    assertThat(instrumentation.counts().sent).isEqualTo(2);
    assertThat(instrumentation.counts().received).isOne();
    assertThat(instrumentation.counts().dropped).isOne();
    List<Class<? extends TraceEvent>> kinds =
        List.of(Sent.class, Sent.class, Delivered.class, Dropped.class);
    assertThat(simulated.events).extracting(Object::getClass).isEqualTo(kinds);
  }

  @Test
  void whatNobodyListensToIsCounted() {
    ReplicaSlot silent =
        new ReplicaSlot(
            slot.node(),
            slot.shard(),
            slot.loop(),
            slot.hasOwnLoop(),
            slot.dataletLoop(),
            slot.clock(),
            slot.fabric(),
            null);
    Instrumentation instrumentation = new Instrumentation(silent, 0, null);
    simulated.events.clear();
    happen(instrumentation);

    assertThat(instrumentation.isTracing()).isFalse();
    assertThat(instrumentation.counts().sent).isEqualTo(2);
    assertThat(simulated.events).isEmpty();
  }
}
