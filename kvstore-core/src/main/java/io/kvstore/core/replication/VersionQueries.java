package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Timer;
import java.util.function.Supplier;

/**
 * Questions to the tail of a chain, of a member that is to read what the tail may have newer: how
 * far has it come? (Terrace and Freedman, USENIX ATC 2009)
 *
 * <pre>
 *   member                      tail
 *     │ ──── VersionQuery ─────▶ │
 *     │ ◀─────── Version ─────── │   that much, at least, was performed when it was asked
 * </pre>
 *
 * <p>Questions are counted, and an answer to one is an answer to all before it.
 */
public final class VersionQueries {
  /** How far has the tail come? Each member counts its questions. */
  public record VersionQuery(long epoch, long number) implements Message {}

  /** The tail, and so every member, held all up to here when it was asked. */
  public record Version(long epoch, long number, long heldByAll) implements Message {}

  private final Env env;
  private final Supplier<NodeId> tail;
  private final PendingRequests pendingRequests;
  private final Timer retry;
  private long asked;
  private long answered;

  /**
   * Of one member.
   *
   * @param tail of the present view
   * @param pendingRequests where requests wait for answers
   */
  public VersionQueries(Env env, Supplier<NodeId> tail, PendingRequests pendingRequests) {
    this.env = env;
    this.tail = tail;
    this.pendingRequests = pendingRequests;
    retry = env.timer(this::repeat);
  }

  /** Asks the tail; once it has answered, the request goes on. */
  public void ask(Reply reply, Runnable then) {
    long number = ++asked;
    pendingRequests.until(() -> answered >= number, reply, "a word of the tail", then);
    send();
    retry.startIfIdle(Retry.INTERVAL_NANOS);
  }

  private void send() {
    env.send(tail.get(), new VersionQuery(env.view().epoch(), asked));
  }

  private void repeat() {
    if (answered < asked) {
      send();
      retry.start(Retry.interval(env));
    }
  }

  /** At the tail: answers. */
  public void onQuery(NodeId from, VersionQuery query, long heldByAll) {
    env.send(from, new Version(env.view().epoch(), query.number(), heldByAll));
  }

  /** The tail has answered, and what it holds is performed here. */
  public void onVersion(Version version) {
    answered = Math.max(answered, version.number());
    pendingRequests.resumeReady();
  }

  /** A view begins with all that could be asked for in the one before: nothing is left to ask. */
  public void restart() {
    retry.stop();
    answered = asked;
  }
}
