package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.RegisterLine.Step;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Asks majorities about registers, for the requests of this member's clients, and answers what
 * other members ask.
 *
 * <pre>
 *   reading                                    writing
 *   ── Collect ───▶ what is accepted?          ── Prepare ──▶ accept nothing below this ballot
 *   ◀─ Collected ── this                       ◀─ Promised ── this is accepted; or Refused
 *   ── Accept ────▶ where it is not the same   ── Accept ───▶ what is made of the latest
 *   ◀─ Accepts ──── or Refused                 ◀─ Accepts ─── or Refused
 * </pre>
 *
 * <p>Who has promised more to another member refuses. One that is refused begins anew after a time
 * that is drawn: so of two that are in each other's way both get through in the end. Questions are
 * repeated until a majority has answered.
 */
public final class QuorumCalls {
  /** What has the receiver accepted? */
  record Collect(long epoch, Bytes key, long number) implements Message {}

  /** This. */
  record Collected(long epoch, Bytes key, long number, Accepted accepted) implements Message {
    @Override
    public long footprint() {
      return accepted.footprint(key);
    }
  }

  /** Will the receiver accept nothing below this ballot any more? */
  record Prepare(long epoch, Bytes key, long ballot) implements Message {}

  /** It will not; this it has accepted. */
  record Promised(long epoch, Bytes key, long ballot, Accepted accepted) implements Message {
    @Override
    public long footprint() {
      return accepted.footprint(key);
    }
  }

  /** A state of the register, to be accepted with its ballot. */
  record Accept(long epoch, Bytes key, Accepted proposal) implements Message {
    @Override
    public long footprint() {
      return proposal.footprint(key);
    }
  }

  /** The sender has accepted what was proposed with this ballot. */
  record Accepts(long epoch, Bytes key, long ballot) implements Message {}

  /** The sender has promised more, and does neither. */
  record Refused(long epoch, Bytes key, long ballot, long promised) implements Message {}

  /** Whose requests these are, and who knows what is to be done about them. */
  public interface Caller {
    /** Whether a write is known to be done, so that it must not be done again. */
    boolean isOver(RegisterLine line);

    /** A majority holds this state: reads may be answered from it. */
    void onAgreed(RegisterLine line, State state);

    /** A majority has promised, and this is the latest of what it has accepted. */
    void onPromised(RegisterLine line, State latest);

    /** A majority has accepted what was proposed. */
    void onChosen(RegisterLine line, Accepted chosen);

    /** Promises were asked for with a ballot with which nothing is proposed. */
    void onGivenUp(RegisterLine line);
  }

  private static final long TICK_NANOS = 1_000_000; // longer than a round between near members

  private final Env env;
  private final LastWriterWins versions;
  private final Registers registers;
  private final Caller caller;
  private final Map<Bytes, RegisterLine> lines = new LinkedHashMap<>();
  private final Timer retry;
  private final Timer ticks;
  private long collects;
  private volatile boolean isCutOff;

  /**
   * Nothing is asked yet.
   *
   * @param versions gives the ballots, which become the versions of entries
   */
  public QuorumCalls(Env env, LastWriterWins versions, Registers registers, Caller caller) {
    this.env = env;
    this.versions = versions;
    this.registers = registers;
    this.caller = caller;
    retry = env.timer(this::repeat);
    ticks = env.timer(this::tick);
  }

  // Requests

  /** Takes a request that concerns a key. */
  public void take(Bytes key, Request request, Reply reply) {
    RegisterLine line = lines.computeIfAbsent(key, any -> new RegisterLine(env, any));
    line.add(request, reply);
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    if (line.step() == Step.IDLE) {
      goOn(line);
    }
  }

  /** Has the state of a register chosen anew, unless it is being asked for. */
  public void refresh(Bytes key) {
    if (!lines.containsKey(key)) {
      RegisterRefresh refresh = new RegisterRefresh(key);
      take(key, refresh, refresh);
    }
  }

  /** Goes on to the first request of a line, if there is one left. */
  public void goOn(RegisterLine line) {
    while (line.hasNext() && !line.isRead() && caller.isOver(line)) {
      line.drop();
    }
    if (!line.hasNext()) {
      lines.remove(line.key());
    } else if (line.isRead() && !line.needsBallot()) {
      collect(line);
    } else {
      prepare(line);
    }
  }

  private void collect(RegisterLine line) {
    long number = ++collects;
    line.ask(Step.COLLECTING, number);
    env.broadcast(question(line));
    registers.look(line.key(), accepted -> onCollected(line, number, env.self(), accepted));
  }

  /** Asks for promises, with a ballot of this member's own. */
  public void prepare(RegisterLine line) {
    long ballot = versions.beginWrite();
    line.ask(Step.PREPARING, ballot);
    env.broadcast(question(line));
    registers.promise(
        line.key(),
        ballot,
        accepted -> onPromised(line, ballot, env.self(), accepted),
        promised -> onRefused(line, ballot, env.self(), promised));
  }

  private Message question(RegisterLine line) {
    long epoch = env.view().epoch();
    return line.step() == Step.COLLECTING
        ? new Collect(epoch, line.key(), line.number())
        : new Prepare(epoch, line.key(), line.number());
  }

  /** Proposes a state, and what the first request is answered once that is chosen. */
  public void propose(RegisterLine line, State state, Answer answer) {
    line.propose(new Accepted(line.number(), state), answer);
    spread(line);
  }

  /** The first request of a line is over, and has no effect. */
  public void giveUp(RegisterLine line) {
    stop(line);
    line.drop();
    goOn(line);
  }

  private void stop(RegisterLine line) {
    if (line.hasBallot()) {
      versions.endWrite();
      if (line.step() == Step.PREPARING) {
        caller.onGivenUp(line);
      }
    }
    line.stop();
  }

