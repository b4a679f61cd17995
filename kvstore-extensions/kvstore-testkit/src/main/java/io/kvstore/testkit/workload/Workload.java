package io.kvstore.testkit.workload;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.record.RecordedClient;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Several clients who work on one store at the same time, each on a thread of its own, while
 * perhaps something disturbs the store.
 *
 * <pre>{@code
 * History seen =
 *     new Workload().clients(5).operations(2_000).seed(42)
 *         .meanwhile(Duration.ofMillis(300), replica::pauseForAWhile)
 *         .run(client -> new JdbcTable(connect()));
 * assertThat(seen).isLinearizable();
 * }</pre>
 *
 * <p>Few keys make clients get in each other's way, and all values differ, so that each tells who
 * wrote it. A seed draws what is asked for; when it is asked, threads decide.
 */
public final class Workload {
  private static final Set<Kind> SUPPORTED =
      EnumSet.of(Kind.READ, Kind.WRITE, Kind.DELETE, Kind.CAS, Kind.APPEND);

  /** Opens the store for one client, by its name. */
  public interface Opener {
    /** The store as this client sees it. */
    Subject open(String client) throws Exception;
  }

  /** What disturbs the store. */
  public interface Fault {
    /** Does it once. */
    void strike() throws Exception;
  }

  private final List<Class<? extends Throwable>> refusals = new ArrayList<>();
  private int clients = 5;
  private int keys = 3;
  private int operations = 1_000;
  private long seed = 1;
  private Set<Kind> kinds = EnumSet.of(Kind.READ, Kind.WRITE, Kind.CAS);
  private Optional<Fault> fault = Optional.empty();
  private Duration between = Duration.ZERO;
  private Consumer<Integer> progress = done -> {};

  /** Five clients with a thousand reads, writes and compare-and-sets each, on three keys. */
  public Workload() {}

  /** So many clients at the same time. */
  public Workload clients(int count) {
    clients = positive("clients", count);
    return this;
  }

  /** On so many keys. */
  public Workload keys(int count) {
    keys = positive("keys", count);
    return this;
  }

  /** So many operations of each client. */
  public Workload operations(int count) {
    operations = positive("operations", count);
    return this;
  }

  private static int positive(String what, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("expected 1 or more " + what + ", found " + count);
    }
    return count;
  }

  /** Drawn from this seed. */
  public Workload seed(long number) {
    seed = number;
    return this;
  }

  /** Of these kinds, all but additions. */
  public Workload kinds(Kind first, Kind... others) {
    Set<Kind> asked = EnumSet.of(first, others);
    if (!SUPPORTED.containsAll(asked)) {
      throw new IllegalArgumentException("expected kinds of " + SUPPORTED + ", found " + asked);
    }
    kinds = asked;
    return this;
  }

  /** Takes operations that throw this as refused: they certainly had no effect. */
  public Workload refusedBy(Class<? extends Throwable> exception) {
    refusals.add(exception);
    return this;
  }

  /** Disturbs the store again and again, each time after this pause, until the clients are done. */
  public Workload meanwhile(Duration pause, Fault what) {
    between = pause;
    fault = Optional.of(what);
    return this;
  }

  /** Told after every hundredth operation of each client how many that client has done. */
  public Workload progress(Consumer<Integer> told) {
    progress = told;
    return this;
  }

  /** Works on a map. */
  public History run(ConcurrentMap<String, String> map) {
    return run(client -> Subject.of(map));
  }

  /**
   * Works on a store, and answers what the clients saw. An operation that throws is of unknown
   * outcome, unless {@link #refusedBy} says otherwise, and its client goes on.
   *
   * @throws IllegalStateException when a client cannot open the store, when what disturbs it
   *     throws, or when the thread is interrupted
   */
  public History run(Opener store) {
    Recorder recorder = new Recorder();
    refusals.forEach(recorder::refusedBy);
    Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    AtomicBoolean isOver = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      String name = "client-" + i;
      RandomGenerator random = new SplittableRandom(seed * 31 + i);
      threads.add(new Thread(() -> work(recorder.client(name), random, store, thrown), name));
    }
    Thread disturber = new Thread(() -> disturb(isOver, thrown), "faults");
    threads.forEach(Thread::start);
    fault.ifPresent(any -> disturber.start());
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException interrupted) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a workload ran", interrupted);
    } finally {
      isOver.set(true);
      disturber.interrupt();
    }
    join(disturber);
    if (!thrown.isEmpty()) {
      throw new IllegalStateException(
          "a workload with the seed " + seed + " has failed", thrown.peek());
    }
    return recorder.history();
  }

  private static void join(Thread disturber) {
    try {
      disturber.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is thrown by a fault that the end of the workload interrupts is no failure. */
  private void disturb(AtomicBoolean isOver, Queue<Throwable> thrown) {
    try {
      while (!isOver.get()) {
        Thread.sleep(between.toMillis());
        fault.orElseThrow().strike();
      }
    } catch (Exception | Error failed) {
      if (!isOver.get()) {
        thrown.add(failed);
      }
    }
  }

  private void work(
      RecordedClient client, RandomGenerator random, Opener store, Queue<Throwable> thrown) {
    try {
      Subject subject = store.open(client.name());
      try {
        work(client, random, subject);
      } finally {
        subject.close();
      }
    } catch (Exception | Error failed) {
      thrown.add(failed);
    }
  }

  private void work(RecordedClient client, RandomGenerator random, Subject subject) {
    List<Kind> asked = List.copyOf(kinds);
    for (int i = 0; i < operations && !Thread.currentThread().isInterrupted(); i++) {
      String key = "k" + random.nextInt(keys);
      Kind kind = asked.get(random.nextInt(asked.size()));
      operate(client, subject, kind, key, client.name() + "-" + i + ";", random);
      if (i % 100 == 99) {
        progress.accept(i + 1);
      }
    }
  }

  private static void operate(
      RecordedClient client,
      Subject subject,
      Kind kind,
      String key,
      String value,
      RandomGenerator random) {
    try {
      switch (kind) {
        case READ -> client.get(key, () -> Optional.ofNullable(subject.get(key)));
        case WRITE -> client.put(key, value, () -> subject.put(key, value));
        case DELETE -> client.remove(key, () -> subject.remove(key));
        case APPEND -> client.append(key, value, () -> subject.append(key, value));
        case CAS -> {
          Optional<String> seen =
              random.nextInt(4) == 0
                  ? Optional.empty()
                  : client.get(key, () -> Optional.ofNullable(subject.get(key)));
          client.compareAndSet(
              key,
              seen.orElse(null),
              value,
              () -> subject.compareAndSet(key, seen.orElse(null), value));
        }
        case ADD -> throw new IllegalArgumentException("not supported: " + kind);
      }
    } catch (UnsupportedOperationException mistaken) {
      throw mistaken;
    } catch (Exception unknown) {
      if (unknown instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
