package io.kvstore.server.net;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;

/** Daemon threads of one name, whose end can be waited for. */
public final class OwnThreads implements ThreadFactory {
  private static final long JOIN_MILLIS = 1_000;

  private final ThreadFactory named;
  private final Queue<Thread> started = new ConcurrentLinkedQueue<>();

  /** Threads whose names begin with this. */
  public OwnThreads(String name) {
    named = new DefaultThreadFactory(name, /* daemon= */ true);
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = named.newThread(task);
    started.add(thread);
    return thread;
  }

  /** Waits until they have ended, which they do a moment after their pool says so. */
  public void join() {
    started.forEach(OwnThreads::join);
  }

  private static void join(Thread thread) {
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
