package io.kvstore.testkit.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** Does something for each of many numbers, on several threads. */
final class Crew {
  private final int threads;

  Crew(int threads) {
    this.threads = threads;
  }

  /** Until all is done, or one has thrown something: that is thrown here. */
  void forEach(int number, IntConsumer work) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int its = next.getAndIncrement();
                    its < number && thrown.get() == null;
                    its = next.getAndIncrement()) {
                  work.accept(its);
                }
              },
              "exploration-" + i);
      thread.setDaemon(true);
      thread.setUncaughtExceptionHandler((its, failure) -> thrown.compareAndSet(null, failure));
      thread.start();
      all.add(thread);
    }
    try {
      for (Thread each : all) {
        each.join();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while exploring", interrupted);
    }
    Throwable failure = thrown.get();
    if (failure != null) {
      throw new IllegalStateException("a run has failed: " + failure.getMessage(), failure);
    }
  }
}
