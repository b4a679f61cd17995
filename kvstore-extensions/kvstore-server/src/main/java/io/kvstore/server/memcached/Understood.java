package io.kvstore.server.memcached;

import org.jspecify.annotations.Nullable;

/**
 * What a line asks for.
 *
 * @param request what to perform; a {@link Storage} still wants its value
 * @param retrieval the keys to hand out instead of the request; null when it is no retrieval
 * @param toSwallow how many bytes behind the line belong to it and are passed over
 */
record Understood(Request request, @Nullable Retrieval retrieval, long toSwallow) {
  private static final Request NO_REQUEST = Request.answered(Reply.NOTHING);

  static Understood as(Request request) {
    return new Understood(request, null, 0);
  }

  static Understood as(Retrieval retrieval) {
    return new Understood(NO_REQUEST, retrieval, 0);
  }

  static Understood answered(Reply reply) {
    return as(Request.answered(reply));
  }

  static Understood swallowing(Request request, long bytes) {
    return new Understood(request, null, bytes);
  }
}
