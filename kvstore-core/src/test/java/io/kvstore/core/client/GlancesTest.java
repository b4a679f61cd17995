package io.kvstore.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads that take no turn of the loop see what they would see if they took one. */
@Timeout(60)
class GlancesTest {
  private static final int WRITES = 4_000;
  private static final int READERS = 2;
  private static final long CROWD = 1_000;

  /** Meanwhile other keys come and go, so that the table under the reads grows and shifts. */
  @ParameterizedTest
  @EnumSource
  void aReadSeesNothingOlderThanTheLastAnsweredWriteAndNothingFromTheFuture(Consistency level)
      throws Exception {
    AtomicLong begun = new AtomicLong();
    AtomicLong answered = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    try (KVStore<Long, Long> store =
        KVStore.builder().keys(Codecs.LONG).values(Codecs.LONG).consistency(level).open()) {
      store.put(0L, 0L);
      List<CompletableFuture<Void>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(
            CompletableFuture.runAsync(
                () -> {
                  while (!over.get()) {
                    long least = answered.get();
                    long value = store.get(0L).orElseThrow();
                    assertThat(value).isBetween(least, begun.get());
                  }
                },
                task -> new Thread(task).start()));
      }
      for (long i = 1; i <= WRITES; i++) {
        begun.set(i);
        store.put(0L, i);
        answered.set(i);
        store.put(1 + i % CROWD, i);
        if (i % 2 == 0) {
          store.remove(1 + (i * 7) % CROWD);
        }
      }
      over.set(true);
      for (CompletableFuture<Void> reader : readers) {
        reader.get(20, TimeUnit.SECONDS);
      }
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
