package io.kvstore.server.transfer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The calls of a transfer, several of which are under way. */
final class Calls {
  private Calls() {}

  /** The outcome of a call, or its own exception. */
  static <T> T join(CompletableFuture<T> call) {
    try {
      return call.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException own ? own : failed;
    }
  }
}
