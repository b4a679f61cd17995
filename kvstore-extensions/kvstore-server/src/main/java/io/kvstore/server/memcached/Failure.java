package io.kvstore.server.memcached;

import io.kvstore.FullException;
import io.kvstore.KVStoreException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client is told of an operation that did not end in an answer. */
final class Failure {
  private static final Logger log = LoggerFactory.getLogger(Failure.class);
  private static final int LONGEST = 300;

  private Failure() {}

  /** The exception that a future ended with, out of its wrapping. */
  static Throwable cause(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  /** {@code SERVER_ERROR} and the reason, on one line. */
  static Reply reply(Throwable thrown) {
    Throwable cause = cause(thrown);
    boolean isExpected =
        cause instanceof KVStoreException
            || cause instanceof IllegalArgumentException
            || cause instanceof IllegalStateException;
    if (!isExpected) {
      log.error("a request has failed in a way that none should", cause);
    }
    if (cause instanceof FullException) {
      return Reply.line("SERVER_ERROR out of memory storing object");
    }
    String reason = cause.getMessage();
    return Reply.line("SERVER_ERROR " + printable(reason == null ? cause.toString() : reason));
  }

  private static String printable(String reason) {
    StringBuilder text = new StringBuilder(Math.min(reason.length(), LONGEST));
    for (int i = 0; i < reason.length() && text.length() < LONGEST; i++) {
      char character = reason.charAt(i);
      text.append(character >= ' ' && character <= '~' ? character : '?');
    }
    return text.toString();
  }
}
