package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Passes requests on to the member that can serve them, again and again until it answers.
 *
 * <pre>
 *   client ── request ──▶ member ── ForwardedRequest ──▶ the one that serves
 *   client ◀── answer ─── member ◀── ForwardedReply ──── the one that serves
 * </pre>
 *
 * <p>A repetition carries the same client and sequence, by which the one that serves knows it.
 */
public final class Forwarding {
  /**
   * A client's request, passed on.
   *
   * @param since the epoch in which it was passed on for the first time
   */
  public record ForwardedRequest(
      long epoch,
      long since,
      int client,
      long sequence,
      Operation operation,
      Consistency level,
      long position,
      VectorClock seen)
      implements Message, Request {
    @Override
    public long footprint() {
      return Footprint.of(operation);
    }
  }

  /** What came of it: an answer with its place, or a refusal. */
  public record ForwardedReply(
      long epoch, int client, long sequence, @Nullable Answer answer, long position, String refusal)
      implements Message {}

  /** Takes the answer to a request that was passed on. */
  @FunctionalInterface
  public interface OnAnswer {
    /** With the request, what the server said, and where the answer is owed. */
    void accept(Request request, ForwardedReply told, Reply reply);
  }

  /** A request that was passed on to another member. */
  private record Passed(Request request, Reply reply, long since) {}

  /** A request that is not repeated for so long is wanted no more. */
  private static final long ABANDONED_AFTER_NANOS = 50 * Retry.INTERVAL_NANOS;

  private final Env env;
  private final RememberedAnswers answers;
  private final Function<Request, NodeId> server;
  private final OnAnswer onAnswer;
  private final Timer retry;
  private final Map<Integer, Passed> passed = new TreeMap<>(); // by client
  // A member that serves a read, perhaps one of its own, may have to pass on a tick in its name.
  private final Map<Integer, Passed> ticks = new TreeMap<>(); // by client
  private final Map<Integer, RemoteReply> serving = new TreeMap<>(); // by client, under way
  private final Map<Integer, ForwardedReply> refused = new TreeMap<>(); // by client, the last

  /**
   * Passes requests on.
   *
   * @param answers what this member remembers when it serves
   * @param server who serves a request in the present view
   * @param onAnswer what to do with an answer
   */
  public Forwarding(
      Env env, RememberedAnswers answers, Function<Request, NodeId> server, OnAnswer onAnswer) {
    this.env = env;
    this.answers = answers;
    this.server = server;
    this.onAnswer = onAnswer;
    this.retry = env.timer(this::repeat);
  }

  /**
   * Passes requests on in a group with one order: a session's write is answered once it is
   * performed here, too.
   *
   * @param pendingRequests requests that wait for this member to perform more
   */
  public Forwarding(
      Env env,
      PerformedOrder performed,
      PendingRequests pendingRequests,
      Function<Request, NodeId> server) {
    this(
        env,
        performed.answers(),
        server,
        (request, told, reply) -> {
          boolean mustBeHere =
              request.operation() instanceof Command && request.level() != Consistency.EVENTUAL;
          pendingRequests.until(
              () -> !mustBeHere || performed.applied() >= told.position(),
              reply,
              "the write to arrive here",
              () -> reply.answer(requireNonNull(told.answer()), told.position()));
        });
  }

  /** Whether the client of a request had asked for it in a view before, at another member. */
  public boolean isAskedAgain(Request request) {
    return request instanceof ForwardedRequest asked && asked.since() < env.view().epoch();
  }

  /** Takes a message; tells whether it was one of these. */
  public boolean onMessage(NodeId from, Message message, BiConsumer<Request, Reply> serve) {
    if (message instanceof ForwardedRequest asked) {
      onForwardedRequest(from, asked, serve);
    } else if (message instanceof ForwardedReply told) {
      onForwardedReply(from, told);
    } else {
      return false;
    }
    return true;
  }

  /** How many requests wait for another member's answer, or are being served for one. */
  public int size() {
    forgetAbandoned();
    return passed.size()
        + ticks.size()
        + (int) serving.values().stream().filter(each -> each.hasBegun).count();
  }

  /** How many things are kept in a group with one order: see {@link Controlet#sizes}. */
  public Map<String, Integer> sizes(PerformedOrder performed, PendingRequests pendingRequests) {
    return new KeptSizes()
        .with(
            "operations that are not committed",
            (int) (performed.log().last() - performed.position()))
        .with("requests that wait", pendingRequests.size() + size())
        .with("replies that are owed", performed.replies().size())
        .all();
  }

  // At the member that passes on

