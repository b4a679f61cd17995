package io.kvstore.labs.kit;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.LastWriterWins;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.RegistersReport;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Get;
import io.kvstore.spi.Query;
import io.kvstore.spi.Write;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A member of a group in which each key is a register that majorities keep: everything but how a
 * majority is asked, and what it answers.
 *
 * <p>A client may ask any member. The requests of one key are begun one after the other at a
 * member; other members may be at the same key at the same time. No member is special, and none is
 * waited for.
 *
 * <p>A member that has lost its memory comes back with the next view. That begins, for each key,
 * with the latest that any member of the last one has accepted.
 */
public abstract class RegisterMember implements Controlet {
  private static final long TICK_NANOS = Retry.INTERVAL_NANOS;
  private static final long SHORTEST_PAUSE_NANOS = 1_000_000;

  private final Env env;
  private final LastWriterWins shown;
  private final Map<Bytes, Queue<Call>> calls = new LinkedHashMap<>(); // the first is under way
  private final Queue<Runnable> toItself = new ArrayDeque<>();
  private final Timer ticks;
  private long installed;

  /** A member that has accepted nothing yet. */
  protected RegisterMember(Env env) {
    this.env = env;
    shown = new LastWriterWins(env);
    ticks = env.timer(this::tick);
  }

  // What a protocol says

  /**
   * A client's request is to be done, or is to be tried again: by another member it may have been
   * done halfway.
   */
  protected abstract void begin(Call call);

  /**
   * A message has come, perhaps from this member itself. It may be late, come twice, or overtake
   * others.
   */
  protected abstract void onProtocolMessage(NodeId from, Message message);

  /** Every 20 ms for each call that is under way: what it has asked may be lost. */
  protected abstract void onTick(Call call);

  /** What this member has accepted, by key. */
  protected abstract Map<Bytes, Accepted> accepted();

  /**
   * Another view begins. All members begin with this, and have promised nothing. What was under way
   * is begun again after that.
   */
  protected abstract void onNewView(Map<Bytes, Accepted> latest);

  // What it can use

  /** This node. */
  protected final NodeId self() {
    return env.self();
  }

  /** The epoch of the view: each message names it. */
  protected final long epoch() {
    return env.view().epoch();
  }

  /** The members of the view, this one among them. */
  protected final List<NodeId> members() {
    return env.view().members();
  }

  /** Sends a message to a member, or to itself. It may be lost, unless it is to itself. */
  protected final void send(NodeId to, Message message) {
    if (to.equals(self())) {
      toItself.add(() -> onProtocolMessage(to, message));
    } else {
      env.send(to, message);
    }
  }

  /** Another member has used this ballot: the next one of this member is higher. */
  protected final void observeBallot(long ballot) {
    shown.observeVersion(ballot);
  }

  /** A ballot that is higher than all that this member knows of, and that no other member gives. */
  final long nextBallot() {
    return shown.beginWrite();
  }

  final void endBallot() {
    shown.endWrite();
  }

  // Calls

  private void take(Bytes key, Request request, Reply reply) {
    Queue<Call> line = calls.computeIfAbsent(key, any -> new ArrayDeque<>());
    line.add(new Call(this, env, shown, key, request, reply));
    if (line.size() == 1) {
      beginFirst(key);
    }
    ticks.startIfIdle(TICK_NANOS);
  }

  private void beginFirst(Bytes key) {
    Queue<Call> line = calls.get(key);
    while (line != null && !line.isEmpty()) {
      if (line.element().mayBegin()) {
        begin(line.element());
        return;
      }
      line.remove();
    }
    calls.remove(key);
  }

  final void end(Call call) {
    Queue<Call> line = calls.get(call.key());
    if (line != null && call.equals(line.peek())) {
      line.remove();
      toItself.add(() -> beginFirst(call.key()));
    }
  }

  /** After a time that is drawn: so of two that are in each other's way both get through. */
  final void beginLater(Call call) {
    Timer pause =
        env.timer(
            () -> {
              if (isUnderWay(call) && call.isPausing()) {
                beginFirst(call.key());
                handleOwn();
              }
            });
    pause.start(SHORTEST_PAUSE_NANOS + env.random().nextLong(10 * SHORTEST_PAUSE_NANOS));
  }

  private boolean isUnderWay(Call call) {
    Queue<Call> line = calls.get(call.key());
    return line != null && call.equals(line.peek());
  }

  private void tick() {
    for (Queue<Call> line : List.copyOf(calls.values())) {
      Call first = line.peek();
      if (first != null && first.isAbandoned()) {
        first.giveUp();
      } else if (first != null && !first.isPausing()) {
        onTick(first);
      }
    }
    handleOwn();
    if (!calls.isEmpty()) {
      ticks.start(TICK_NANOS);
    }
  }

  private void handleOwn() {
    for (Runnable next = toItself.poll(); next != null; next = toItself.poll()) {
      next.run();
    }
  }

  // The rest of a controlet

  @Override
  public final void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Query && request.level() == Consistency.EVENTUAL) {
      shown.perform(request, reply);
    } else if (request.operation() instanceof Get get) {
      take(get.key(), request, reply);
    } else if (request.operation() instanceof Write write) {
      take(write.key(), request, reply);
    } else {
      reply.refuse("each key is a register of its own: ask for each");
    }
    handleOwn();
  }

  @Override
  public final void onMessage(NodeId from, Message message) {
    if (!shown.onMessage(from, message)) {
      onProtocolMessage(from, message);
    }
    handleOwn();
  }

  @Override
  public final void freeze(Consumer<MemberReport> then) {
    ticks.stop();
    for (Queue<Call> line : calls.values()) {
      for (Call call : line) {
        call.stop();
      }
    }
    shown.freeze(
        holdings ->
            then.accept(new RegistersReport(holdings, new LinkedHashMap<>(accepted()), installed)));
  }

  @Override
  public final void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    Map<Bytes, Accepted> latest = RegistersReport.latest(members);
    shown.install(
        next,
        RegistersReport.holdingsOf(members),
        RegistersReport.holdingsOf(joiners),
        RegistersReport.entriesOf(latest));
    installed = next.epoch();
    onNewView(latest);
  }

  @Override
  public final void activate() {
    shown.activate();
    List.copyOf(calls.keySet()).forEach(this::beginFirst);
    handleOwn();
    ticks.startIfIdle(TICK_NANOS);
  }

  @Override
  public final long position() {
    return shown.position();
  }
}
