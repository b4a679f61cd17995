package io.kvstore.server.client;

import java.time.Duration;

/** Does again what failed for now, for a while: reads, and writes that may be done twice. */
final class Retries {
  private static final long PAUSE_MILLIS = 250;

  private final Duration patience;

  Retries(Duration patience) {
    this.patience = patience;
  }

  /** What is asked of a server. */
  interface Question<T> {
    T ask() throws Trouble;
  }

  <T> T of(Question<T> question) throws Trouble {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return question.ask();
      } catch (Trouble trouble) {
        if (!trouble.isForNow() || System.nanoTime() >= deadline) {
          throw trouble;
        }
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException interrupted) {
        throw new Trouble(Trouble.INTERRUPTED, "interrupted", interrupted);
      }
    }
  }
}
