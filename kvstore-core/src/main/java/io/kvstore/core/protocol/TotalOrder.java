package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Footprint;
import io.kvstore.core.replication.KeptSizes;
import io.kvstore.core.replication.LamportClock;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.replication.PendingProposals;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.Promises;
import io.kvstore.core.replication.Proposal;
import io.kvstore.core.replication.ProposedOrder;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Every member may order: Lamport stamps make all proposals one sequence, without a leader (Lamport
 * 1978).
 *
 * <p>A proposal is performed when it is the first in the sequence that has not been, every member
 * holds it, and no member can propose anything earlier any more. Invariant: whatever one member has
 * performed, every member holds, and performs in the same order.
 *
 * <pre>
 *   client     member a          member b          member c
 *    ─ op ──▶  │ ── Proposed ─────▶ │                 │
 *              │ ── Proposed ─────────────────────────▶ │
 *              │ ◀─ Acknowledged ── │ ─ Acknowledged ─▶ │   to all, by each: "I have this, and
 *              │ ◀─ Acknowledged ───────────────────── │   from now on I propose later ones only"
 *    ◀ answer  │                  │                 │
 * </pre>
 *
 * <p>At the linearizable level reads are proposed like writes; below it they are local.
 */
final class TotalOrder implements Controlet {
  /** An operation with its stamp; {@code number} counts the proposals of its member. */
  record Proposed(
      long epoch,
      long stamp,
      long number,
      long time,
      int client,
      long sequence,
      Operation operation)
      implements Message, Proposal {
    @Override
    public long footprint() {
      return Footprint.of(operation);
    }
  }

  /**
   * What a member has, and promises.
   *
   * @param count the sender proposes nothing at or below this Lamport count any more
   * @param told how many proposals it has made so far
   * @param received how many of each member's proposals it has
   * @param isQuestion whether the sender needs to know the same of the receiver
   */
  record Acknowledged(long epoch, long count, long told, VectorClock received, boolean isQuestion)
      implements Message {}

  private final Env env;
  private final LamportClock clock = new LamportClock();
  private final Promises<Proposed> promises;
  private final PendingProposals<Proposed> pending;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final ProposedOrder<Proposed> performed;
  private final LocalReads reads;
  private final Timer retry;
  private long told; // proposals made in this epoch

  TotalOrder(Env env) {
    this.env = env;
    promises = new Promises<>(env);
    pending = new PendingProposals<>(env, promises);
    performed = new ProposedOrder<>(env, pendingRequests);
    reads = new LocalReads(env, performed::position, performed::time, this::propose);
    retry = env.timer(this::repeat);
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Command || request.level() == Consistency.LINEARIZABLE) {
      propose(request, reply);
    } else {
      reads.readOnceSeen(request, reply, pendingRequests, () -> true);
    }
  }

  private void propose(Request request, Reply reply) {
    if (pending.isStuck()) {
      env.reached(Moment.WRITE_REFUSED_FOR_MISSING_MEMBER);
      reply.refuse(
          "not every replica has acknowledged the last operations: heal or restart the missing one");
      return;
    }
    if (!reply.begin()) {
      return;
    }
    Proposed proposed =
        new Proposed(
            env.view().epoch(),
            clock.nextVersion(env.self()),
            ++told,
            env.now(),
            request.client(),
            request.sequence(),
            request.operation());
    performed.owe(proposed.stamp(), reply);
    pending.add(proposed);
    env.broadcast(proposed);
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    deliver();
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof Proposed proposed) {
      onProposed(from, proposed);
    } else if (message instanceof Acknowledged acknowledged) {
      onAcknowledged(from, acknowledged);
    } else {
      throw new UnknownMessageError(message);
    }
  }

  private void onProposed(NodeId from, Proposed proposed) {
    if (!promises.isNews(from, proposed.number())) {
      env.send(from, acknowledgement(false));
      return;
    }
    for (Proposed next : promises.receive(from, proposed.number(), proposed)) {
      clock.observeVersion(next.stamp());
      // Its stamps only grow: having this one, nothing earlier is to come.
      promises.promise(from, LamportClock.countOf(next.stamp()), next.number());
      pending.add(next);
    }
    if (!env.isUnusual()) { // it is asked for again
      env.broadcast(acknowledgement(false));
    }
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    deliver();
  }

  private void onAcknowledged(NodeId from, Acknowledged acknowledged) {
    clock.observe(acknowledged.count());
    promises.holds(from, acknowledged.received());
    promises.promise(from, acknowledged.count(), acknowledged.told());
    if (acknowledged.isQuestion()) {
      env.send(from, acknowledgement(false));
    }
    deliver();
  }

  private Acknowledged acknowledgement(boolean isQuestion) {
    return new Acknowledged(
        env.view().epoch(), clock.count(), told, promises.received(), isQuestion);
  }

  private void repeat() {
    if (pending.isEmpty()) {
      return;
    }
    for (NodeId member : env.view().members()) {
      if (!member.equals(env.self())) {
        pending.notHeldBy(member).forEach(each -> env.send(member, each));
        env.send(member, acknowledgement(true));
      }
    }
    if (pending.isStuck()) {
      pending.awaited().forEach(env::suspect);
    }
    retry.start(Retry.interval(env));
  }

  // Order

  private void deliver() {
    for (Proposed next = pending.pollSettled(); next != null; next = pending.pollSettled()) {
      performed.perform(next);
    }
    if (pending.isEmpty()) {
      retry.stop();
    }
    pendingRequests.resumeReady();
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    retry.stop();
    performed.report(pending.all(), clock.count(), then);
  }

  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    pending.clear();
    clock.observe(performed.install(next, members, joiners));
    promises.restart(next);
    told = 0;
  }

  @Override
  public void activate() {
    performed.activate();
    reads.activate();
  }

  @Override
  public long position() {
    return performed.position();
  }

  @Override
  public Map<String, Integer> sizes() {
    return new KeptSizes()
        .with("proposals that are not settled", pending.size())
        .with("requests that wait", pendingRequests.size())
        .with("replies that are owed", performed.owed())
        .all();
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    performed.handOver(then);
  }
}
