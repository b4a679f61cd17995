package io.kvstore.server;

import io.kvstore.server.net.OwnThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A few threads that may do what takes long, which those of the network may not. */
final class Workers implements Executor, AutoCloseable {
  private final OwnThreads own;
  private final ExecutorService threads;

  private Workers(String name, int number) {
    own = new OwnThreads(name);
    threads = Executors.newFixedThreadPool(number, own);
  }

  /** Those that wait for the cluster. */
  static Workers ofOperators() {
    return new Workers("kvstore-server-administration", 4);
  }

  /** Those that read and write large JSON: fewer than processors, so that clients are served. */
  static Workers ofJson() {
    return new Workers(
        "kvstore-server-json", Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  @Override
  public void execute(Runnable task) {
    threads.execute(task);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    own.join();
  }
}
