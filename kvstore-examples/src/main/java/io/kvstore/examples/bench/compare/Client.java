package io.kvstore.examples.bench.compare;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One caller's way to a contender. Keys and values go by their numbers in {@link Entries}. */
public interface Client {
  /** Writes, and returns when the system says that it is done. */
  void put(int key, int value);

  /** Reads; null when there is nothing. */
  @Nullable Object get(int key);

  /** Begins to write. */
  CompletableFuture<?> beginPut(int key, int value);

  /** Begins to read. */
  CompletableFuture<?> beginGet(int key);

  /** Whether this value is what a read finds. */
  boolean sees(int key, int value);
}
