package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.SimulatedDisks;
import io.kvstore.spi.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A store that is opened anew on the disks of one that has ended. */
class ReopenedTest {
  private static final long SEED = 7;

  private final Scenario scenario =
      Campaign.of(Cell.named("PRIMARY-LINEARIZABLE")).durable().features("none").scenario(SEED);
  private final SimulatedDisks disks = SimulatedDisks.withSeed(SEED);
  private final Simulation simulation = Simulation.withSeed(SEED);

  private Contents written(String key, String value) {
    Replicas replicas = new Replicas(disks, false);
    try (KVStore<String, String> store =
        StoreSettings.of(scenario).engine(simulation.datalet(replicas)).open()) {
      store.put(key, value);
      simulation.runFor(Duration.ofSeconds(10));
      return replicas.contents(store.cluster(), 0);
    }
  }

  @Test
  void itShowsWhatWasHeld() {
    Contents held = written("k", "v");
    assertThat(held.asTheFirstHas()).containsOnlyKeys(Bytes.of("k"));
    assertThat(Reopened.wrong(scenario, disks, held, simulation.elapsed())).isEmpty();
  }

  @Test
  void whatIsMissingIsTold() {
    Entry other = written("k", "v").asTheFirstHas().get(Bytes.of("k"));
    Contents more =
        new Contents(
            List.of(Map.of(NodeId.of(0), Map.of(Bytes.of("k"), other, Bytes.of("l"), other))));
    assertThat(Reopened.wrong(scenario, disks, more, simulation.elapsed()))
        .hasValueSatisfying(
            wrong ->
                assertThat(wrong)
                    .startsWith("opened anew on its disks: read one by one it has {k=v} where")
                    .endsWith("replicas hold {k=v, l=v}"));
  }
}
