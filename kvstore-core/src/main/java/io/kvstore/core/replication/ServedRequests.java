package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.replication.Forwarding.ForwardedReply;
import io.kvstore.core.replication.Forwarding.ForwardedRequest;
import io.kvstore.core.replication.Forwarding.Heard;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests that other members have passed on to this one: each is served once, however often it
 * is repeated.
 */
final class ServedRequests {
  /** A request that is not repeated for so long is wanted no more. */
  private static final long ABANDONED_AFTER_NANOS = 50 * Retry.INTERVAL_NANOS;

  private final Env env;
  private final RememberedAnswers answers;
  private final Map<Integer, RemoteReply> serving = new TreeMap<>(); // by client, under way
  private final Map<Integer, ForwardedReply> refused = new TreeMap<>(); // by client, the last

  ServedRequests(Env env, RememberedAnswers answers) {
    this.env = env;
    this.answers = answers;
  }

  /** How many have begun and are not answered. */
  int begun() {
    return (int) serving.values().stream().filter(each -> each.hasBegun).count();
  }

  /** Serves no more: members ask the one that does from now on. */
  void stop() {
    serving.clear();
  }

  /** Forgets what was being served in the view before; a member that still wants it asks again. */
  void restart() {
    serving.clear();
    refused.clear();
  }

  /**
   * Takes a request that another member has passed on, unless it is being served already. What was
   * refused once stays refused, however often it is repeated: its client may have been told so.
   */
  void onForwardedRequest(NodeId from, ForwardedRequest asked, BiConsumer<Request, Reply> serve) {
    if (answers.mayHaveForgotten(asked.client(), asked.sequence(), asked.since())) {
      env.reached(Moment.ASKED_OF_THE_FORGETFUL);
      hear(from, asked);
      return;
    }
    ForwardedReply refusal = refused.get(asked.client());
    if (refusal != null && refusal.sequence() >= asked.sequence()) {
      if (refusal.sequence() == asked.sequence()) {
        env.reached(Moment.ASKED_AFTER_REFUSAL);
        env.send(from, refusal);
      }
      return;
    }
    RemoteReply underWay = serving.get(asked.client());
    if (underWay == null || underWay.asked.sequence() < asked.sequence()) {
      serve(from, asked, serve);
    } else if (underWay.asked.sequence() == asked.sequence()) {
      env.reached(Moment.ASKED_WHILE_SERVED);
      if (underWay.isAbandoned() && !underWay.hasBegun) {
        serve(from, asked, serve);
      } else {
        underWay.askedAt = env.elapsed();
        hear(from, asked);
      }
    }
  }

  private void hear(NodeId from, ForwardedRequest asked) {
    env.send(from, new Heard(env.view().epoch(), asked.client(), asked.sequence()));
  }

  private void serve(NodeId from, ForwardedRequest asked, BiConsumer<Request, Reply> serve) {
    RemoteReply reply = new RemoteReply(from, asked);
    serving.put(asked.client(), reply);
    serve.accept(asked, reply);
  }

  /** Sends the answer to where the request came from. */
  private final class RemoteReply implements Reply {
    private final NodeId to;
    private final ForwardedRequest asked;
    private long askedAt; // the last time
    private boolean hasBegun;

    RemoteReply(NodeId to, ForwardedRequest asked) {
      this.to = to;
      this.asked = asked;
      askedAt = env.elapsed();
    }

    private ForwardedReply tell(@Nullable Answer answer, long position, String refusal) {
      serving.remove(asked.client(), this);
      ForwardedReply told =
          new ForwardedReply(
              env.view().epoch(),
              asked.client(),
              asked.sequence(),
              asked.operation() instanceof Tick,
              answer,
              position,
              refusal);
      env.send(to, told);
      return told;
    }

    @Override
    public boolean begin() {
      RemoteReply present = serving.get(asked.client());
      hasBegun = present == null || present == this;
      return hasBegun;
    }

    @Override
    public void answer(Answer answer) {
      tell(answer, 0, "");
    }

    @Override
    public void answer(Answer answer, long position) {
      tell(answer, position, "");
    }

    @Override
    public void answer(Answer answer, VectorClock seen) {
      throw new AssertionError(
          "members that write independently pass nothing on that has a vector clock");
    }

    @Override
    public void refuse(String why) {
      if (asked.epoch() == env.view().epoch()) { // else it was asked for again since
        refused.put(asked.client(), tell(null, 0, why));
      }
    }

    @Override
    public void waitFor(String what) {}

    @Override
    public boolean isAbandoned() {
      boolean isUnderWay = serving.get(asked.client()) == this;
      return !isUnderWay || env.elapsed() - askedAt > ABANDONED_AFTER_NANOS;
    }
  }
}
