package io.kvstore.core.watch;

import io.kvstore.core.watch.ChangeLog.Watcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who have read all of a log, and wait for more: each is woken once. */
final class Watchers {
  private static final Logger logger = LoggerFactory.getLogger(Watchers.class);

  private final List<Watcher> waiting = new ArrayList<>();
  private final Queue<Watcher> woken = new ArrayDeque<>(); // those being told

  /** Wakes a watch as soon as there is something new. */
  void add(Watcher watcher) {
    waiting.add(watcher);
  }

  /** Wakes a watch no more. */
  void remove(Watcher watcher) {
    waiting.remove(watcher);
  }

  /** There is something new. */
  void wakeAll() {
    if (!waiting.isEmpty()) {
      tellAll(Watcher::onNews);
    }
  }

  /** There will be nothing new. */
  void endAll() {
    tellAll(Watcher::onEnd);
  }

  /** Those that something has kept from being told are told the next time. */
  private void tellAll(Consumer<Watcher> news) {
    woken.addAll(waiting);
    waiting.clear();
    for (Watcher watcher = woken.peek(); watcher != null; watcher = woken.peek()) {
      Watcher told = watcher;
      guarded(() -> news.accept(told));
      woken.remove(told);
    }
  }

  /** A replica does not fail because a watch of it does. */
  private static void guarded(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException | Error thrown) {
      logger.error("a watch of a replica has failed", thrown);
    }
  }
}
