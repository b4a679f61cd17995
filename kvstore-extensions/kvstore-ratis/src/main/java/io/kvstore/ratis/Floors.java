package io.kvstore.ratis;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Reads that wait until their member has performed what their session has seen. */
final class Floors {
  private final TreeMap<Long, List<CompletableFuture<Void>>> waiting = new TreeMap<>();
  private boolean isClosed;

  /** Ends once a position is reached. */
  CompletableFuture<Void> whenReached(long floor, LongSupplier position) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    synchronized (waiting) {
      if (isClosed) {
        reached.completeExceptionally(new IllegalStateException("the member is closed"));
      } else if (position.getAsLong() >= floor) {
        reached.complete(null);
      } else {
        waiting.computeIfAbsent(floor, any -> new ArrayList<>(1)).add(reached);
      }
    }
    // A caller that gave up leaves nothing behind.
    Ends.then(reached, (done, thrown) -> forget(floor, reached));
    return reached;
  }

  private void forget(long floor, CompletableFuture<Void> reached) {
    synchronized (waiting) {
      List<CompletableFuture<Void>> same = waiting.get(floor);
      if (same != null && same.removeIf(each -> each == reached) && same.isEmpty()) {
        waiting.remove(floor);
      }
    }
  }

  /** Everything up to this position has been performed. */
  void reached(long position) {
    List<CompletableFuture<Void>> ready = new ArrayList<>();
    synchronized (waiting) {
      while (!waiting.isEmpty() && waiting.firstKey() <= position) {
        ready.addAll(waiting.pollFirstEntry().getValue());
      }
    }
    ready.forEach(each -> each.complete(null));
  }

  /** Nothing more will be performed. */
  void close() {
    List<CompletableFuture<Void>> left = new ArrayList<>();
    synchronized (waiting) {
      isClosed = true;
      waiting.values().forEach(left::addAll);
      waiting.clear();
    }
    left.forEach(
        each -> each.completeExceptionally(new IllegalStateException("the member is closed")));
  }
}
