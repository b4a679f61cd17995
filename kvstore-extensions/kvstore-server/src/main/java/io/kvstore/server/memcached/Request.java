package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a client asks for, understood and not performed yet. */
abstract class Request {
  private static final CompletableFuture<Reply> NO_REPLY =
      CompletableFuture.completedFuture(Reply.NOTHING);

  /**
   * The key that it is about. A request waits for earlier ones on its key, so that a client sees
   * its own writes in the order in which it sent them.
   */
  @Nullable Bytes key() {
    return null;
  }

  /** Whether it waits for all earlier requests of its connection, and all later ones for it. */
  boolean isAlone() {
    return false;
  }

  /** Whether the connection ends with it. */
  boolean isLast() {
    return false;
  }

  /** Performs it; the future may end with what the store threw. */
  abstract CompletableFuture<Reply> perform(Service service);

  /** What is said when the store threw something. */
  Reply onFailure(Throwable thrown) {
    return Failure.reply(thrown);
  }

  static CompletableFuture<Reply> done(Reply reply) {
    return reply == Reply.NOTHING ? NO_REPLY : CompletableFuture.completedFuture(reply);
  }

  /** A request whose answer is known without asking the store. */
  static Request answered(Reply reply) {
    return new Answered(reply, false);
  }

  /** The end of the connection, after all earlier requests. */
  static Request hangUp() {
    return new Answered(Reply.NOTHING, true);
  }

  private static final class Answered extends Request {
    private final CompletableFuture<Reply> reply;
    private final boolean isLast;

    Answered(Reply reply, boolean isLast) {
      this.reply = done(reply);
      this.isLast = isLast;
    }

    @Override
    boolean isLast() {
      return isLast;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      return reply;
    }
  }
}
