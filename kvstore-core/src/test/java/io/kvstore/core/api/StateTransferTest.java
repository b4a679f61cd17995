package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Update;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.membership.Control.CopyPart;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Dropped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A node joins a store of ten thousand entries over links that lose, repeat, reorder and delay, and
 * the member from which it copies them crashes in the middle: in virtual time, one entry in each
 * chunk.
 *
 * <p>{@code -Dkvstore.transfer.seeds=20} plays twenty seeds of each cell.
 */
@Timeout(600)
final class StateTransferTest {
  private static final int SEEDS = Integer.getInteger("kvstore.transfer.seeds", 1);
  private static final int ENTRIES = 10_000;
  private static final int IN_ONE_BATCH = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Faults FAULTS =
      Faults.lossy(0.02)
          .withDuplication(0.1)
          .withReordering(0.2)
          .withDelay(Delay.uniform(Duration.ZERO, Duration.ofMillis(2)));

  /** Chunks that were lost on their way, by the member that had sent them. */
  private final Map<NodeId, Integer> lostChunks = new TreeMap<>();

  /** Every cell of the matrix. */
  static Stream<Setup> cells() {
    return Setup.simulated().filter(Setup::servesSeveralKeys);
  }

  private void note(TraceEvent event) {
    if (event instanceof Dropped dropped && dropped.message() instanceof CopyPart) {
      lostChunks.merge(dropped.from(), 1, Integer::sum);
    }
  }

  private static void fill(KVStore<String, String> store, Setup setup) {
    if (setup.replication() == Replication.KEY_OWNER) { // keys of a batch must have one owner
      IntStream.range(0, ENTRIES).forEach(i -> store.put(keyOf(i), "v" + i));
      return;
    }
    for (int first = 0; first < ENTRIES; first += IN_ONE_BATCH) {
      List<Update<String, String>> updates = new ArrayList<>();
      for (int i = first; i < first + IN_ONE_BATCH; i++) {
        updates.add(Update.put(keyOf(i), "v" + i));
      }
      store.batch(updates);
    }
  }

  private static String keyOf(int i) {
    return "k%05d".formatted(i);
  }

  private static boolean serves(KVStore<String, String> store, NodeId node) {
    return store.cluster().status(node) == NodeStatus.SERVING;
  }

  private static void runUntil(Simulation simulation, BooleanSupplier condition) {
    Duration end = simulation.elapsed().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(simulation.elapsed()).as("%s goes on", simulation).isLessThan(end);
      simulation.runFor(Duration.ofMillis(50));
    }
  }

  private static void assertHasEverything(KVStore<String, String> store, NodeId node) {
    List<Item<String, String>> all = store.at(node).scan(Scan.all());
    assertThat(all.stream().map(item -> item.key() + "=" + item.value()))
        .as("%s", node)
        .containsExactlyElementsOf(
            IntStream.range(0, ENTRIES).mapToObj(i -> keyOf(i) + "=v" + i).toList());
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aJoinCompletesAndNothingIsLostThoughItsSourceCrashesInTheMiddle(Setup setup) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      lostChunks.clear();
      Simulation simulation = Simulation.withSeed(seed).datalet(Datalets.tree()).trace(this::note);
      try (KVStore<String, String> store =
          KVStore.builder()
              .engine(simulation)
              .consistency(setup.consistency())
              .replication(setup.replication())
              .open()) {
        fill(store, setup);
        simulation.runFor(Duration.ofSeconds(2));
        store.cluster().network().faults(FAULTS);
        NodeId joining = store.cluster().add();

        // One chunk in fifty is lost: after so many a third of them has come.
        int lost = ENTRIES / 3 / 50;
        runUntil(simulation, () -> lostChunks.values().stream().anyMatch(each -> each >= lost));
        assertThat(serves(store, joining)).as("the copy is not complete").isFalse();
        NodeId source = sourceWith(lost);
        store.cluster().crash(source);
        runUntil(simulation, () -> serves(store, joining));
        assertThat(lostChunks.keySet()).as("another source has gone on").hasSizeGreaterThan(1);

        store.cluster().network().faults(Faults.NONE);
        store.cluster().restart(source);
        runUntil(simulation, () -> serves(store, source));
        simulation.runFor(Duration.ofSeconds(3));
        store.cluster().nodes().forEach(node -> assertHasEverything(store, node));
      }
    }
  }

  private NodeId sourceWith(int lost) {
    return lostChunks.entrySet().stream()
        .filter(each -> each.getValue() >= lost)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }
}
