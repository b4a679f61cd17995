package io.kvstore.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Locks in virtual time, with faults drawn from seeds. {@code -Dkvstore.recipes.seeds=5000} tries
 * so many, {@code -Dkvstore.seed=17} this one.
 */
@SuppressWarnings("try") // what is only closed
class SimulatedLocksTest {
  private static final Duration LEASE = LockScenario.LEASE;

  /** The seeds to try. */
  static LongStream seeds() {
    Long one = Long.getLong("kvstore.seed");
    return one == null
        ? LongStream.range(0, Integer.getInteger("kvstore.recipes.seeds", 100))
        : LongStream.of(one);
  }

  @Test
  void noTwoHoldersWritesCountAndTheLockIsFreeInTheEnd() {
    int terms = 0;
    int written = 0;
    for (long seed : seeds().toArray()) {
      LockScenario.Result result = LockScenario.run(seed);
      assertThat(result.broken()).as("fails under -Dkvstore.seed=" + seed).isEmpty();
      terms += result.terms();
      written += result.written();
    }
    System.out.println(terms + " terms, " + written + " writes that counted");
    assertThat(terms).isPositive();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLockIsFreeWithinItsLeaseAfterItsHolderIsLost(boolean whileOneWaits) {
    for (long seed : seeds().toArray()) {
      SplittableRandom random = new SplittableRandom(seed);
      Simulation simulation = Simulation.withSeed(seed);
      Processes processes = new Processes(simulation);
      try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
        VirtualClockwork lost = processes.start(1 + random.nextDouble(-0.009, 0.009));
        Contender holder = contender(store, lost, "holder");
        holder.begin(true);
        processes.runUntil(holder::isHeld, LEASE);
        VirtualClockwork next = processes.start(1 + random.nextDouble(-0.009, 0.009));
        Contender waiter = contender(store, next, "waiter");
        if (whileOneWaits) {
          waiter.begin(true);
        }
        processes.runFor(Duration.ofMillis(random.nextInt(2_000)));
        lost.close();
        Duration end = processes.elapsed();
        if (!whileOneWaits) {
          processes.runFor(Duration.ofMillis(random.nextInt(500)));
          waiter.begin(true);
        }
        processes.runUntil(waiter::isHeld, LEASE.multipliedBy(10));

        assertThat(processes.elapsed().minus(end))
            .as("fails under -Dkvstore.seed=" + seed)
            .isLessThan(LEASE.multipliedBy(105).dividedBy(100));
        assertThat(waiter.token()).isGreaterThan(holder.token());
      }
    }
  }

  @Test
  void aStoreWhoseTimeStandsStillHoldsNoLockForEver() {
    Simulation simulation = Simulation.withSeed(1);
    Processes processes = new Processes(simulation);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      NodeId primary = store.cluster().view(0).primary();
      store.cluster().skewClock(primary, Duration.ofHours(1), 0);
      VirtualClockwork lost = processes.start(1);
      Contender holder = contender(store, lost, "holder");
      holder.begin(true);
      processes.runUntil(holder::isHeld, LEASE);
      lost.close();
      store.cluster().crash(primary); // the next one's clock is an hour behind
      Contender waiter = contender(store, processes.start(1), "waiter");
      waiter.begin(true);

      assertThat(processes.runUntil(waiter::isHeld, LEASE.multipliedBy(3))).isTrue();
      assertThat(waiter.token()).isGreaterThan(holder.token());
    }
  }

  @Test
  void aHoldThatIsOverStaysSoWhenAnAnswerComesLate() {
    Simulation simulation = Simulation.withSeed(1);
    Processes processes = new Processes(simulation);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      VirtualClockwork still = processes.start(1);
      Contender holder = contender(store, still, "holder");
      holder.begin(true);
      processes.runUntil(holder::isHeld, LEASE);
      while (holder.remainingNanos() > LEASE.toNanos() * 2 / 3) {
        processes.runFor(Duration.ofNanos(10_000));
      }
      processes.runFor(Duration.ofNanos(10_000)); // it has asked for a renewal
      still.pause(LEASE.multipliedBy(3).dividedBy(4));
      processes.runFor(LEASE.multipliedBy(7).dividedBy(10));
      assertThat(holder.isHeld()).isFalse();
      processes.runFor(LEASE.dividedBy(20)); // it goes on, and finds the answer

      assertThat(holder.isHeld()).isFalse();
    }
  }

  private static Contender contender(
      KVStore<String, String> store, VirtualClockwork clockwork, String name) {
    return new Contender(new Context(store, clockwork, LEASE.toNanos()), "lock/it", name, 1, 1);
  }
}
