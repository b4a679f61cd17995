package io.kvstore.testkit.assertions;

import static io.kvstore.testkit.assertions.KVAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KVAssertionsTest {
  private final History.Builder history = History.builder();
  private long time;

  private void write(int process, String value) {
    int write = history.invoke(process, Kind.WRITE, "k", value, time++);
    history.ok(write, Values.NONE, time++);
  }

  private void read(int process, @Nullable String value) {
    int read = history.invoke(process, Kind.READ, "k", null, time++);
    history.ok(read, history.values().of(value), time++);
  }

  @Test
  void whatHoldsPasses() {
    write(0, "a");
    read(1, "a");
    assertThat(history.build())
        .within(new Budget(Duration.ofSeconds(1), 1 << 20))
        .isLinearizable()
        .isLinearizable(Model.keyValue(null))
        .is(Consistency.EVENTUAL);
  }

  @Test
  void whatIsBrokenFailsWithItsWitness() {
    write(0, "a");
    write(0, "b");
    read(1, "a");
    History old = history.build();
    assertThat(old).isNot(Consistency.LINEARIZABLE);
    assertThatThrownBy(() -> assertThat(old).isLinearizable())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a history of 3 operations to be linearizable")
        .hasMessageContaining("read \"k\" = \"a\"");
    assertThatThrownBy(() -> assertThat(old).isNot(Consistency.EVENTUAL))
        .hasMessageContaining("not EVENTUAL");
  }

  @Test
  void whatSessionsRelyOnCanBeAskedForByItself() {
    write(0, "a");
    write(0, "b");
    read(1, "b");
    read(1, "a");
    History back = history.build();
    assertThat(back).readsItsOwnWrites().writesMonotonically().writesFollowReads();
    assertThatThrownBy(() -> assertThat(back).readsMonotonically())
        .hasMessageContaining("one with monotonic reads")
        .hasMessageContaining("though it had read the newer \"b\" there before");
  }

  @Test
  void theEndOfAHistoryTellsWhetherReplicasAgree() {
    write(0, "a");
    read(1, "a");
    read(2, null);
    history.node(1, 0);
    history.node(2, 1);
    assertThatThrownBy(() -> assertThat(history.build()).hasConverged())
        .hasMessageContaining("n0 has \"a\" and n1 has nil");
  }

  @Test
  void replicasThatDifferAreFound() {
    Simulation simulation = Simulation.withSeed(42);
    try (KVStore<String, String> store =
        KVStore.builder().consistency(Consistency.EVENTUAL).engine(simulation).open()) {
      store.cluster().network().isolate(NodeId.of(2));
      store.at(NodeId.of(0)).put("k", "v");
      simulation.runFor(Duration.ofSeconds(1));
      assertThatThrownBy(() -> assertThat(store).hasConverged())
          .hasMessageContaining("for the key k")
          .hasMessageContaining("n2 has null");
      store.cluster().network().heal();
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(store).hasConverged();
    }
  }

  @Test
  void aNodeThatIsDownDoesNotCount() {
    Simulation simulation = Simulation.withSeed(42);
    try (KVStore<String, String> store =
        KVStore.builder().consistency(Consistency.EVENTUAL).engine(simulation).open()) {
      store.cluster().crash(NodeId.of(2));
      store.at(NodeId.of(0)).put("k", "v");
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(store).hasConverged();
    }
  }
}
