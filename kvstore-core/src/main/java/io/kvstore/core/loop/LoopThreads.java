package io.kvstore.core.loop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The loops of a store that have threads of their own. None begins once they are closed: a store
 * that is being closed may be about to get another node.
 */
final class LoopThreads {
  private final String storeName;
  private final Answers answers;
  private final Listeners listeners;
  private final List<LoopThread> threads = new CopyOnWriteArrayList<>();
  private boolean isClosed;

  LoopThreads(String storeName, Answers answers, Listeners listeners) {
    this.storeName = storeName;
    this.answers = answers;
    this.listeners = listeners;
  }

  /** A loop with a thread, which runs. */
  synchronized EventLoop begin(String name) {
    Driver.requireOpen(!isClosed);
    LoopThread thread =
        new LoopThread(storeName + "-" + name, WallClock.INSTANCE, answers, listeners);
    threads.add(thread);
    thread.start();
    return thread.loop();
  }

  /** Ends the thread that owns a loop, if there is one. */
  void end(EventLoop loop) {
    threads.stream()
        .filter(each -> each.loop() == loop)
        .findFirst()
        .filter(threads::remove)
        .ifPresent(LoopThread::giveUp);
  }

  /** Ends all of them, and the loops for good; what they have sent each other late still runs. */
  void close(Consumer<EventLoop> last) {
    synchronized (this) {
      isClosed = true;
    }
    threads.forEach(thread -> thread.close(last));
    threads.forEach(LoopThread::takeLate);
  }
}
