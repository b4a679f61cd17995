package io.kvstore.core.loop;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that delivers ended errands whose submitters are long gone. It exists only while there
 * are some.
 *
 * <p>What depends on a future is the user's code and may take its time, or call the store and wait:
 * that must neither own a loop nor hold up the thread that serves timers. While it waits for
 * another future, which may be one that is still to be delivered here, a second thread goes on.
 */
final class Answers {
  private static final Logger log = LoggerFactory.getLogger(Answers.class);
  private static final int THREADS_LIMIT = 256;
  private static final long IDLE_MILLIS = 500;

  private final ForkJoinPool executor;
  private final Summons summons;
  private final Queue<Errand> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  Answers(String storeName) {
    String name = storeName + "-answers";
    executor =
        new ForkJoinPool(
            1,
            pool -> new AnswersThread(pool, name),
            null,
            /* asyncMode= */ true,
            /* corePoolSize= */ 0,
            THREADS_LIMIT,
            /* minimumRunnable= */ 1,
            waitWithoutAnother -> true,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS);
    summons = new Summons(executor, this::deliverWaiting);
  }

  private static final class AnswersThread extends ForkJoinWorkerThread {
    AnswersThread(ForkJoinPool pool, String name) {
      super(pool);
      setName(name);
    }

    @Override
    protected void onStart() {
      Threads.belongsToStore();
    }
  }

  /**
   * Takes over the errands that have finished on a loop, from its owner; tells whether any have.
   */
  boolean takeFrom(EventLoop loop) {
    boolean took = false;
    for (Errand each = loop.finished(); each != null; each = loop.finished()) {
      waiting.add(each);
      loop.tookFinished(); // after that: to be delivered twice hurts no errand
      took = true;
    }
    return took;
  }

  /** Sees to it that what was taken over is delivered, by a thread that owns no loop. */
  void deliver() {
    summons.call();
    if (closed) {
      deliverWaiting(); // even what was not refused: a pool that is told to end may lose it
    }
  }

  /** Whether errands wait for a thread that could not be started. */
  boolean areStuck() {
    return summons.hasFailed();
  }

  private void deliverWaiting() {
    summons.answered();
    for (Errand next = waiting.poll(); next != null; next = waiting.poll()) {
      if (!waiting.isEmpty()) {
        summons.call(); // who goes on if this one comes to wait for what is behind it
      }
      if (!isDelivered(next)) {
        waiting.add(next);
        summons.fail(); // whoever comes by later calls again
        return;
      }
    }
  }

  private static boolean isDelivered(Errand errand) {
    try {
      deliverOne(errand);
      return true;
    } catch (VirtualMachineError trouble) {
      return false;
    }
  }

  /**
   * Delivers an errand at once.
   *
   * @throws VirtualMachineError when there was no stack or memory for it: then it is to be tried
   *     again
   */
  static void deliverOne(Errand errand) {
    try {
      errand.deliver();
    } catch (VirtualMachineError trouble) {
      throw trouble;
    } catch (Throwable thrownByUser) {
      warn(thrownByUser);
    }
  }

  private static void warn(Throwable thrownByUser) {
    try {
      log.warn("what depends on an answer has failed", thrownByUser);
    } catch (Throwable again) {
      // Others wait for the thread: it goes on.
    }
  }

  /** Delivers what is waiting, and ends. */
  void close() {
    closed = true;
    executor.shutdown();
    Threads.awaitTermination(executor);
    deliverWaiting();
  }
}
