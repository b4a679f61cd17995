package io.kvstore.core.loop;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a listener has still to be told: it is told one after the other, in their order, by a thread
 * that owns no loop.
 *
 * <p>Putting something in costs the same however slow the listener is, and a full mailbox takes
 * nothing more: the listener learns how much it has missed.
 *
 * @param <E> what it is told
 */
public final class Mailbox<E> {
  private static final Logger logger = LoggerFactory.getLogger(Mailbox.class);

  private final Driver driver;
  private final Consumer<? super E> listener;
  private final LongFunction<E> missed;
  private final int limit;
  private final Queue<E> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicBoolean isBeingTold = new AtomicBoolean();
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean closed;

  /**
   * An empty mailbox.
   *
   * @param missed makes what says that so many were lost
   * @param limit how many may wait
   */
  public Mailbox(Driver driver, Consumer<? super E> listener, LongFunction<E> missed, int limit) {
    this.driver = driver;
    this.listener = listener;
    this.missed = missed;
    this.limit = limit;
  }

  /** Puts something in. */
  public void put(E news) {
    if (closed) {
      return;
    }
    if (size.get() >= limit) {
      lost.getAndIncrement();
      return;
    }
    size.getAndIncrement();
    waiting.add(news);
    startTelling();
  }

  private void startTelling() {
    if (isBeingTold.compareAndSet(false, true)) {
      boolean isStarted = false;
      try {
        driver.tell(this::deliver);
        isStarted = true;
      } finally {
        if (!isStarted) {
          isBeingTold.set(false); // the next sender tries again
        }
      }
    }
  }

  private void deliver() {
    try {
      for (E news = waiting.poll(); news != null; news = waiting.poll()) {
        size.getAndDecrement();
        tell(news);
        long gone = lost.getAndSet(0);
        if (gone > 0) {
          tell(missed.apply(gone));
        }
      }
    } finally {
      isBeingTold.set(false);
    }
    if (!waiting.isEmpty()) {
      startTelling();
    }
  }

  private void tell(E news) {
    if (closed) {
      return;
    }
    try {
      listener.accept(news);
    } catch (Throwable thrownByUser) {
      logger.warn("a listener has failed, and will be told what comes next", thrownByUser);
    }
  }

  /** Tells the listener nothing more. */
  public void close() {
    closed = true;
  }
}
