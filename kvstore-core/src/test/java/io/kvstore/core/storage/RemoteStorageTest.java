package io.kvstore.core.storage;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.loop.DedicatedDriver;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RemoteStorageTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final Bytes POISON = Bytes.of("poison");

  /** Counts how often it is made durable, and cannot bear one key. */
  private static final class WatchedDatalet implements Datalet {
    private final Datalet inner = Datalets.hash().open(NodeId.of(0), 0);
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger syncs = new AtomicInteger();
    private volatile int durable;

    @Override
    public @Nullable Entry get(Bytes key) {
      return inner.get(key);
    }

    @Override
    public @Nullable Entry put(Bytes key, Entry entry) {
      if (key.equals(POISON)) {
        throw new IllegalStateException("planted");
      }
      writes.incrementAndGet();
      return inner.put(key, entry);
    }

    @Override
    public @Nullable Entry remove(Bytes key) {
      return inner.remove(key);
    }

    @Override
    public void scan(Bytes from, Bytes to, Visitor visitor) {
      inner.scan(from, to, visitor);
    }

    @Override
    public long size() {
      return inner.size();
    }

    @Override
    public void clear() {
      inner.clear();
    }

    @Override
    public void sync() {
      syncs.incrementAndGet();
      durable = writes.get();
    }

    @Override
    public void close() {}
  }

  private final DedicatedDriver driver = new DedicatedDriver("store");
  private final EventLoop controlet = driver.newLoop("controlet");
  private final EventLoop dataletLoop = driver.newBlockingLoop("datalet");
  private final WatchedDatalet datalet = new WatchedDatalet();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final RemoteStorage storage =
      new RemoteStorage(new Applier(datalet, 100), controlet, dataletLoop, failure::complete);

  @AfterEach
  void close() {
    driver.close();
  }

  private static Ordered put(long position, Bytes key) {
    Change put = new Change.Put(Bytes.of("v" + position), 0, Change.FOREVER);
    return new Ordered(position, 0, 1, position, new Write(key, Condition.ALWAYS, put));
  }

  @Test
  void resultsComeInOrderOnTheControletsLoopAndAreDurableThen() throws Exception {
    int number = 10_000;
    List<Long> results = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(number);
    controlet.execute(
        () -> {
          for (long i = 1; i <= number; i++) {
            storage.apply(put(i, KEY), (same, answer) -> onResult(answer, results, wrong, done));
          }
        });

    assertThat(done.await(20, SECONDS)).isTrue();
    assertThat(wrong).isEmpty();
    assertThat(results).hasSize(number).isSorted();
    assertThat(datalet.syncs.get()).as("one serves many").isBetween(1, number / 2);
  }

  private void onResult(
      Answer answer, List<Long> results, List<String> wrong, CountDownLatch done) {
    long version = ((Written) answer).after().version();
    if (!controlet.isMine()) {
      wrong.add("a result on " + Thread.currentThread());
    }
    if (datalet.durable < version) {
      wrong.add("write " + version + " when only " + datalet.durable + " were durable");
    }
    results.add(version);
    done.countDown();
  }

  @Test
  void aSingleRequestNeedsNoOtherToBeAnswered() throws Exception {
    for (int i = 1; i <= 100; i++) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      storage.query(new Get(KEY), 0, answer::complete);
      answer.get(20, SECONDS);
    }
  }

  /** A watch of the replica before may have something to do there, which gives no result back. */
  @Test
  void aResultWaitsForNothingThatOthersHaveToDoThere() throws Exception {
    CountDownLatch bothAreThere = new CountDownLatch(1);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    dataletLoop.execute(() -> Uninterruptibles.awaitUninterruptibly(bothAreThere));
    storage.query(new Get(KEY), 0, answer::complete);
    dataletLoop.execute(() -> {});
    bothAreThere.countDown();
    answer.get(20, SECONDS);
  }

  @Test
  void whatTheDataletThrowsIsToldOnceAndNothingIsDoneAfterIt() throws Exception {
    CompletableFuture<Answer> never = new CompletableFuture<>();
    storage.apply(put(1, POISON), (same, answer) -> never.complete(answer));
    storage.apply(put(2, KEY), (same, answer) -> never.complete(answer));

    assertThat(failure.get(20, SECONDS)).hasMessage("planted");
    CountDownLatch all = new CountDownLatch(1);
    dataletLoop.execute(all::countDown);
    assertThat(all.await(20, SECONDS)).isTrue();
    assertThat(datalet.size()).isZero();
    assertThat(never).isNotDone();
  }

  @Test
  void whatAControletThrowsAtAResultIsToldToo() throws Exception {
    storage.query(
        new Get(KEY),
        0,
        answer -> {
          throw new IllegalStateException("planted in the controlet");
        });

    assertThat(failure.get(20, SECONDS)).hasMessage("planted in the controlet");
  }
}
