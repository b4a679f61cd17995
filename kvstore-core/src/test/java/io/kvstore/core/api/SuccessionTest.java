package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A controlet has no effect once another one has succeeded it. */
final class SuccessionTest {
  private static final int SEEDS = 12;

  /** Datalets that answer later, also in virtual time. */
  private static DataletFactory slow() {
    return new DataletFactory() {
      @Override
      public Datalet open(NodeId node, int shard) {
        return Datalets.hash().open(node, shard);
      }

      @Override
      public boolean mayBlock() {
        return true;
      }
    };
  }

  /**
   * Reads at every node of an entry that has expired by the clock: each is ordered by a tick, and
   * many are still under way at their datalets when their group moves.
   */
  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#simulated")
  void noNodeStopsWhenReadsAreUnderWayDuringAMove(Setup from) {
    List<Setup> cells = Setup.simulated().toList();
    for (int seed = 0; seed < SEEDS; seed++) {
      Setup to = cells.get(seed % cells.size());
      Simulation simulation = Simulation.withSeed(seed).datalet(slow());
      Bench bench = new Bench(from, simulation, new InProcess());
      try (KVStore<String, String> store = bench.open()) {
        store.put("k", "v", Duration.ofMillis(1));
        simulation.runFor(Duration.ofMillis(50));
        List<CompletableFuture<Optional<String>>> reads = new ArrayList<>();
        Cluster cluster = store.cluster();
        cluster.reconfigure(to.consistency(), to.replication(), Duration.ZERO);
        for (int i = 0; i < 60; i++) {
          for (NodeId node : cluster.nodes()) {
            reads.add(store.at(node).async().get("k"));
          }
          simulation.runFor(Duration.ofNanos(100_000));
        }
        reads.forEach(bench::end);

        assertThat(cluster.nodes()).as("seed %s", seed).allMatch(cluster::isRunning);
        assertThat(reads)
            .as("seed %s", seed)
            .allSatisfy(read -> assertThat(read).isCompletedWithValue(Optional.empty()));
      }
    }
  }

  @Test
  void noNodeStopsWhenThreadsReadDuringAMove() throws InterruptedException {
    InProcess threads = new InProcess().placement(Placement.DEDICATED);
    try (KVStore<String, String> store = KVStore.builder().engine(threads).open()) {
      Cluster cluster = store.cluster();
      List<Caller> readers = new ArrayList<>();
      AtomicBoolean isOver = new AtomicBoolean();
      store.put("k", "v");
      for (int i = 0; i < 6; i++) {
        NodeId node = NodeId.of(i % 3);
        readers.add(
            Caller.of(
                () -> {
                  while (!isOver.get()) {
                    assertThat(store.at(node).get("k")).contains("v");
                  }
                }));
      }
      for (int i = 0; i < 6; i++) {
        cluster.reconfigure(Consistency.SEQUENTIAL, Replication.TOTAL_ORDER);
        cluster.reconfigure(Consistency.LINEARIZABLE, Replication.PRIMARY);
      }
      isOver.set(true);
      for (Caller reader : readers) {
        assertThat(reader.end()).isNull();
      }
      assertThat(cluster.nodes()).allMatch(cluster::isRunning);
    }
  }
}
