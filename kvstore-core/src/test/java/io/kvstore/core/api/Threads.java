package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The threads of stores. */
final class Threads {
  private Threads() {}

  static List<String> running() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kvstore-"))
        .sorted()
        .toList();
  }

  /** Waits until something that other threads do has come true. */
  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it came true in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /** A thread that has been told to end may take a moment. */
  static void assertNoneLeft() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (!running().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(running()).isEmpty();
  }
}
