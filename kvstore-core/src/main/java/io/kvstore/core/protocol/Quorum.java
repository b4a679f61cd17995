package io.kvstore.core.protocol;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.HandOver;
import io.kvstore.core.replication.LamportClock;
import io.kvstore.core.replication.LastWriterWins;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.QuorumCalls;
import io.kvstore.core.replication.RegisterLine;
import io.kvstore.core.replication.RegisterRelease;
import io.kvstore.core.replication.Registers;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.Answered;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.core.replication.RegistersReport;
import io.kvstore.core.replication.RememberedAnswers;
import io.kvstore.core.replication.RememberedAnswers.Remembered;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Query;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Each key is a register, which any member reads and writes with a majority (Attiya, Bar-Noy and
 * Dolev, JACM 1995; for writes that depend on what is there Rystsov, CASPaxos, 2018).
 *
 * <p>Invariant: what a majority has accepted with one ballot is chosen, and what is accepted with a
 * higher one was made of it: for that has the promises of a majority, too, and any two majorities
 * share a member.
 *
 * <pre>
 *   client       any member          a majority
 *     ── write ──▶ │ ── Prepare ─────▶ │    promises to accept nothing below this ballot
 *                  │ ◀──── Promised ── │    what it has accepted: of the latest the next is made
 *                  │ ── Accept ──────▶ │    unless it has promised more by now
 *     ◀─ answer ── │ ◀───── Accepts ── │    chosen
 *     ── read ───▶ │ ── Collect ─────▶ │
 *     ◀─ answer ── │ ◀─── Collected ── │    the same from a majority: it is chosen
 *                  │ ── Accept ──────▶ │    else the latest is brought to the others first
 * </pre>
 *
 * <p>What a client was answered is a part of the register: so a request that comes again, also to
 * another member, takes effect once. What is chosen is told to all, who show it to watches, and to
 * reads of the eventual level. No member is special: a minority may be lost, and nothing waits.
 *
 * <p>A member that has lost its memory is a new one, as in Raft: it comes back with the next view,
 * which has the reports of so many that each majority has a member among them. Of each key the
 * latest goes on that they have accepted.
 */
final class Quorum implements Controlet, QuorumCalls.Caller {
  private final Env env;
  private final RememberedAnswers answers = new RememberedAnswers(); // of the views before, too
  private final LastWriterWins shown;
  private final Registers registers;
  private final QuorumCalls calls;
  private final RegisterRelease release;
  private long installed; // the epoch of the last view

