package io.kvstore.labs.kit;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Forwarding;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.PerformedOrder;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Command;
import java.util.List;
import java.util.function.Consumer;

/**
 * A member of a group whose primary orders the writes: everything but the protocol between the
 * primary and its backups.
 *
 * <p>A member has a log of the writes in their order, and performs them from its first on. A client
 * is answered when the primary performs its write; clients that ask a backup are passed on to the
 * primary. Reads are answered by the primary from what it has performed.
 *
 * <p>When the group goes on without a member that is lost, all members of the next view hold the
 * longest log of those that are left.
 */
public abstract class OrderedMember implements Controlet {
  private final Env env;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final PerformedOrder performed;
  private final LocalReads reads;
  private final Forwarding forwarding;
  private final Timer ticks;

  /** A member that has ordered nothing yet. */
  protected OrderedMember(Env env) {
    this.env = env;
    performed = new PerformedOrder(env, pendingRequests);
    reads = new LocalReads(env, performed::position, performed::time, this::onWrite);
    forwarding = new Forwarding(env, performed, pendingRequests, request -> env.view().primary());
    ticks = env.timer(this::tick);
  }

  // What a protocol says

  /** At the primary: a client's write has got the next position, and is in the log here. */
  protected abstract void onOrdered(Ordered ordered);

  /** A message has come. It may be late, come twice, or overtake others. */
  protected abstract void onProtocolMessage(NodeId from, Message message);

  /** At any member, every 20 ms while its log has something that it has not performed. */
  protected abstract void onTick();

  /**
   * Another view begins, perhaps with another primary: all its members hold the same log now.
   * Nothing that was said in an earlier view arrives any more.
   */
  protected abstract void onNewView();

  // What it can use

  /** This node. */
  protected final NodeId self() {
    return env.self();
  }

  /** The epoch of the view: each message names it. */
  protected final long epoch() {
    return env.view().epoch();
  }

  /** The primary of the view. */
  protected final NodeId primary() {
    return env.view().primary();
  }

  /** Whether this member is the primary. */
  protected final boolean isPrimary() {
    return primary().equals(self());
  }

  /** The members that are not the primary, in the order of the view. */
  protected final List<NodeId> backups() {
    return env.view().members().stream().filter(member -> !member.equals(primary())).toList();
  }

  /** Sends a message to a member. It may be lost. */
  protected final void send(NodeId to, Message message) {
    env.send(to, message);
  }

  /** Takes a write into the log, also one that was taken before, or that overtook others. */
  protected final void take(Ordered ordered) {
    performed.take(ordered);
  }

  /** Up to which position the log is complete: it has all writes from the first to this one. */
  protected final long held() {
    return performed.log().last();
  }

  /** Those writes of the log from this position on that are not forgotten, 64 at the most. */
  protected final List<Ordered> heldFrom(long position) {
    return performed.log().from(position, Retry.BATCH);
  }

  /** Up to which position writes are performed. */
  protected final long performed() {
    return performed.position();
  }

  /**
   * Performs the writes of the log up to a position, as far as it is complete. At the primary their
   * clients are answered. What is performed is soon forgotten in the log.
   */
  protected final void performUpTo(long position) {
    if (performed.performUpTo(Math.min(position, held()))) {
      performed.forget(false);
      pendingRequests.resumeReady();
    }
  }

  // The rest of a controlet

  @Override
  public final void onRequest(Request request, Reply reply) {
    boolean isWrite = request.operation() instanceof Command;
    boolean isStrong = request.level() == Consistency.LINEARIZABLE;
    if (isWrite) {
      onWrite(request, reply);
    } else if (isStrong && !isPrimary()) {
      forwarding.pass(request, reply);
    } else {
      reads.readOnceSeen(
          request, reply, pendingRequests, () -> !isStrong || (isPrimary() && env.holdsLease()));
    }
  }

  private void onWrite(Request request, Reply reply) {
    if (!isPrimary()) {
      forwarding.pass(request, reply);
    } else if (performed.takesOn(request, reply)) {
      Ordered ordered = performed.append(request, forwarding.isAskedAgain(request), reply);
      ticks.startIfIdle(Retry.INTERVAL_NANOS);
      onOrdered(ordered);
    }
  }

  @Override
  public final void onMessage(NodeId from, Message message) {
    if (!forwarding.onMessage(from, message, this::onRequest)) {
      onProtocolMessage(from, message);
      ticks.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  private void tick() {
    if (performed() < held()) {
      onTick();
      ticks.start(Retry.INTERVAL_NANOS);
    }
  }

  @Override
  public final void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    ticks.stop();
    performed.report(then);
  }

  @Override
  public final void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    performed.install(next, members, joiners);
  }

  @Override
  public final void activate() {
    performed.activate();
    onNewView();
    ticks.startIfIdle(Retry.INTERVAL_NANOS);
    forwarding.restart();
    pendingRequests.resumeReady();
    reads.activate();
  }

  @Override
  public final long position() {
    return performed();
  }
}
