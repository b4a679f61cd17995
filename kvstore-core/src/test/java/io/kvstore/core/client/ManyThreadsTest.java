package io.kvstore.core.client;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.OverloadedException;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many threads use several stores at once, waiting for some answers and not for others: every
 * increment counts once. More of it:
 *
 * <pre>
 * mvn test -pl kvstore-api,kvstore-core -Dtest=ManyThreadsTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dkvstore.increments=10000000
 * </pre>
 */
class ManyThreadsTest {
  private static final long INCREMENTS = Long.getLong("kvstore.increments", 30_000);
  private static final int THREADS = 8;
  private static final int STORES = 3;
  private static final int KEYS = 5;
  private static final int WINDOW = 50;

  private static KVStore<String, Long> open(Placement placement, Consistency level, int shards) {
    return KVStore.builder()
        .engine(new InProcess().placement(placement))
        .consistency(level)
        .replicas(3)
        .shards(shards)
        .values(Codecs.LONG)
        .open();
  }

  private static void onThreads(int number, IntConsumer work) throws Exception {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      int which = i;
      threads.add(
          CompletableFuture.runAsync(
              () -> work.accept(which), task -> new Thread(task, "client-" + which).start()));
    }
    for (CompletableFuture<Void> each : threads) {
      each.get();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyIncrementCountsOnce(Placement placement) throws Exception {
    List<KVStore<String, Long>> stores =
        List.of(
            open(placement, Consistency.LINEARIZABLE, 1),
            open(placement, Consistency.SEQUENTIAL, 4),
            open(placement, Consistency.LINEARIZABLE, 2));
    long[] expected = new long[STORES];
    long each = INCREMENTS / THREADS;
    onThreads(
        THREADS,
        thread -> {
          ThreadLocalRandom random = ThreadLocalRandom.current();
          long[] added = new long[STORES];
          List<CompletableFuture<Long>> pending = new ArrayList<>();
          for (long i = 0; i < each; i++) {
            int store = random.nextInt(STORES);
            String key = "k" + random.nextInt(KEYS);
            if (random.nextInt(3) > 0) {
              stores.get(store).add(key, 1);
            } else {
              pending.add(stores.get(store).async().add(key, 1));
            }
            added[store]++;
            if (pending.size() == WINDOW) {
              pending.forEach(CompletableFuture::join);
              pending.clear();
            }
          }
          pending.forEach(CompletableFuture::join);
          synchronized (expected) {
            IntStream.range(0, STORES).forEach(store -> expected[store] += added[store]);
          }
        });

    for (int store = 0; store < STORES; store++) {
      KVStore<String, Long> counted = stores.get(store);
      long sum = IntStream.range(0, KEYS).mapToLong(key -> counted.get("k" + key).orElse(0L)).sum();
      assertThat(sum).as("store " + store).isEqualTo(expected[store]);
      counted.close();
    }
    assertThat(LongStream.of(expected).sum()).isEqualTo(each * THREADS);
  }

  /** What depends on an answer goes on with the next operation, and sometimes waits for it. */
  @ParameterizedTest
  @EnumSource
  @Timeout(60)
  void answersThatLeadToFurtherOperationsAllArrive(Placement placement) throws Exception {
    try (KVStore<String, Long> store = open(placement, Consistency.LINEARIZABLE, 2)) {
      int chains = 200;
      int length = 20;
      List<CompletableFuture<Long>> ends = new ArrayList<>();
      for (int chain = 0; chain < chains; chain++) {
        String key = "k" + chain % KEYS;
        CompletableFuture<Long> end = store.async().add(key, 1);
        for (int i = 1; i < length; i++) {
          boolean waits = i % 5 == 0;
          end =
              waits
                  ? end.thenApply(before -> store.async().add(key, 1).join())
                  : end.thenCompose(before -> store.async().add(key, 1));
        }
        ends.add(end);
      }
      for (CompletableFuture<Long> end : ends) {
        end.get(30, SECONDS);
      }

      long sum = IntStream.range(0, KEYS).mapToLong(key -> store.get("k" + key).orElse(0L)).sum();
      assertThat(sum).isEqualTo((long) chains * length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoreThatIsClosedUnderItsClientsLeavesNobodyWaiting(Placement placement) throws Exception {
    for (int round = 0; round < 10; round++) {
      KVStore<String, Long> store = open(placement, Consistency.LINEARIZABLE, 2);
      AtomicLong answered = new AtomicLong();
      AtomicBoolean closed = new AtomicBoolean();
      List<List<CompletableFuture<Long>>> submitted =
          List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      CompletableFuture<Void> clients =
          CompletableFuture.runAsync(
              () -> {
                try {
                  onThreads(
                      3,
                      thread -> {
                        try {
                          while (!closed.get()) {
                            submitted.get(thread).add(store.async().add("k", 1));
                            store.add("k", 1);
                            answered.incrementAndGet();
                          }
                        } catch (RuntimeException closing) {
                          assertThat(closing).isNotInstanceOf(OverloadedException.class);
                        }
                      });
                } catch (Exception failed) {
                  throw new AssertionError(failed);
                }
              });
      while (answered.get() < round * 20L) {
        Thread.onSpinWait();
      }
      store.close();
      closed.set(true);

      clients.get(20, SECONDS);
      for (List<CompletableFuture<Long>> each : submitted) {
        for (CompletableFuture<Long> future : each) {
          assertThat(future.handle((answer, failure) -> true).get(20, SECONDS)).isTrue();
        }
      }
    }
  }
}
