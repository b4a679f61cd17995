package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.Acknowledgements;
import io.kvstore.core.replication.ElectedOrder;
import io.kvstore.core.replication.Election;
import io.kvstore.core.replication.Forwarding;
import io.kvstore.core.replication.Forwarding.ForwardedRequest;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.LogLease;
import io.kvstore.core.replication.LogReplication;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.replication.OrderedLog;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.PerformedOrder;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A majority elects a leader, which orders the writes (Ongaro and Ousterhout, USENIX ATC 2014;
 * Ongaro's thesis, 2014).
 *
 * <p>Invariant: what a majority holds, up to an entry that its leader has ordered in its own term,
 * is committed: every later leader has it, for it has the votes of a majority, too, and any two
 * majorities share a member. Only what is committed is performed.
 *
 * <pre>
 *   client        leader             a majority
 *     ── write ──▶  │ ── Append ─────▶ │     has what comes before it: takes it
 *                   │ ◀─── Appended ── │     of this term, held by a majority: committed
 *     ◀─ answer ──  │ ── Committed ──▶ │     now the others perform it too
 *     ── read ───▶  │ ── Append ─────▶ │     of nothing, in the next round
 *     ◀─ answer ──  │ ◀─── Appended ── │     it leads still: nothing newer is committed elsewhere
 * </pre>
 *
 * <p>Three things are one {@linkplain Election election} after the other, the {@linkplain
 * LogReplication replication} of the leader's log, and what may be {@linkplain ElectedOrder taken
 * back} of a log. A term begins with an entry that does nothing, by which all before it is
 * committed. A read below the linearizable level is served by any member that has performed what
 * its session has seen. While nothing is asked for, nothing is sent. All this goes on in one view,
 * whichever minority is lost or cut off.
 *
 * <p>With LEASEGUARD the log is the {@linkplain LogLease lease} of its leader (SIGMOD 2026): it
 * answers linearizable reads alone for a while after each of its entries that was committed.
 * Without such an entry a round brings one along.
 *
 * <p>A member that has lost its memory is a new one: it comes back, as others join and leave, with
 * the next view, in the place of the paper's changes by one server. That begins with the reports of
 * so many with their memory that each majority has a member among them, and with the log among
 * those that would win an election.
 */
final class Raft implements Controlet, Election.Member {
  private final Env env;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final ElectedOrder order;
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final Election election;
  private final LogLease lease;
  private final LogReplication replication;
  private final LocalReads reads;
  private final Forwarding forwarding;

  Raft(Env env) {
    this.env = env;
    Acknowledgements acknowledgements = new Acknowledgements(env.self());
    order = new ElectedOrder(env, pendingRequests, acknowledgements, this::onRequest);
    performed = order.performed();
    log = performed.log();
    election = new Election(env, this);
    boolean isLogTheLease = env.view().replication() == Replication.LEASEGUARD;
    lease = isLogTheLease ? LogLease.of(env) : LogLease.none(env);
    replication =
        new LogReplication(env, election, order, acknowledgements, pendingRequests, lease);
    reads = new LocalReads(env, performed::position, performed::time, this::onRequest);
    forwarding = new Forwarding(env, performed, pendingRequests, request -> election.leader());
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    boolean isQuery = request.operation() instanceof Query;
    if (isQuery && request.level() != Consistency.LINEARIZABLE) {
      reads.readOnceSeen(request, reply, pendingRequests, () -> true);
    } else if (!election.isLeader()) {
      passToLeader(request, reply);
    } else if (isQuery) {
      read(request, reply);
    } else if (order.has(request)) {
      env.reached(Moment.ASKED_AGAIN);
      order.answerAgain(request, reply);
    } else if (log.isFull()) { // a refusal might be untrue: an earlier leader may have ordered it
      until(() -> !log.isFull() || !election.isLeader(), "room in the log", request, reply);
    } else if (reply.begin()) {
      replication.tell(order.append(election.term(), request, reply));
    }
    election.look();
  }

