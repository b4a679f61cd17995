package io.kvstore.peers;

import io.kvstore.examples.bench.compare.Client;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client of a system that has futures only: its blocking calls wait for them. */
abstract class FutureClient implements Client {
  @Override
  public final void put(int key, int value) {
    beginPut(key, value).join();
  }

  @Override
  public final @Nullable Object get(int key) {
    return beginGet(key).join();
  }

  static CompletableFuture<byte @Nullable []> failed(Exception thrown) {
    return CompletableFuture.failedFuture(thrown);
  }
}
