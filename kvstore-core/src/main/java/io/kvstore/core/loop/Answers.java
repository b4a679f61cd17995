package io.kvstore.core.loop;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that delivers ended errands whose submitters are long gone. It exists only while there
 * are some.
 *
 * <p>What depends on a future is the user's code and may take its time, or call the store and wait:
 * that must neither own a loop nor hold up the thread that serves timers.
 */
final class Answers {
  private static final Logger log = LoggerFactory.getLogger(Answers.class);
  private static final long IDLE_MILLIS = 500;

  private final ThreadPoolExecutor executor;

  Answers(String storeName) {
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> Threads.daemon(storeName + "-answers", task),
            // Closed already, from within an answer: the loop that still has some is at its end.
            (task, closed) -> task.run());
    executor.allowCoreThreadTimeOut(true);
  }

  void deliver(List<Errand> finished) {
    if (!finished.isEmpty()) {
      executor.execute(() -> finished.forEach(Answers::deliverOne));
    }
  }

  static void deliverOne(Errand errand) {
    try {
      errand.deliver();
    } catch (RuntimeException | Error thrownByUser) {
      log.warn("what depends on an answer has failed", thrownByUser);
    }
  }

  /** Delivers what is waiting, and ends. */
  void close() {
    executor.shutdown();
    Threads.awaitTermination(executor);
  }
}
