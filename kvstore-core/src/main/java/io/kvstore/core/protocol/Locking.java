package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Hearing;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.LockService;
import io.kvstore.core.replication.LockService.Complete;
import io.kvstore.core.replication.LockService.Settled;
import io.kvstore.core.replication.LockSet;
import io.kvstore.core.replication.LockedWrites;
import io.kvstore.core.replication.LockedWrites.Stored;
import io.kvstore.core.replication.OrderedLog;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.PerformedOrder;
import io.kvstore.core.replication.ReadLocks;
import io.kvstore.core.replication.Settlement;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Any member coordinates, under locks: a write goes to all members, a read to one (Anwar and
 * others, SC 2018; leases: Gray and Cheriton, SOSP 1989).
 *
 * <p>The first member of the view is the lock service. It grants each write lock with a token,
 * greater than any before it, which fences those that come late, and is the write's position in the
 * order of the group. Invariant: who has a read lock of a key has, or knows that it lacks, all that
 * any member has performed of it; and what was written with a token is on all members or on none
 * when its lock is free.
 *
 * <pre>
 *   client     any member          lock service          every member
 *     ── write ──▶ │ ───── Lock ──────▶ │                    │
 *                  │ ◀── Granted ────── │                    │   a token
 *                  │ ───────────────── Store ──────────────▶ │   refused if the token is fenced
 *     ◀─ answer ── │ ◀──────────────── Stored ────────────── │
 *                  │ ──── Complete ───▶ │ ───── Settled ───▶ │   the lock is free
 *     ── read ───▶ │ ───── Lock ──────▶ │                    │
 *     ◀─ answer ── │ ◀── Granted ────── │                    │   it reads here, and goes on
 *     ── read ───▶ │                    │                    │   to, without asking,
 *     ◀─ answer ── │ ◀─── Recall ────── │                    │   until another wants to write
 * </pre>
 *
 * <p>A write lock has a lease, and of one that runs out the lock service asks all members: what one
 * of them holds goes on to all, or else all refuse it from then on. So no clock is trusted with it.
 * A read lock is worth something as long as its member holds its lease in the view, and no longer:
 * a view without that member begins after.
 */
final class Locking implements Controlet {
  private final Env env;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final LocalReads reads;
  private final LockService locks; // of use at the first member
  private final Hearing lockService;
  private final ReadLocks readLocks;
  private final LockedWrites writes;
  private final Settlement settlement;
  private long claims; // that this member has made

  Locking(Env env) {
    this.env = env;
    performed = new PerformedOrder(env, pendingRequests);
    log = performed.log();
    reads =
        new LocalReads(env, performed::position, performed::time, this::latest, this::onCommand);
    lockService = new Hearing(env);
    readLocks = new ReadLocks(env, this::send, this::nextClaim, lockService);
    writes =
        new LockedWrites(
            env, performed, this::send, this::nextClaim, lockService, this::onPerformed);
    settlement = new Settlement(env, performed, writes, this::send);
    locks = new LockService(env, performed, this::send, settlement::begin);
  }

  private long nextClaim() {
    return ++claims;
  }

  private boolean isLockService() {
    return env.view().primary().equals(env.self());
  }

  private void send(NodeId to, Message message) {
    if (to.equals(env.self())) {
      onMessage(to, message);
    } else {
      env.send(to, message);
    }
  }

  /** What any member has performed is held here: so nothing of a later time is shown anywhere. */
  private long latest() {
    boolean isBehind = performed.position() < log.last();
    return isBehind ? log.at(log.last()).time() : Long.MIN_VALUE;
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    Operation operation = request.operation();
    if (operation instanceof Command) {
      onCommand(request, reply);
    } else if (request.level() == Consistency.LINEARIZABLE) {
      readLocks.acquire(LockSet.of(operation), reply, after -> readAfter(after, request, reply));
    } else {
      reads.readOnceSeen(request, reply, pendingRequests, () -> true);
    }
  }

  private void readAfter(long position, Request request, Reply reply) {
    pendingRequests.until(
        () -> performed.position() >= position,
        reply,
        "what was written before to arrive here",
        () -> reads.readOnceSeen(request, reply, pendingRequests, env::holdsLease));
  }

  @Override
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    long applied = performed.applied();
    if (level != Consistency.LINEARIZABLE) {
      return reads.optimisticRead(query, level, position, applied);
    }
    OptionalLong after = readLocks.heldAfter(LockSet.of(query));
    if (after.isEmpty() || applied < after.getAsLong()) {
      return null;
    }
    OptimisticRead read = reads.optimisticRead(query, level, position, applied);
    return env.holdsLease() ? read : null;
  }

  private void onCommand(Request request, Reply reply) {
    if (performed.takesOn(request, reply)) {
      readLocks.giveBackFor(LockSet.of(request.operation()));
      writes.write(request, reply);
    }
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (from.equals(env.view().primary())) {
      lockService.restart();
    }
    if (message instanceof Complete complete) {
      locks.onComplete(from, complete.token());
      writes.settle(locks.settled());
    } else if (message instanceof Settled settled) {
      writes.settle(settled.upTo());
    } else if (message instanceof Stored stored) {
      onStored(from, stored);
    } else if (!readLocks.onMessage(message)
        && !locks.onMessage(from, message)
        && !writes.onMessage(from, message)
        && !settlement.onMessage(from, message)) {
      throw new UnknownMessageError(message);
    }
  }

  private void onStored(NodeId from, Stored stored) {
    boolean isQuestion = isLockService() && !writes.isOpen(stored.token());
    writes.onStored(from, stored);
    if (isQuestion) {
      locks.tell(from); // whether all of that is settled
    }
  }

  /** More is performed here: at the lock service, locks are free by that. */
  private void onPerformed() {
    if (isLockService()) {
      locks.onPerformed();
      writes.settle(locks.settled()); // what comes next may have waited for this
    }
    pendingRequests.resumeReady();
  }

  // Reconfiguration

  /** No lock of this view is worth anything any more. */
  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    readLocks.stop();
    writes.stop();
    settlement.stop();
    locks.stop();
    performed.report(then);
  }

  /** What is held without a gap goes on, the longest: all that was answered is in it. */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    performed.install(next, members, joiners);
  }

  /** All members hold the same by now, and all locks are free: what is left is asked for again. */
  @Override
  public void activate() {
    performed.activate();
    performed.performUpTo(log.last());
    performed.forget(false); // else a log that was performed before would stay full
    locks.restart();
    lockService.restart();
    readLocks.restart();
    writes.restart();
    pendingRequests.resumeReady();
    reads.activate();
  }

  @Override
  public long position() {
    return performed.position();
  }

  @Override
  public Map<String, Integer> sizes() {
    return locks
        .sizes()
        .with("operations that are not settled", (int) (log.last() - performed.position()))
        .with("requests that wait", pendingRequests.size() + readLocks.size() + writes.size())
        .with("replies that are owed", performed.replies().size())
        .all();
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    performed.handOver(then);
  }
}
