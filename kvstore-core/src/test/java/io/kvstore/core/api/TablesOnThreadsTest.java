package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that are made, used and dropped by several threads at once. */
class TablesOnThreadsTest {
  private static final long MEBIBYTE = 1 << 20;

  private static KVStore<String, String> open(Placement placement) {
    return KVStore.builder().engine(new InProcess().placement(placement)).open();
  }

  private static KVStore<String, String> table(KVStore<String, String> store, String name) {
    return store.table(name, each -> each.consistency(Consistency.EVENTUAL).shards(2));
  }

  @ParameterizedTest
  @EnumSource
  void twoThreadsThatMakeTheSameTableGetOne(Placement placement) throws InterruptedException {
    try (KVStore<String, String> store = open(placement)) {
      for (int i = 0; i < 10; i++) {
        String name = "t" + i;
        CountDownLatch start = new CountDownLatch(1);
        List<Caller> callers = new ArrayList<>();
        for (int thread = 0; thread < 2; thread++) {
          String key = "k" + thread;
          callers.add(
              Caller.of(
                  () -> {
                    awaiting(start);
                    table(store, name).put(key, "v");
                  }));
        }
        start.countDown();
        for (Caller caller : callers) {
          assertThat(caller.end()).isNull();
        }
        Threads.until(() -> table(store, name).size() == 2);
        assertThat(table(store, name).cluster().shards()).isEqualTo(2);
      }
      assertThat(store.tables()).hasSize(10);
    }
    Threads.assertNoneLeft();
  }

  private static void awaiting(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTableIsDroppedUnderLoadAndEveryCallEnds(Placement placement) throws InterruptedException {
    try (KVStore<String, String> store = open(placement)) {
      for (int i = 0; i < 20; i++) {
        KVStore<String, String> table = table(store, "t");
        AtomicBoolean isDropped = new AtomicBoolean();
        AtomicLong done = new AtomicLong();
        List<Caller> callers = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
          callers.add(Caller.of(() -> load(table, isDropped, done)));
        }
        Threads.until(() -> done.get() > 100);
        assertThat(store.dropTable("t")).isTrue();
        isDropped.set(true);
        for (Caller caller : callers) {
          assertThat(caller.end())
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("was dropped");
        }
        store.put("k", "v" + i);
        assertThat(store.get("k")).contains("v" + i);
      }
    }
    Threads.assertNoneLeft();
  }

  /** Calls until it is refused because there is no such table; anything else is an outcome. */
  private static void load(
      KVStore<String, String> table, AtomicBoolean isDropped, AtomicLong done) {
    for (int i = 0; true; i++) {
      boolean mustBeRefused = isDropped.get();
      try {
        table.put("k" + i % 100, "v");
        CompletableFuture<Void> put = table.async().put("k" + i % 100, "w");
        table.get("k" + i % 100);
        put.join();
        assertThat(mustBeRefused).isFalse();
        done.incrementAndGet();
      } catch (CompletionException ended) {
        assertThat(ended).hasCauseInstanceOf(KVStoreException.class);
      } catch (KVStoreException ended) {
        assertThat(mustBeRefused).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void hundredsOfTablesLeaveNothing(Placement placement) {
    try (KVStore<String, String> store = open(placement)) {
      long before = 0;
      int threads = 0;
      for (int i = 0; i < 400; i++) {
        if (i == 100) {
          before = LeaksTest.usedHeap();
          threads = Threads.running().size();
        }
        KVStore<String, String> table = store.table("t", same -> same);
        table.put("k", "v");
        assertThat(table.async().put("k", "w")).isNotNull(); // which may not end before the table
        store.dropTable("t");
      }
      int atTheEnd = threads;
      Threads.until(() -> Threads.running().size() <= atTheEnd);
      assertThat(LeaksTest.usedHeap() - before).isLessThan(2 * MEBIBYTE);
    }
    Threads.assertNoneLeft();
  }
}
