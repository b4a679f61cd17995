package io.kvstore.examples.bench.compare;

import com.sun.management.OperatingSystemMXBean;
import io.kvstore.examples.bench.Workload;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** The threads that put a contender under load, for a while. */
final class Callers {
  private static final int PICKS = 1 << 18;
  private static final int BATCH = 1 << 10; // operations of one method call, so that it is compiled
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(2);

  private static final OperatingSystemMXBean PROCESSOR =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Trial trial;
  private final List<Caller> callers = new ArrayList<>();
  private volatile boolean isOver;

  Callers(Trial trial, Contender contender) {
    this.trial = trial;
    for (int i = 0; i < trial.callers(); i++) {
      callers.add(new Caller(i, contender.client(i)));
    }
  }

  /** What the callers have done in a while. */
  static final class Done {
    final Histogram writes = new Histogram(LONGEST_NANOS, 3);
    final Histogram reads = new Histogram(LONGEST_NANOS, 3);
    long operations;
    double seconds;
    long allocatedBytes;
    long cpuNanos;

    void add(Done other) {
      writes.add(other.writes);
      reads.add(other.reads);
      operations += other.operations;
      allocatedBytes += other.allocatedBytes;
      seconds += other.seconds;
      cpuNanos += other.cpuNanos;
    }
  }

  /** Lets all callers work, with a clock for each operation or without. */
  Done work(int millis, boolean isTimed) throws InterruptedException {
    isOver = false;
    CountDownLatch start = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Done> parts = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Caller caller : callers) {
      Done part = new Done();
      parts.add(part);
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                  long before = Allocation.ofThisThread();
                  caller.work(part, isTimed);
                  part.allocatedBytes = Allocation.ofThisThread() - before;
                } catch (Throwable thrown) {
                  failure.compareAndSet(null, thrown);
                }
              },
              "caller");
      thread.start();
      threads.add(thread);
    }
    Set<Long> ids = threads.stream().map(Thread::getId).collect(Collectors.toSet());
    long before = Allocation.ofOtherThreads(ids);
    long cpuBefore = PROCESSOR.getProcessCpuTime();
    long began = System.nanoTime();
    start.countDown();
    Thread.sleep(millis);
    isOver = true;
    Done all = new Done();
    all.allocatedBytes = Allocation.ofOtherThreads(ids) - before;
    for (Thread thread : threads) {
      thread.join();
    }
    all.cpuNanos = PROCESSOR.getProcessCpuTime() - cpuBefore;
    all.seconds = (System.nanoTime() - began) / 1e9;
    if (failure.get() != null) {
      throw new IllegalStateException("a caller failed", failure.get());
    }
    parts.forEach(all::add);
    return all;
  }

  private final class Caller {
    private final Client client;
    private final int[] picks; // a key to read, or the complement of one to write
    private final CompletableFuture<?>[] underWay;
    private final long[] began;
    private final long[] ended;
    private int next;

    Caller(int number, Client client) {
      this.client = client;
      SplittableRandom random = new SplittableRandom(trial.seed() * 1_000 + number);
      picks = Workload.picks(trial.keys(), PICKS, trial.entries(), random.nextLong());
      for (int i = 0; i < PICKS; i++) {
        if (random.nextInt(100) < trial.mix().percentOfWrites()) {
          picks[i] = ~picks[i];
        }
      }
      underWay = new CompletableFuture<?>[trial.inFlight()];
      began = new long[trial.inFlight()];
      ended = new long[trial.inFlight()];
    }

    private int nextPick() {
      return picks[next++ & (PICKS - 1)];
    }

    private int nextValue() {
      return next & (Entries.VALUES - 1);
    }

    void work(Done done, boolean isTimed) {
      while (!isOver) {
        done.operations +=
            trial.inFlight() > 1
                ? pipelinedBatch(done, isTimed)
                : isTimed ? timedBatch(done) : batch();
      }
      for (int slot = 0; slot < underWay.length; slot++) {
        if (underWay[slot] != null) {
          underWay[slot].join();
          underWay[slot] = null;
        }
      }
    }

    private int batch() {
      int operations = 0;
      while (operations < BATCH && !isOver) {
        perform(nextPick());
        operations++;
      }
      return operations;
    }

    private int timedBatch(Done done) {
      int operations = 0;
      while (operations < BATCH && !isOver) {
        int pick = nextPick();
        long start = System.nanoTime();
        perform(pick);
        long nanos = System.nanoTime() - start;
        (pick < 0 ? done.writes : done.reads).recordValue(Math.min(LONGEST_NANOS, nanos));
        operations++;
      }
      return operations;
    }

    private void perform(int pick) {
      if (pick < 0) {
        client.put(~pick, nextValue());
      } else if (client.get(pick) == null) {
        throw new IllegalStateException("nothing under key " + pick);
      }
    }

    /** Each operation waits for the one that was begun so many operations ago. */
    private int pipelinedBatch(Done done, boolean isTimed) {
      int operations = 0;
      while (operations < BATCH && !isOver) {
        int slot = next % underWay.length;
        CompletableFuture<?> oldest = underWay[slot];
        if (oldest != null) {
          oldest.join();
          if (isTimed) {
            Histogram nanos = trial.mix() == Mix.READS ? done.reads : done.writes;
            nanos.recordValue(Math.min(LONGEST_NANOS, ended[slot] - began[slot]));
          }
        }
        int pick = nextPick();
        if (isTimed) {
          began[slot] = System.nanoTime();
          underWay[slot] = begin(pick).whenComplete((x, y) -> ended[slot] = System.nanoTime());
        } else {
          underWay[slot] = begin(pick);
        }
        operations++;
      }
      return operations;
    }

    private CompletableFuture<?> begin(int pick) {
      return pick < 0 ? client.beginPut(~pick, nextValue()) : client.beginGet(pick);
    }
  }
}
