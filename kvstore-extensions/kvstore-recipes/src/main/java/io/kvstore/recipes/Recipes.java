package io.kvstore.recipes;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.spi.Nanos;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Recipes for programs that must agree, over a store.
 *
 * <pre>{@code
 * try (Recipes recipes = Recipes.over(store);
 *     Hold hold = recipes.lock("ledger").acquire()) {
 *   ledger.write(hold.token(), entry);
 * }
 * }</pre>
 *
 * <p>The store must be {@link Consistency#LINEARIZABLE} or {@link Consistency#SEQUENTIAL}: at the
 * weaker levels several clients are told at once that they have what only one can have. A store
 * that is weaker, or whose keys and values are no texts, can have a table for recipes:
 *
 * <pre>{@code
 * Recipes.over(store.table("recipes", table -> table
 *     .keys(Codecs.STRING).values(Codecs.STRING).consistency(Consistency.LINEARIZABLE)));
 * }</pre>
 *
 * <p>Names are 1 to 200 characters without spaces and control characters. A recipe is found by its
 * kind and its name, in every process that uses the store; what it keeps has keys such as {@code
 * lock/ledger}.
 *
 * <p>One daemon thread renews all leases. Closing gives back what is held, and ends it; callers
 * that wait are told with an {@link IllegalStateException}. The store stays open, and must be
 * closed after its recipes.
 */
public final class Recipes implements AutoCloseable {
  /** How long a lease is, unless said otherwise. */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(10);

  private static final Duration SHORTEST_LEASE = Duration.ofMillis(100);
  private static final Duration LONGEST_LEASE = Duration.ofDays(1);

  private final Context context;

  private Recipes(Context context) {
    this.context = context;
  }

  /**
   * Recipes over a store, with leases of ten seconds.
   *
   * @throws UnsupportedOperationException when the store's level is too weak
   */
  public static Recipes over(KVStore<String, String> store) {
    return over(store, DEFAULT_LEASE);
  }

  /**
   * Recipes over a store.
   *
   * <p>The store is asked for its level ({@link io.kvstore.Cluster#view}). One that cannot say, as
   * when it cannot be reached, is taken at its word; and it must not be moved to a weaker level
   * later on.
   *
   * @param lease how long those that hold something keep it when they are lost; from 100 ms to a
   *     day. A process that stands still, or cannot reach the store, for two thirds of it loses
   *     what it holds
   * @throws UnsupportedOperationException when the store's level is too weak
   */
  public static Recipes over(KVStore<String, String> store, Duration lease) {
    return over(store, lease, null);
  }

  static Recipes over(
      KVStore<String, String> store, Duration lease, @Nullable Clockwork clockwork) {
    requireNonNull(store, "store");
    requireNonNull(lease, "lease");
    if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
      throw new IllegalArgumentException(
          "a lease is from " + SHORTEST_LEASE + " to " + LONGEST_LEASE + ", not " + lease);
    }
    requireOrder(store);
    return new Recipes(
        new Context(store, clockwork == null ? new ThreadClockwork() : clockwork, Nanos.of(lease)));
  }

  private static void requireOrder(KVStore<String, String> store) {
    Optional<View> view = viewOf(store);
    if (view.isPresent() && !view.get().consistency().isAtLeast(Consistency.SEQUENTIAL)) {
      throw new UnsupportedOperationException(
          "recipes cannot work on a store that is "
              + view.get().consistency()
              + ": there, conditional writes of several clients may all succeed. Use a store or a"
              + " table that is LINEARIZABLE or SEQUENTIAL");
    }
  }

  private static Optional<View> viewOf(KVStore<String, String> store) {
    try {
      return Optional.of(store.cluster().view(0));
    } catch (KVStoreException | UnsupportedOperationException unknown) {
      return Optional.empty();
    }
  }

  /** A lock with one holder at a time. A thread that has it cannot take it twice. */
  public FencedLock lock(String name) {
    return new SimpleLock(new Permits(open(), key("lock", name), 1), 1);
  }

  /**
   * The same lock, which a thread that has it takes again without asking. That is so for what is
   * returned, and its callers: keep it, and share it.
   */
  public FencedLock reentrantLock(String name) {
    return new ReentrantFencedLock(lock(name));
  }

  /** A lock with many holders that read, or one that writes. */
  public FencedReadWriteLock readWriteLock(String name) {
    return new FencedReadWriteLock(open(), key("read-write-lock", name));
  }

  /** A semaphore of so many permits. */
  public LeasedSemaphore semaphore(String name, int permits) {
    return new LeasedSemaphore(open(), key("semaphore", name), permits);
  }

  /**
   * Stands for election from now on.
   *
   * @param name what is to be led
   * @param candidate what this candidate is called; other processes see it
   * @param listener is told when the candidate begins and ceases to lead
   */
  public LeaderElection election(String name, String candidate, LeadershipListener listener) {
    return new LeaderElection(
        open(),
        key("election", name),
        Names.require("candidate", candidate),
        requireNonNull(listener, "listener"));
  }

  /** A latch that opens once so many parties have counted it down. */
  public CountDown countDown(String name, int parties) {
    return new CountDown(open(), key("latch", name), parties);
  }

  /**
   * A limit of so many permits in this time.
   *
   * @param per the time in which an empty bucket fills
   */
  public RateLimiter rateLimiter(String name, long permits, Duration per) {
    return new RateLimiter(open(), key("rate", name), permits, requireNonNull(per, "per"));
  }

  /**
   * A queue of texts.
   *
   * @throws UnsupportedOperationException with {@link Replication#QUORUM}, which lists no keys
   */
  public SharedQueue queue(String name) {
    Names.require("name", name);
    boolean isQuorum =
        viewOf(open().store()).map(view -> view.replication() == Replication.QUORUM).orElse(false);
    if (isQuorum) {
      throw new UnsupportedOperationException(
          "a queue cannot work on a store by QUORUM, which keeps each key by itself and lists none:"
              + " use another replication, or a table with one");
    }
    return new SharedQueue(context, name);
  }

  /**
   * A generator of numbers.
   *
   * @param block how many it takes at a time
   */
  public IdGenerator ids(String name, int block) {
    return new IdGenerator(open(), key("ids", name), block);
  }

  private Context open() {
    context.requireOpen();
    return context;
  }

  private static String key(String kind, String name) {
    return kind + "/" + Names.require("name", name);
  }

  /**
   * Gives back what is held, ends elections and what waits, and its thread. It waits for the store
   * for two seconds at the most; what cannot be given back ends with its lease. A second call does
   * nothing.
   */
  @Override
  public void close() {
    if (context.isClosed()) {
      return;
    }
    List<Contender> left = context.close();
    CompletableFuture<?> all =
        CompletableFuture.allOf(
            left.stream().map(Contender::close).toArray(CompletableFuture<?>[]::new));
    context.awaitLeft(all);
    context.clockwork().close();
    left.forEach(Contender::abandon);
  }
}
