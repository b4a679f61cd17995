package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection that were begun and are not answered, in their order.
 *
 * <p>Two that are about one key are never in it together, nor is anything beside one that has to be
 * alone. So what a client sends about a key is performed in the order in which it sent it, while
 * requests about different keys are on their way at once.
 */
final class Pending {
  private record Begun(Request request, CompletableFuture<Reply> reply) {}

  private final int limit;
  private final Queue<Begun> inOrder = new ArrayDeque<>();
  private final Set<Bytes> keys = new HashSet<>();
  private boolean isAlone;

  Pending(int limit) {
    this.limit = limit;
  }

  boolean isEmpty() {
    return inOrder.isEmpty();
  }

  /** How much memory the replies keep that are there and not written. */
  long heldBytes() {
    long bytes = 0;
    for (Begun each : inOrder) {
      if (each.reply().isDone() && !each.reply().isCompletedExceptionally()) {
        bytes += each.reply().join().heldBytes();
      }
    }
    return bytes;
  }

  /** Whether a request may begin now. */
  boolean admits(Request request) {
    if (inOrder.isEmpty()) {
      return true;
    }
    Bytes key = request.key();
    return !isAlone
        && !request.isAlone()
        && inOrder.size() < limit
        && (key == null || !keys.contains(key));
  }

  void add(Request request, CompletableFuture<Reply> reply) {
    inOrder.add(new Begun(request, reply));
    isAlone = request.isAlone();
    Bytes key = request.key();
    if (key != null) {
      keys.add(key);
    }
  }

  /** Takes the reply to the oldest request; null when it is not there yet. */
  @Nullable Reply poll() {
    Begun oldest = inOrder.peek();
    if (oldest == null || !oldest.reply().isDone()) {
      return null;
    }
    inOrder.remove();
    isAlone = false;
    Bytes key = oldest.request().key();
    if (key != null) {
      keys.remove(key);
    }
    return replyOf(oldest.request(), oldest.reply());
  }

  /** The reply in a future that has ended. */
  static Reply replyOf(Request request, CompletableFuture<Reply> ended) {
    return ended
        .handle((reply, thrown) -> thrown == null ? reply : request.onFailure(thrown))
        .join();
  }

  void clear() {
    inOrder.clear();
    keys.clear();
  }
}
