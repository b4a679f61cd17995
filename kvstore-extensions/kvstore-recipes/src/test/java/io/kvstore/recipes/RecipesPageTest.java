package io.kvstore.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of docs/recipes.md. */
@SuppressWarnings("try") // what is only closed
class RecipesPageTest {
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());
  private final Ledger ledger = new Ledger();
  private KVStore<String, String> store;
  private Recipes recipes;

  /** A resource that refuses what an earlier holder writes. */
  private static final class Ledger {
    private final List<String> entries = new ArrayList<>();
    private long greatest;

    synchronized void write(long token, String entry) {
      if (token < greatest) {
        throw new IllegalStateException("token " + token + " is less than " + greatest);
      }
      greatest = token;
      entries.add(entry);
    }
  }

  @BeforeEach
  void open() {
    store = KVStore.builder().open();
    recipes = Recipes.over(store);
  }

  @AfterEach
  void close() {
    recipes.close();
    store.close();
  }

  private void search(Hold hold) {
    done.add("search " + hold.isHeld());
  }

  private void print(Hold hold) {
    done.add("print " + hold.isHeld());
  }

  @Test
  void theFirstOne() throws InterruptedException {
    try (Recipes recipes = Recipes.over(store);
        Hold hold = recipes.lock("ledger").acquire()) {
      ledger.write(hold.token(), "entry");
    }
    assertThat(ledger.entries).containsExactly("entry");
  }

  @Test
  void locks() throws InterruptedException {
    FencedLock lock = recipes.lock("ledger");
    Optional<Hold> free = lock.tryAcquire();
    free.ifPresent(Hold::close);
    Optional<Hold> soon = lock.tryAcquire(Duration.ofSeconds(2));
    soon.ifPresent(hold -> hold.onLost(() -> done.add("stop")));

    assertThat(free).isPresent();
    assertThat(soon.orElseThrow().isHeld()).isTrue();
  }

  @Test
  void readWriteLocksAndSemaphores() throws InterruptedException {
    FencedReadWriteLock pair = recipes.readWriteLock("index");
    try (Hold reading = pair.readLock().acquire()) {
      search(reading);
    }
    try (Hold some = recipes.semaphore("printers", 3).acquire(2)) {
      print(some);
    }
    assertThat(done).containsExactly("search true", "print true");
  }

  @Test
  void elections() throws InterruptedException {
    AtomicBoolean billed = new AtomicBoolean();
    LeaderElection election =
        recipes.election(
            "billing",
            "node-7",
            leadership -> {
              while (leadership.isHeld()) {
                billed.set(leadership.token() > 0);
              }
            });
    Threads.await(billed::get);
    assertThat(election.leader()).contains("node-7");
    election.close();
  }

  @Test
  void latches() throws InterruptedException {
    CountDown latch = recipes.countDown("migrated", 3);
    latch.countDown("node-7");
    boolean all = latch.await(Duration.ofMillis(10));
    int missing = latch.remaining();
    latch.remove();

    assertThat(all).isFalse();
    assertThat(missing).isEqualTo(2);
  }

  @Test
  void rateLimits() throws InterruptedException {
    RateLimiter limiter = recipes.rateLimiter("mails", 100, Duration.ofMinutes(1));
    if (limiter.tryAcquire()) {
      done.add("sent");
    }
    boolean soon = limiter.tryAcquire(5, Duration.ofSeconds(2));

    assertThat(done).containsExactly("sent");
    assertThat(soon).isTrue();
  }

  @Test
  void queues() throws InterruptedException {
    SharedQueue queue = recipes.queue("mails");
    queue.offer("to ana");
    Optional<String> next = queue.poll(Duration.ofSeconds(1));
    long waiting = queue.size();

    assertThat(next).contains("to ana");
    assertThat(waiting).isZero();
  }

  @Test
  void ids() {
    IdGenerator ids = recipes.ids("invoices", 1_000);
    long id = ids.next();

    assertThat(id).isEqualTo(1);
  }
}
