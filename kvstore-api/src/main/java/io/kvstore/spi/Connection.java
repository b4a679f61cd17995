package io.kvstore.spi;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.WatchPosition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One session of an untyped client. Safe for use by many threads, whose operations then have no
 * order among them.
 */
public interface Connection {
  /**
   * Performs an operation and waits for its answer.
   *
   * @param operation the operation
   * @param level the level of a query, at most the store's; commands pass the store's
   * @param timeoutNanos how long to wait
   * @throws io.kvstore.KVStoreException when there is no answer
   */
  Answer call(Operation operation, Consistency level, long timeoutNanos);

  /**
   * Performs an operation; the future ends with its answer or with a {@link
   * io.kvstore.KVStoreException}.
   */
  CompletableFuture<Answer> submit(Operation operation, Consistency level, long timeoutNanos);

  /**
   * Watches the keys of a range, on this session's replica if it has one.
   *
   * @param after from where to go on; empty begins now
   * @param listener who is told; empty when the caller asks with {@link Feed#next}
   * @param timeoutNanos how long to wait until the watch has begun
   * @throws io.kvstore.HistoryGoneException when what comes after is not known any more
   * @throws UnsupportedOperationException when the engine cannot watch
   */
  default Feed watch(
      Range keys,
      Optional<WatchPosition> after,
      Optional<Feed.Listener> listener,
      long timeoutNanos) {
    throw new UnsupportedOperationException("this engine cannot watch");
  }

  /** What this session has seen. */
  Position position();

  /** This same session, talking to another replica. */
  Connection at(NodeId node);
}
