package io.kvstore.server;

import io.kvstore.server.net.OwnThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A few threads that may wait for the cluster, which those of the network may not. */
final class Administrators implements Executor, AutoCloseable {
  private static final int NUMBER = 4;

  private final OwnThreads own = new OwnThreads("kvstore-server-administration");
  private final ExecutorService threads = Executors.newFixedThreadPool(NUMBER, own);

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
