package io.kvstore.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.Message;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Delivered;
import io.kvstore.core.trace.TraceEvent.Dropped;
import io.kvstore.core.trace.TraceEvent.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class TracedCoordinationTest {
  private final List<TraceEvent> events = new ArrayList<>();

  private void play(BiConsumer<KVStore<String, String>, Simulation> trouble) {
    Simulation simulation = Simulation.withSeed(7).trace(events::add);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      events.clear(); // how the first view came about
      trouble.accept(store, simulation);
      simulation.runFor(Duration.ofSeconds(3));
    }
  }

  private static String kind(Message message) {
    return message.getClass().getSimpleName();
  }

  private List<String> sentBy(boolean isCoordinator) {
    return events.stream()
        .filter(Sent.class::isInstance)
        .map(Sent.class::cast)
        .filter(sent -> (isCoordinator ? sent.from() : sent.to()).equals(NodeId.COORDINATOR))
        .map(sent -> kind(sent.message()))
        .distinct()
        .toList();
  }

  @Test
  void aTraceHasWhatIsSaidWhenAViewChangesAndNoBeats() {
    play((store, simulation) -> store.cluster().crash(NodeId.of(2)));

    assertThat(sentBy(true)).containsExactly("Freeze", "Install", "Activate");
    assertThat(sentBy(false)).containsExactly("Frozen", "Installed");
  }

  @Test
  void whatHasArrivedWasSentBefore() {
    play((store, simulation) -> store.cluster().crash(NodeId.of(0)));

    List<Message> sent = new ArrayList<>();
    List<String> arrived = new ArrayList<>();
    for (TraceEvent event : events) {
      if (event instanceof Sent one) {
        sent.add(one.message());
      } else if (event instanceof Delivered one && one.message() instanceof Control) {
        assertThat(sent).anyMatch(before -> before == one.message());
        arrived.add(kind(one.message()));
      }
    }
    assertThat(arrived).contains("Freeze", "Frozen", "Install", "Installed", "Activate");
  }

  @Test
  void whatDoesNotReachAReplicaIsDropped() {
    play(
        (store, simulation) -> {
          store.cluster().crash(NodeId.of(2));
          simulation.runFor(Duration.ofMillis(595)); // until right before it is missed
          store.cluster().network().cutOneWay(NodeId.COORDINATOR, NodeId.of(1));
        });

    assertThat(events)
        .anySatisfy(
            event -> {
              assertThat(event).isInstanceOf(Dropped.class);
              Dropped dropped = (Dropped) event;
              assertThat(dropped.from()).isEqualTo(NodeId.COORDINATOR);
              assertThat(dropped.to()).isEqualTo(NodeId.of(1));
              assertThat(dropped.why()).isEqualTo("the link is cut");
            });
  }
}
