package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;

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

  /** A thread that has been told to end may take a moment. */
  static void assertNoneLeft() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (!running().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(running()).isEmpty();
  }
}
