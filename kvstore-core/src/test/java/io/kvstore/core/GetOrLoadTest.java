package io.kvstore.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Codecs;
import io.kvstore.KVStore;
import io.kvstore.LoadException;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Values that are made when they are asked for and not there. */
@Timeout(60)
class GetOrLoadTest {
  private final KVStore<String, Long> store = KVStore.builder().values(Codecs.LONG).open();
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final AtomicInteger loads = new AtomicInteger();

  @AfterEach
  void end() throws InterruptedException {
    callers.shutdownNow();
    assertThat(callers.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    store.close();
  }

  private long load(String key) {
    loads.incrementAndGet();
    return key.length();
  }

  @Test
  void whatIsThereIsNotLoaded() {
    assertThat(store.getOrLoad("abc", this::load)).isEqualTo(3);
    assertThat(store.getOrLoad("abc", this::load)).isEqualTo(3);
    assertThat(store.session().getOrLoad("abc", this::load)).isEqualTo(3);
    assertThat(loads).hasValue(1);
    assertThat(store.get("abc")).contains(3L);
  }

  @Test
  void ofManyCallersOneLoads() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    List<Future<Long>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      KVStore<String, Long> caller = i % 2 == 0 ? store : store.session();
      answers.add(
          callers.submit(
              () ->
                  caller.getOrLoad(
                      "abc",
                      key -> {
                        awaitQuietly(goOn);
                        return load(key);
                      })));
    }
    goOn.countDown();
    for (Future<Long> answer : answers) {
      assertThat(answer.get()).isEqualTo(3);
    }
    assertThat(loads).hasValue(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoeverWasFasterElsewhereHasItsValue() {
    KVStore<String, Long> elsewhere = store.at(NodeId.of(1));

    long value =
        store.getOrLoad(
            "abc",
            key -> {
              elsewhere.put(key, 7L);
              return load(key);
            });

    assertThat(value).isEqualTo(7);
    assertThat(store.get("abc")).contains(7L);
  }

  @Test
  void aFailureIsToldToThoseWhoWaitAndTheNextLoadsAgain() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Future<Long> first =
        callers.submit(
            () ->
                store.getOrLoad(
                    "abc",
                    key -> {
                      begun.countDown();
                      awaitQuietly(goOn);
                      throw new IllegalStateException("no such page");
                    }));
    begun.await();
    CompletableFuture<Long> second =
        store.async().getOrLoad("abc", key -> CompletableFuture.completedFuture(load(key)));
    goOn.countDown();

    assertThatThrownBy(first::get).cause().hasMessage("no such page");
    assertThatThrownBy(second::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("abc")
        .hasRootCauseMessage("no such page");
    assertThat(store.getOrLoad("abc", this::load)).isEqualTo(3);
    assertThat(loads).hasValue(1);
  }

  @Test
  void aLoaderThatReturnsNothingHasFailed() {
    assertThatThrownBy(() -> store.getOrLoad("abc", key -> null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the loader returned null");
    assertThat(store.getOrLoad("abc", this::load)).isEqualTo(3);
  }

  @Test
  void aLoaderThatNeverReturnsDoesNotBlockTheKeyForEver() throws Exception {
    KVStore<String, Long> impatient = store.withTimeout(Duration.ofSeconds(2));
    CompletableFuture<Long> never = new CompletableFuture<>();
    CompletableFuture<Long> first = impatient.async().getOrLoad("abc", key -> never);

    assertThatThrownBy(() -> impatient.getOrLoad("abc", this::load))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("has not returned in time");
    assertThat(impatient.getOrLoad("abc", this::load)).isEqualTo(3);
    assertThat(first).isNotDone();
    never.complete(9L);
    assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(3); // what stands there counts
  }

  @Test
  void anAsynchronousLoadSetsWhatItsFutureBrings() throws Exception {
    CompletableFuture<Long> later = new CompletableFuture<>();
    CompletableFuture<Long> answer = store.async().getOrLoad("abc", key -> later);
    CompletableFuture<Long> waiting = store.async().getOrLoad("abc", key -> later);
    later.complete(5L);

    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(5);
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(5);
    assertThat(store.get("abc")).contains(5L);
  }
}