  private void passToLeader(Request request, Reply reply) {
    if (request instanceof ForwardedRequest) {
      return; // the member that has passed it on asks the next leader
    }
    if (election.hasLeader()) {
      forwarding.pass(request, reply);
    } else {
      until(election::hasLeader, "a leader", request, reply);
    }
  }

  private void until(BooleanSupplier isReady, String what, Request request, Reply reply) {
    pendingRequests.until(isReady, reply, what, () -> onRequest(request, reply));
  }

  /**
   * Once all of earlier terms is performed, and then a round has confirmed that it leads (6.4), or
   * its lease says that no other has committed anything.
   */
  private void read(Request request, Reply reply) {
    long term = election.term();
    if (!replication.hasPerformedEarlierTerms()) {
      until(
          () -> replication.hasPerformedEarlierTerms() || !election.leads(term),
          "the first entry of its leader's term",
          request,
          reply);
      return;
    }
    if (lease.isHeld()) {
      BooleanSupplier isAlone = () -> election.leads(term) && lease.isHeld();
      reads.readOnceSeen(request, reply, pendingRequests, isAlone);
      return;
    }
    replication
        .rounds()
        .ask(
            reply,
            () -> !election.leads(term),
            () -> {
              if (election.leads(term)) {
                reads.readOnceSeen(request, reply, pendingRequests, () -> true);
              } else {
                onRequest(request, reply);
              }
            });
  }

  @Override
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    boolean isLinearizable = level == Consistency.LINEARIZABLE;
    if (isLinearizable && !lease.isUsed()) {
      return null;
    }
    OptimisticRead read = reads.optimisticRead(query, level, position, performed.applied());
    return !isLinearizable || lease.isHeld() ? read : null;
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof ForwardedRequest && !election.isLeader()) {
      return; // it is asked for again, of the next leader
    }
    if (!replication.onMessage(from, message)
        && !election.onMessage(from, message)
        && !forwarding.onMessage(from, message, this::onRequest)) {
      throw new UnknownMessageError(message);
    }
    election.look();
  }

  // Elections

  @Override
  public long lastTerm() {
    return order.lastTerm();
  }

  @Override
  public long last() {
    return log.last();
  }

  @Override
  public boolean isWaiting() {
    boolean doClientsWait = forwarding.size() > 0 || pendingRequests.size() > 0;
    return !replication.isDone() || (!election.isLeader() && doClientsWait);
  }

  @Override
  public boolean isIdle() {
    boolean doesNoClientWait = forwarding.isEmpty() && pendingRequests.isEmpty();
    return replication.isDone() && (election.isLeader() || doesNoClientWait);
  }

  @Override
  public void lead() {
    replication.lead();
    forwarding.takeBack(this::onRequest);
    pendingRequests.resumeReady();
  }

  @Override
  public void stepDown() {
    replication.stepDown();
    forwarding.stopServing();
    pendingRequests.resumeReady();
  }

  @Override
  public void follow() {
    replication.follow();
    pendingRequests.resumeReady();
  }

  @Override
  public void assure(NodeId candidate) {
    replication.assure(candidate);
  }

  @Override
  public boolean isCutOff() {
    return election.isCutOff();
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    replication.stop();
    election.stop();
    order.report(election.term(), then);
  }

  /** The log goes on that would win an election among these members. */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    election.restart(next, order.install(next, members, joiners));
    replication.restart(next);
  }

  @Override
  public void activate() {
    performed.activate();
    replication.begin();
    election.begin();
    forwarding.restart();
    pendingRequests.resumeReady();
    reads.activate();
    election.look();
  }

  @Override
  public long position() {
    return performed.position();
  }

  @Override
  public Map<String, Integer> sizes() {
    return forwarding.sizes(performed, pendingRequests);
  }

  @Override
  public boolean hasFallenBehind(NodeId member) {
    return replication.hasFallenBehind(member);
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    performed.handOver(then);
  }
}
