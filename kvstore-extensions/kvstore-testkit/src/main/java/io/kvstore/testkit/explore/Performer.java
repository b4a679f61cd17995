package io.kvstore.testkit.explore;

import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.testkit.explore.Script.Step;
import io.kvstore.testkit.explore.Script.Verb;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One client of a run: it starts an operation when that is decided, one at a time. */
final class Performer {
  private final List<Step> steps;
  private Session<String, String> session;
  private NodeId node;
  private int next; // of its steps
  private int ended; // of its operations
  private boolean isWaiting;
  private String last = ""; // what the last operation that has ended has shown
  private long fingerprint;

  Performer(Script script, KVStore<String, String> store) {
    steps = script.steps();
    node = script.node();
    session = store.at(node);
    moveOn();
  }

  private void moveOn() {
    while (next < steps.size() && steps.get(next).verb() == Verb.AT) {
      node = steps.get(next).node();
      session = session.at(node);
      next++;
    }
  }

  /** The node that it asks. */
  NodeId node() {
    return node;
  }

  boolean isWaiting() {
    return isWaiting;
  }

  /** Whether it will start nothing any more. */
  boolean hasStartedAll() {
    return next == steps.size();
  }

  /** How many of its operations have ended. */
  int ended() {
    return ended;
  }

  /** What it asks for next. */
  Step next() {
    return steps.get(next);
  }

  /**
   * Starts the next operation.
   *
   * @param before what tells which operations of others have ended before
   */
  void start(long before) {
    Step step = steps.get(next);
    next++;
    isWaiting = true;
    fingerprint = Hashes.then(fingerprint, Hashes.then(before, next));
    try {
      CompletableFuture<?> unused =
          step.ask(session).whenComplete((answer, thrown) -> ended(answer, thrown));
    } catch (RuntimeException refused) {
      ended(null, refused);
    }
  }

  private void ended(@Nullable Object answer, @Nullable Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    isWaiting = false;
    ended++;
    last =
        cause == null
            ? String.valueOf(answer)
            : (cause instanceof IndeterminateException ? "unknown: " : "refused: ")
                + cause.getMessage();
    fingerprint = Hashes.then(fingerprint, Hashes.of(last + " " + session.position()));
    moveOn();
  }

  /** What its last operation has shown. */
  String last() {
    return last;
  }

  /** What it has done and seen. */
  long fingerprint() {
    return fingerprint;
  }
}
