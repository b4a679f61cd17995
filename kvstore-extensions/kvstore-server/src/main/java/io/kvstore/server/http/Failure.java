package io.kvstore.server.http;

import io.kvstore.FullException;
import io.kvstore.KVStoreException;
import io.kvstore.NotANumberException;
import io.kvstore.UndecodableException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client is told of an operation that did not end in an answer. */
final class Failure {
  private static final Logger log = LoggerFactory.getLogger(Failure.class);

  private Failure() {}

  /** What happened, without what wraps it. */
  static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /**
   * 503 when nothing was done and it is worth trying again; 409 when what is there is no number to
   * add to; 501 when an engine cannot do it; 507 when the store is full; 500 when something may
   * have been done.
   */
  static Answer answer(Throwable thrown) {
    Throwable cause = cause(thrown);
    String why = String.valueOf(cause.getMessage());
    if (cause instanceof Refusal refusal) {
      return refusal.answer();
    }
    if (cause instanceof FullException) {
      return Answer.error(507, why);
    }
    if (cause instanceof NotANumberException) {
      return Answer.error(409, why);
    }
    if (cause instanceof KVStoreException outcome) {
      return outcome.mayHaveBeenApplied() || cause instanceof UndecodableException
          ? Answer.error(500, why)
          : unavailable(why);
    }
    if (cause instanceof IllegalArgumentException) { // a limit of the store
      return Answer.error(400, why);
    }
    if (cause instanceof UnsupportedOperationException) { // it has no meaning for this engine
      return Answer.error(501, why);
    }
    if (cause instanceof IllegalStateException) { // a closed store
      return unavailable(why);
    }
    log.error("a request has failed because of an error of ours", cause);
    return Answer.error(500, "internal error");
  }

  static Answer unavailable(String why) {
    return Answer.error(503, why).with("Retry-After", "1");
  }

  /** What is said of bytes that are no request. */
  static Answer malformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Answer.error(414, "the first line of the request is too long");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Answer.error(431, "the headers of the request are too long");
    }
    return Answer.error(400, "this is not an HTTP request");
  }
}
