package io.kvstore.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads that take no turn of the loop see what they would see if they took one. */
@Timeout(60)
class OptimisticReadsTest {
  private static final int WRITES = 4_000;
  private static final int READERS = 2;
  private static final long CROWD = 1_000;
  private static final int BATCH = 50;

  /** Meanwhile other keys come and go, so that the table under the reads grows and shifts. */
  @ParameterizedTest
  @EnumSource
  void aReadSeesNothingOlderThanTheLastAnsweredWriteAndNothingFromTheFuture(Consistency level)
      throws Exception {
    AtomicLong begun = new AtomicLong();
    AtomicLong answered = new AtomicLong();
    try (KVStore<Long, Long> store = open(level)) {
      store.put(0L, 0L);
      whileWriting(
          i -> {
            begun.set(i);
            store.put(0L, i);
            answered.set(i);
            store.put(1 + i % CROWD, i);
            if (i % 2 == 0) {
              store.remove(1 + (i * 7) % CROWD);
            }
          },
          () ->
              () -> {
                long least = answered.get();
                long value = store.get(0L).orElseThrow();
                assertThat(value).isBetween(least, begun.get());
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBatchIsSeenAsAWhole(Consistency level) throws Exception {
    try (KVStore<Long, Long> store = open(level)) {
      writeAll(store, 0);
      whileWriting(
          i -> writeAll(store, i),
          () -> {
            Session<Long, Long> session = store.session();
            int[] turn = new int[1];
            return () -> {
              Session<Long, Long> replica = session.at(NodeId.of(turn[0]++ % 3));
              long first = replica.get(0L).orElseThrow();
              assertThat(replica.get(1L).orElseThrow()).isGreaterThanOrEqualTo(first);
            };
          });
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEARIZABLE", "SEQUENTIAL", "CAUSAL"})
  void aSessionThatMovesSeesNothingOlder(Consistency level) throws Exception {
    try (KVStore<Long, Long> store = open(level)) {
      store.put(0L, 0L);
      store.put(1L, 0L);
      whileWriting(
          i -> {
            store.put(0L, i);
            store.put(1L, i);
          },
          () -> {
            Session<Long, Long> session = store.session();
            long[] seen = new long[2];
            int[] turn = new int[1];
            return () -> {
              NodeId node = NodeId.of(turn[0]++ % 3);
              long second = session.at(node).get(1L).orElseThrow();
              long first = session.at(node).get(0L).orElseThrow();
              assertThat(second).isGreaterThanOrEqualTo(seen[1]);
              assertThat(first).isGreaterThanOrEqualTo(seen[0]).isGreaterThanOrEqualTo(second);
              seen[0] = first;
              seen[1] = second;
            };
          });
    }
  }

  /** The first and the last of a batch are keys 0 and 1. */
  private static void writeAll(KVStore<Long, Long> store, long value) {
    List<Update<Long, Long>> updates = new ArrayList<>();
    updates.add(Update.put(0L, value));
    for (long key = 2; key < 2 + BATCH; key++) {
      updates.add(Update.put(key, value));
    }
    updates.add(Update.put(1L, value));
    assertThat(store.batch(updates)).isTrue();
  }

  private static KVStore<Long, Long> open(Consistency level) {
    return KVStore.builder().keys(Codecs.LONG).values(Codecs.LONG).consistency(level).open();
  }

  /** Writes numbers that grow, while readers look again and again. */
  private static void whileWriting(LongConsumer write, Supplier<Runnable> reader) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Void>> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Runnable look = reader.get();
      readers.add(
          CompletableFuture.runAsync(
              () -> {
                while (!over.get()) {
                  look.run();
                }
              },
              task -> new Thread(task).start()));
    }
    for (long i = 1; i <= WRITES; i++) {
      write.accept(i);
    }
    over.set(true);
    for (CompletableFuture<Void> each : readers) {
      each.get(20, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aThreadReadsWhatItHasSubmittedBefore(Consistency level) {
    try (KVStore<String, Long> store =
        KVStore.builder().values(Codecs.LONG).consistency(level).open()) {
      CompletableFuture<?>[] others = new CompletableFuture<?>[2];
      for (int i = 0; i < others.length; i++) {
        String key = "of another " + i;
        others[i] =
            CompletableFuture.runAsync(
                () -> {
                  for (long n = 0; n < 1_000; n++) {
                    store.put(key, n);
                  }
                },
                task -> new Thread(task).start());
      }
      for (long n = 0; n < 1_000; n++) {
        CompletableFuture<Void> put = store.async().put("k", n);
        assertThat(store.get("k")).hasValue(n);
        put.join();
        put = store.async().put("k", -n);
        assertThat(store.async().get("k").join()).hasValue(-n);
        put.join();
      }
      CompletableFuture.allOf(others).join();
    }
  }

  @Test
  void anEntryThatExpiresIsNotSeenForLonger() throws InterruptedException {
    try (KVStore<String, String> store = KVStore.builder().open()) {
      store.put("k", "v", Duration.ofMillis(30));
      assertThat(store.get("k")).hasValue("v");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (store.get("k").isPresent() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(store.get("k")).isEmpty();
    }
  }
}