  Quorum(Env env) {
    this.env = env;
    shown = new LastWriterWins(env, answers);
    registers = new Registers(env, answers, shown::observeVersion);
    calls = new QuorumCalls(env, shown, registers, this);
    release = new RegisterRelease(env, shown, registers, calls::refresh);
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Query && request.level() == Consistency.EVENTUAL) {
      shown.perform(request, reply);
    } else if (request.operation() instanceof Get get) {
      calls.take(get.key(), request, reply);
    } else if (request.operation() instanceof Write write) {
      calls.take(write.key(), request, reply);
    } else if (request.operation() instanceof Transaction) {
      Remembered done = answers.find(request.client(), request.sequence()); // before a move
      reply.answer(done == null ? Transacted.NOT_ORDERED : done.answer());
    } else {
      reply.refuse(
          "QUORUM keeps each key by itself, and serves nothing of several keys at once: ask for each");
    }
  }

  @Override
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    return level == Consistency.EVENTUAL ? shown.optimisticRead(query) : null;
  }

  /** Whether a write is known to be done; then its client is told, unless it has gone on. */
  @Override
  public boolean isOver(RegisterLine line) {
    Request request = line.request();
    Remembered done = answers.find(request.client(), request.sequence());
    if (done != null) {
      env.reached(Moment.ASKED_AGAIN);
      line.reply().answer(done.answer());
    }
    return done != null || answers.hasBegun(request.client(), request.sequence());
  }

  // Reads

  /** What has expired must be gone for all: a member whose clock is behind would show it again. */
  @Override
  public void onAgreed(RegisterLine line, State state) {
    if (state.expiresBy(Math.max(env.now(), state.time()))) {
      env.reached(Moment.READ_HAD_TIME_GO_ON);
      calls.prepare(line);
    } else {
      Found found = found(state);
      line.end().forEach(reply -> reply.answer(found));
      calls.goOn(line);
    }
  }

  private static Found found(State state) {
    Entry entry = state.entry();
    return entry == null || entry.isTombstone() ? Found.NOTHING : new Found(entry);
  }

  // Writes

  @Override
  public void onPromised(RegisterLine line, State latest) {
    long time = Math.max(env.now(), latest.time());
    State before = latest.asOf(time);
    Request request = line.request();
    Answered known = latest.answeredTo(request.client());
    if (line.isRead()) {
      calls.propose(line, before, found(before));
    } else if (isOver(line)) {
      calls.giveUp(line); // and what members have promised may not tell it: they may have forgotten
    } else if (known != null && known.sequence() >= request.sequence()) {
      env.reached(Moment.ASKED_AGAIN);
      boolean isSame = known.sequence() == request.sequence(); // else its client has gone on
      calls.propose(line, latest, isSame ? known.answer() : Found.NOTHING);
    } else if (line.reply().begin()) {
      Write write = (Write) request.operation();
      Written written = env.storage().resultOf(write, before.visibleAt(time), line.number(), time);
      Entry after = written.isApplied() ? written.storedAfter() : null;
      Answered answer = new Answered(request.client(), request.sequence(), written);
      State next = before.after(after == null ? before.entry() : after, time, answer);
      calls.propose(line, next, written);
    } else {
      calls.giveUp(line);
    }
  }

  /** This member shows it first, so that its clients see what they have written. */
  @Override
  public void onChosen(RegisterLine line, Accepted chosen) {
    Request request = line.request();
    Answer answer = line.answer();
    release.onChosen(line.key(), chosen, line.round());
    List<Reply> replies = line.end();
    Runnable then =
        () -> {
          release.onTold(line.key(), chosen);
          replies.forEach(reply -> reply.answer(answer));
        };
    Entry entry = chosen.state().entry();
    if (entry != null && isOfThisView(entry)) {
      int client = answer instanceof Written ? request.client() : Ordered.NO_CLIENT;
      long turn = shown.beginWrite(); // ballots of several keys are chosen in no order
      long time = chosen.state().time();
      Ordered origin = new Ordered(turn, time, client, request.sequence(), request.operation());
      shown.tell(origin, answer, List.of(new Pair(line.key(), entry)), then);
    } else {
      then.run();
    }
    calls.goOn(line);
  }

  @Override
  public void onGivenUp(RegisterLine line) {
    release.onGivenUp(line.key(), line.number());
  }

  private boolean isOfThisView(Entry entry) {
    return entry.version() > LamportClock.highestVersionBefore(env.view().epoch());
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (!release.onMessage(from, message)
        && !calls.onMessage(from, message)
        && !shown.onMessage(from, message)) {
      throw new UnknownMessageError(message);
    }
  }

  @Override
  public boolean isCutOff() {
    return calls.isCutOff();
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    calls.freeze();
    release.restart();
    shown.freeze(
        holdings -> then.accept(new RegistersReport(holdings, registers.accepted(), installed)));
  }

  /** Of each key the latest goes on that a member has accepted: whatever was chosen is in it. */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    Optional<HandOver> handOver = HandOver.in(members);
    if (handOver.isPresent()) {
      shown.inherit(handOver.get(), next);
      handOver.get().passOnTo(answers, next.epoch());
      registers.restart(handOver.get().time());
    } else {
      Map<Bytes, Accepted> latest = RegistersReport.latest(members);
      RegistersReport.remember(latest, answers);
      shown.install(
          next,
          RegistersReport.holdingsOf(members),
          RegistersReport.holdingsOf(joiners),
          RegistersReport.entriesOf(latest));
      registers.restart(RegistersReport.timeOf(members, joiners));
    }
    installed = next.epoch();
  }

  @Override
  public void activate() {
    shown.activate();
    calls.activate();
  }

  @Override
  public long position() {
    return shown.position();
  }

  @Override
  public Map<String, Integer> sizes() {
    return shown
        .sizes(new PendingRequests())
        .with("requests that wait for a majority", calls.size())
        .with("registers", registers.size())
        .all();
  }

  @Override
  public long owedTo(NodeId member) {
    return shown.owedTo(member);
  }

  @Override
  public boolean hasFallenBehind(NodeId member) {
    return shown.hasFallenBehind(member);
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    shown.handOver(then);
  }
}