  /** Asks all to accept what is proposed that are not known to have. */
  private void spread(RegisterLine line) {
    Accepted proposal = line.proposal();
    Accept accept = new Accept(env.view().epoch(), line.key(), proposal);
    lacking(line, member -> env.send(member, accept));
    if (line.round().lacks(env.self())) {
      registers.accept(
          line.key(),
          proposal,
          () -> onAccepts(line, proposal.ballot(), env.self()),
          promised -> onRefused(line, proposal.ballot(), env.self(), promised));
    }
  }

  private void lacking(RegisterLine line, Consumer<NodeId> action) {
    for (NodeId member : env.view().members()) {
      if (!member.equals(env.self()) && line.round().lacks(member)) {
        action.accept(member);
      }
    }
  }

  // Answers

  private void onCollected(RegisterLine line, long number, NodeId from, Accepted accepted) {
    if (!line.isAt(Step.COLLECTING, number)) {
      return;
    }
    line.round().holds(from, accepted);
    if (!line.round().hasMajority()) {
      return;
    }
    isCutOff = false;
    if (line.round().isAgreed()) {
      caller.onAgreed(line, line.round().latest().state());
    } else if (line.round().hasPassedForSome()) {
      env.reached(Moment.READ_HAD_TIME_GO_ON);
      prepare(line);
    } else {
      env.reached(Moment.READ_REPAIRED);
      line.repair();
      spread(line);
    }
  }

  private void onPromised(RegisterLine line, long ballot, NodeId from, Accepted accepted) {
    if (!line.isAt(Step.PREPARING, ballot)) {
      return;
    }
    line.round().holds(from, accepted);
    if (line.round().hasMajority()) {
      isCutOff = false;
      caller.onPromised(line, line.round().latest().state());
    }
  }

  private void onAccepts(RegisterLine line, long ballot, NodeId from) {
    if (!line.isSpreading(ballot)) {
      return;
    }
    Accepted proposal = line.proposal();
    line.round().holds(from, proposal);
    if (!line.round().isAgreed()) {
      return;
    }
    if (line.step() == Step.REPAIRING) {
      caller.onAgreed(line, proposal.state());
    } else {
      versions.endWrite();
      caller.onChosen(line, proposal);
    }
  }

  private void onRefused(RegisterLine line, long ballot, NodeId from, long promised) {
    versions.observeVersion(promised);
    if (!line.isAt(Step.PREPARING, ballot) && !line.isSpreading(ballot)) {
      return;
    }
    line.round().refuses(from);
    if (line.round().isHopeless()) {
      pause(line);
    }
  }

  private void pause(RegisterLine line) {
    env.reached(Moment.BALLOT_REFUSED);
    stop(line);
    line.pause();
    ticks.startIfIdle(TICK_NANOS);
  }

  // Time

  private void tick() {
    for (RegisterLine line : List.copyOf(lines.values())) {
      if (line.endsPause()) {
        goOn(line);
      }
    }
    if (lines.values().stream().anyMatch(line -> line.step() == Step.PAUSING)) {
      ticks.start(TICK_NANOS);
    }
  }

  private void repeat() {
    for (RegisterLine line : List.copyOf(lines.values())) {
      if (line.hasWaitedFor(env.detectionNanos())) {
        isCutOff = true;
        env.moveOn();
      }
      if (line.isAbandoned()) {
        stop(line);
        goOn(line);
      } else if (line.step() == Step.PROPOSING || line.step() == Step.REPAIRING) {
        spreadAgain(line);
      } else if (line.step() != Step.PAUSING) {
        askAgain(line);
      }
    }
    if (!lines.isEmpty()) {
      retry.start(Retry.interval(env));
    }
  }

  private void spreadAgain(RegisterLine line) {
    if (line.round().isRefused()) {
      pause(line); // the others may be silent
    } else {
      spread(line);
    }
  }

  private void askAgain(RegisterLine line) {
    if (line.round().isRefused()) {
      pause(line);
    } else {
      Message question = question(line);
      lacking(line, member -> env.send(member, question));
    }
  }

  /** Begins anew in the present view with all that was asked for. */
  public void activate() {
    isCutOff = false;
    List.copyOf(lines.values()).forEach(this::goOn);
    if (!lines.isEmpty()) {
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  /** The view is about to end. */
  public void freeze() {
    retry.stop();
    ticks.stop();
    lines.values().forEach(this::stop);
  }

  /**
   * Whether this member has looked for a majority in vain. May be called at any time by any thread.
   */
  public boolean isCutOff() {
    return isCutOff;
  }

  /** How many requests wait whose clients still do. */
  public int size() {
    return lines.values().stream().mapToInt(RegisterLine::size).sum();
  }

  // Messages

  /** Takes a message; tells whether it was one of these. */
  public boolean onMessage(NodeId from, Message message) {
    if (lines.isEmpty()) {
      isCutOff = false; // there is another, at least
    }
    if (message instanceof Collected told) {
      in(told.key(), line -> onCollected(line, told.number(), from, told.accepted()));
    } else if (message instanceof Promised told) {
      in(told.key(), line -> onPromised(line, told.ballot(), from, told.accepted()));
    } else if (message instanceof Accepts told) {
      in(told.key(), line -> onAccepts(line, told.ballot(), from));
    } else if (message instanceof Refused told) {
      in(told.key(), line -> onRefused(line, told.ballot(), from, told.promised()));
    } else {
      return registers.onMessage(from, message);
    }
    return true;
  }

  private void in(Bytes key, Consumer<RegisterLine> then) {
    RegisterLine line = lines.get(key);
    if (line != null) {
      then.accept(line);
    }
  }

  @Override
  public String toString() {
    return lines.values().toString();
  }
}
