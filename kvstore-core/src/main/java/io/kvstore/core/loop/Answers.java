package io.kvstore.core.loop;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
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
  private final Queue<Errand> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isSomebodyCalled = new AtomicBoolean();
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

  /** Has an errand, and those that have finished with it, delivered one by one. */
  void deliver(@Nullable Errand finished) {
    if (finished == null) {
      return;
    }
    Errand each = finished;
    while (each != null) {
      Errand next = each.nextFinished; // before somebody delivers it
      waiting.add(each);
      each = next;
    }
    callSomebody();
    if (closed) {
      deliverWaiting(); // even what was not refused: a pool that is told to end may lose it
    }
  }

  /** Sees to it that a thread comes, unless one is on its way. */
  private void callSomebody() {
    if (isSomebodyCalled.get() || !isSomebodyCalled.compareAndSet(false, true)) {
      return;
    }
    try {
      executor.execute(this::deliverWaiting);
    } catch (RejectedExecutionException atItsEnd) {
      // It is closed: then whoever delivers sees to what waits, and so does whoever closes.
    }
  }

  private void deliverWaiting() {
    isSomebodyCalled.set(false);
    for (Errand next = waiting.poll(); next != null; next = waiting.poll()) {
      if (!waiting.isEmpty()) {
        callSomebody(); // who goes on if this one comes to wait for what is behind it
      }
      deliverOne(next);
    }
  }

  /** Delivers an errand and those that have finished with it, at once. */
  static void deliverEach(@Nullable Errand first) {
    for (Errand errand = first; errand != null; errand = errand.nextFinished) {
      deliverOne(errand);
    }
  }

  private static void deliverOne(Errand errand) {
    try {
      errand.deliver();
    } catch (RuntimeException | Error thrownByUser) {
      log.warn("what depends on an answer has failed", thrownByUser);
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