  /** Passes a request on; its reply is answered when the server has. */
  public void pass(Request request, Reply reply) {
    if (!reply.begin()) {
      return;
    }
    reply.waitFor("an answer of " + server.apply(request));
    Passed first = new Passed(request, reply, env.view().epoch());
    (request.operation() instanceof Tick ? ticks : passed).put(request.client(), first);
    ask(first);
    retry.startIfIdle(Retry.INTERVAL_NANOS);
  }

  private void ask(Passed asking) {
    Request request = asking.request();
    env.send(
        server.apply(request),
        new ForwardedRequest(
            env.view().epoch(),
            asking.since(),
            request.client(),
            request.sequence(),
            request.operation(),
            request.level(),
            request.position(),
            request.seen()));
  }

  private void repeat() {
    forgetAbandoned();
    List<Passed> all = allPassed();
    all.forEach(this::ask);
    if (!all.isEmpty()) {
      retry.start(Retry.interval(env));
    }
  }

  /** Whether certainly nothing waits that was passed on. */
  public boolean isEmpty() {
    return passed.isEmpty() && ticks.isEmpty();
  }

  /** This member serves by itself from now on: also what it has passed on. */
  public void takeBack(BiConsumer<Request, Reply> serve) {
    List<Passed> all = allPassed();
    passed.clear();
    ticks.clear();
    all.forEach(each -> serve.accept(each.request(), each.reply()));
  }

  private List<Passed> allPassed() {
    List<Passed> all = new ArrayList<>(passed.values());
    all.addAll(ticks.values());
    return all;
  }

  private void forgetAbandoned() {
    passed.values().removeIf(each -> each.reply().isAbandoned());
    ticks.values().removeIf(each -> each.reply().isAbandoned());
  }

  /** Takes the server's word. */
  public void onForwardedReply(NodeId from, ForwardedReply told) {
    Passed waiting = takeOut(passed, from, told);
    waiting = waiting == null ? takeOut(ticks, from, told) : waiting;
    if (waiting == null) {
      return;
    }
    if (waiting.since() < env.view().epoch()) {
      env.reached(Moment.ANSWERED_IN_A_LATER_VIEW);
    }
    if (told.answer() == null) {
      waiting.reply().refuse(told.refusal());
    } else if (waiting.since() < env.view().epoch() && mayBeContradicted(told.answer())) {
      env.reached(Moment.DENIAL_WITHHELD);
      waiting.reply().waitFor("an answer of the member before, which may have applied it");
    } else {
      onAnswer.accept(waiting.request(), told, waiting.reply());
    }
  }

  private @Nullable Passed takeOut(Map<Integer, Passed> all, NodeId from, ForwardedReply told) {
    Passed waiting = all.get(told.client());
    if (waiting == null
        || waiting.request().sequence() != told.sequence()
        || !server.apply(waiting.request()).equals(from)) {
      return null;
    }
    return all.remove(told.client());
  }

  /**
   * Whether a server says that it cannot do what the one before may have done. Where a group goes
   * on without what one member alone has done, that member shows it until it hears that it was left
   * out, and again when it is back.
   */
  private boolean mayBeContradicted(Answer answer) {
    return !answer.isApplied() && !Cell.isStrong(env.view());
  }

  // At the member that serves

  /**
   * Takes a request that another member has passed on, unless it is being served already. What was
   * refused once stays refused, however often it is repeated: its client may have been told so.
   */
  public void onForwardedRequest(
      NodeId from, ForwardedRequest asked, BiConsumer<Request, Reply> serve) {
    if (answers.mayHaveForgotten(asked.client(), asked.sequence(), asked.since())) {
      env.reached(Moment.ASKED_OF_THE_FORGETFUL);
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
        underWay.askedAt = env.now();
      }
    }
  }

  private void serve(NodeId from, ForwardedRequest asked, BiConsumer<Request, Reply> serve) {
    RemoteReply reply = new RemoteReply(from, asked);
    serving.put(asked.client(), reply);
    serve.accept(asked, reply);
  }

  /** Serves no more: members ask the one that does from now on. */
  public void stopServing() {
    serving.clear();
  }

  /** Forgets what was being served in the view before; a member that still wants it asks again. */
  public void restart() {
    serving.clear();
    refused.clear();
    repeat();
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
      askedAt = env.now();
    }

    private ForwardedReply tell(@Nullable Answer answer, long position, String refusal) {
      serving.remove(asked.client(), this);
      ForwardedReply told =
          new ForwardedReply(
              env.view().epoch(), asked.client(), asked.sequence(), answer, position, refusal);
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
      return !isUnderWay || env.now() - askedAt > ABANDONED_AFTER_NANOS;
    }
  }
}
