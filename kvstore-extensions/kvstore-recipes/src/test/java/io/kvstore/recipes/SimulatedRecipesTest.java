package io.kvstore.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Nemesis;
import io.kvstore.testkit.campaign.Nemesis.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Queues, rate limits, ids and latches in virtual time, as blocking code, while links and nodes
 * fail; by the same seeds as {@link SimulatedLocksTest}.
 */
@SuppressWarnings("try") // what is only closed
class SimulatedRecipesTest {
  private static final int CLIENTS = 3;
  private static final int CALLS = 10;
  private static final int PERMITS = 12;
  private static final Duration HOUR = Duration.ofHours(1);

  private final Set<String> offered = new HashSet<>(); // for certain
  private final List<String> taken = new ArrayList<>();
  private final List<Long> ids = new ArrayList<>();
  private int permits;
  private int unknown; // texts that were taken, or not

  @Test
  void eachTextIsTakenOnceEachIdIsHandedOutOnceAndNoPermitTwice() {
    LongStream.range(0, Math.max(30, SimulatedLocksTest.seeds().count() / 10)).forEach(this::play);
  }

  private void play(long seed) {
    offered.clear();
    taken.clear();
    ids.clear();
    permits = 0;
    unknown = 0;
    Simulation simulation = Simulation.withSeed(seed);
    Replication replication =
        List.of(Replication.PRIMARY, Replication.RAFT, Replication.SHARED_LOG).get((int) seed % 3);
    Consistency level = seed % 2 == 0 ? Consistency.LINEARIZABLE : Consistency.SEQUENTIAL;
    try (KVStore<String, String> store =
            KVStore.builder()
                .consistency(level)
                .replication(replication)
                .timeout(Duration.ofMillis(300))
                .engine(simulation)
                .open();
        Recipes recipes =
            Recipes.over(store, Duration.ofSeconds(1), new VirtualClockwork(simulation, 1))) {
      Nemesis nemesis =
          Nemesis.withSeed(seed, store.cluster().nodes())
              .only(Kind.CUTS, Kind.PAUSES, Kind.LOSS, Kind.DUPLICATION, Kind.REORDERING);
      for (int i = 0; i < CLIENTS; i++) {
        String name = "c" + i;
        simulation.client(name, () -> work(name, simulation, recipes));
      }
      simulation.client(
          "nemesis",
          () -> {
            for (int i = 0; i < 10; i++) {
              nemesis.next().strike(store.cluster());
              simulation.runFor(Duration.ofMillis(200));
            }
            nemesis.calm(store.cluster());
          });
      simulation.runClients();
      simulation.runFor(Duration.ofSeconds(10));
      drain(recipes.queue("it"));
      check(seed, recipes);
    }
  }

  private void work(String name, Simulation simulation, Recipes recipes) {
    SharedQueue queue = recipes.queue("it");
    RateLimiter limiter = recipes.rateLimiter("it", PERMITS, HOUR);
    IdGenerator generator = recipes.ids("it", 3);
    for (int i = 0; i < CALLS; i++) {
      String text = name + " " + i;
      attempt(
          () -> {
            queue.offer(text);
            offered.add(text);
          });
      unknown++;
      attempt(
          () -> {
            queue.poll().ifPresent(taken::add);
            unknown--;
          });
      attempt(() -> ids.add(generator.next()));
      attempt(() -> permits += limiter.tryAcquire() ? 1 : 0);
      attempt(() -> recipes.countDown("it", CLIENTS).countDown(name));
      simulation.runFor(Duration.ofMillis(50));
    }
  }

  private static void attempt(Runnable call) {
    try {
      call.run();
    } catch (KVStoreException refusedOrUnknown) {
      // It may have been done, or not.
    }
  }

  private void drain(SharedQueue queue) {
    for (Optional<String> text = queue.poll(); text.isPresent(); text = queue.poll()) {
      taken.add(text.get());
    }
  }

  private void check(long seed, Recipes recipes) {
    assertThat(taken).as("seed " + seed).doesNotHaveDuplicates();
    Set<String> lost = new HashSet<>(offered);
    taken.forEach(lost::remove);
    assertThat(lost).as("seed " + seed).hasSizeLessThanOrEqualTo(unknown);
    assertThat(ids).as("seed " + seed).doesNotHaveDuplicates();
    assertThat(permits).as("seed " + seed).isLessThanOrEqualTo(PERMITS);
    for (int i = 0; i < CLIENTS; i++) {
      recipes.countDown("it", CLIENTS).countDown("c" + i);
    }
    assertThat(recipes.countDown("it", CLIENTS).remaining()).as("seed " + seed).isZero();
  }
}
