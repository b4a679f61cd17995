package io.kvstore.core.loop;

import static java.util.Objects.requireNonNull;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that delivers ended tasks whose submitters are long gone. It exists only while there are
 * some.
 *
 * <p>What depends on a future is the user's code and may take its time, or call the store and wait:
 * that must neither own a loop nor hold up the thread that serves timers. While it waits for
 * another future, which may be one that is still to be delivered here, a second thread goes on.
 */
final class Answers {
  private static final Logger log = LoggerFactory.getLogger(Answers.class);
  private static final String DELIVERED = "what depends on an answer and has not returned";

  private final String name;
  private final AtomicReference<AnswersPool> pool;
  private final Queue<AnswersPool> spent = new ConcurrentLinkedQueue<>();
  private final Summons summons;
  private final Queue<ClientTask> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  Answers(String storeName) {
    name = storeName + "-answers";
    pool = new AtomicReference<>(new AnswersPool(name));
    summons = new Summons(task -> pool().execute(task), this::deliverWaiting);
  }

  /** Takes over the tasks that have finished on a loop, from its owner; tells whether any have. */
  boolean takeFrom(EventLoop loop) {
    boolean took = false;
    for (ClientTask each = loop.finished().first(); each != null; each = loop.finished().first()) {
      waiting.add(each);
      loop.finished().removeFirst(); // after that: to be delivered twice hurts no task
      took = true;
    }
    return took;
  }

  private AnswersPool latestPool() {
    return requireNonNull(pool.get());
  }

  /** One that can start threads, as far as is known. */
  private AnswersPool pool() {
    AnswersPool present = latestPool();
    if (!present.isSpent() || closed) {
      return present;
    }
    AnswersPool next = new AnswersPool(name);
    if (!pool.compareAndSet(present, next)) {
      return latestPool();
    }
    spent.removeIf(AnswersPool::isTerminated);
    spent.add(present);
    present.endIfSpent();
    if (closed) {
      next.shutdown(); // close() may not have seen it
    }
    return next;
  }

  /** Sees to it that what was taken over is delivered, by a thread that owns no loop. */
  void deliver() {
    if (latestPool().isSpent()) {
      summons.answered(); // who was on its way may never come
    }
    summons.call();
    if (closed) {
      deliverWaiting(); // even what was not refused: a pool that is told to end may lose it
    }
  }

  /** Whether tasks wait for a thread that could not be started. */
  boolean areStuck() {
    return summons.hasFailed() || (latestPool().isSpent() && !closed);
  }

  private void deliverWaiting() {
    summons.answered();
    for (ClientTask next = waiting.poll(); next != null; next = waiting.poll()) {
      if (!waiting.isEmpty()) {
        summons.call(); // who goes on if this one comes to wait for what is behind it
      }
      if (!isDelivered(next)) {
        waiting.add(next);
        summons.fail(); // a later caller calls again
        return;
      }
    }
  }

  private static boolean isDelivered(ClientTask clientTask) {
    try {
      deliverOne(clientTask);
      return true;
    } catch (VirtualMachineError trouble) {
      return false;
    }
  }

  /**
   * Delivers a task at once.
   *
   * @throws VirtualMachineError when there was no stack or memory for it: then it is to be tried
   *     again
   */
  static void deliverOne(ClientTask clientTask) {
    try {
      clientTask.deliver();
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
    latestPool().shutdown();
    Threads.awaitTermination(latestPool(), DELIVERED);
    spent.forEach(pool -> Threads.awaitTermination(pool, DELIVERED));
    deliverWaiting();
  }
}
