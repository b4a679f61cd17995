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
 * While it has no answer yet it says that it has heard: a member that hears nothing for long
 * complains of it or, where every member serves by itself, sends its clients on to another one.
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

  /**
   * What came of it: an answer with its place, or a refusal.
   *
   * @param isOfTick whether it was the tick of a read, which has the number of the read
   */
  public record ForwardedReply(
      long epoch,
      int client,
      long sequence,
      boolean isOfTick,
      @Nullable Answer answer,
      long position,
      String refusal)
      implements Message {}

  /** It was heard again, and is not answered yet. */
  public record Heard(long epoch, int client, long sequence) implements Message {}

  /** Takes the answer to a request that was passed on. */
  @FunctionalInterface
  public interface OnAnswer {
    /** With the request, what the server said, and where the answer is owed. */
    void accept(Request request, ForwardedReply told, Reply reply);
  }

  /** A request that was passed on to another member. */
  private static final class Passed {
    private final Request request;
    private final Reply reply;
    private final long since;
    private final Hearing server;

    Passed(Request request, Reply reply, long since, Hearing server) {
      this.request = request;
      this.reply = reply;
      this.since = since;
      this.server = server;
      server.restart();
    }
  }

  private final Env env;
  private final ServedRequests served;
  private final Function<Request, NodeId> server;
  private final OnAnswer onAnswer;
  private final Timer retry;
  private final Map<Integer, Passed> passed = new TreeMap<>(); // by client
  // A member that serves a read, perhaps one of its own, may have to pass on a tick in its name.
  private final Map<Integer, Passed> ticks = new TreeMap<>(); // by client
  private volatile boolean isCutOff;

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
    served = new ServedRequests(env, answers);
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
    } else if (message instanceof Heard heard) {
      onHeard(from, heard);
    } else {
      return false;
    }
    return true;
  }

  /** How many requests wait for another member's answer, or are being served for one. */
  public int size() {
    forgetAbandoned();
    return passed.size() + ticks.size() + served.begun();
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
    Passed first = new Passed(request, reply, env.view().epoch(), new Hearing(env));
    (request.operation() instanceof Tick ? ticks : passed).put(request.client(), first);
    ask(first);
    retry.startIfIdle(Retry.INTERVAL_NANOS);
  }

  private void ask(Passed asking) {
    Request request = asking.request;
    env.send(
        server.apply(request),
        new ForwardedRequest(
            env.view().epoch(),
            asking.since,
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
    all.stream().filter(each -> each.server.isSilent()).findFirst().ifPresent(this::complain);
    if (!all.isEmpty()) {
      retry.start(Retry.interval(env));
    }
  }

  private void complain(Passed asking) {
    if (Cell.isStrong(env.view())) {
      asking.server.complainIfSilent(server.apply(asking.request));
    } else {
      env.reached(Moment.SERVER_NOT_HEARD);
      isCutOff = true;
      env.moveOn();
    }
  }

  /**
   * Whether this member did not hear from one that serves for it, and has not since: for {@link
   * Controlet#isCutOff} where every member serves by itself.
   */
  public boolean isCutOff() {
    return isCutOff;
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
    all.forEach(each -> serve.accept(each.request, each.reply));
  }

  private List<Passed> allPassed() {
    List<Passed> all = new ArrayList<>(passed.values());
    all.addAll(ticks.values());
    return all;
  }

  private void forgetAbandoned() {
    passed.values().removeIf(each -> each.reply.isAbandoned());
    ticks.values().removeIf(each -> each.reply.isAbandoned());
  }

  /** Takes the server's word. */
  public void onForwardedReply(NodeId from, ForwardedReply told) {
    Passed waiting = takeOut(told.isOfTick() ? ticks : passed, from, told);
    if (waiting == null) {
      return;
    }
    isCutOff = false;
    if (waiting.since < env.view().epoch()) {
      env.reached(Moment.ANSWERED_IN_A_LATER_VIEW);
    }
    if (told.answer() == null) {
      waiting.reply.refuse(told.refusal());
    } else if (waiting.since < env.view().epoch() && mayBeContradicted(told.answer())) {
      env.reached(Moment.DENIAL_WITHHELD);
      waiting.reply.waitFor("an answer of the member before, which may have applied it");
    } else {
      onAnswer.accept(waiting.request, told, waiting.reply);
    }
  }

  private void onHeard(NodeId from, Heard heard) {
    isCutOff = false;
    for (Passed each : allPassed()) {
      if (each.request.client() == heard.client()
          && each.request.sequence() == heard.sequence()
          && server.apply(each.request).equals(from)) {
        each.server.restart();
      }
    }
  }

  private @Nullable Passed takeOut(Map<Integer, Passed> all, NodeId from, ForwardedReply told) {
    Passed waiting = all.get(told.client());
    if (waiting == null
        || waiting.request.sequence() != told.sequence()
        || !server.apply(waiting.request).equals(from)) {
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
    return answer.mayHaveGoneOtherwise() && !Cell.isStrong(env.view());
  }

  // At the member that serves

  /** Takes a request that another member has passed on. */
  public void onForwardedRequest(
      NodeId from, ForwardedRequest asked, BiConsumer<Request, Reply> serve) {
    served.onForwardedRequest(from, asked, serve);
  }

  /** Serves no more: members ask the one that does from now on. */
  public void stopServing() {
    served.stop();
  }

  /** Forgets what was being served in the view before; a member that still wants it asks again. */
  public void restart() {
    served.restart();
    isCutOff = false;
    allPassed().forEach(each -> each.server.restart());
    repeat();
  }
}
