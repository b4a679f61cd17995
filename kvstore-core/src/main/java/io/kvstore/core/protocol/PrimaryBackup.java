package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Acknowledgements;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.replication.CopyOfAll;
import io.kvstore.core.replication.Footprint;
import io.kvstore.core.replication.Forwarding;
import io.kvstore.core.replication.Laggards;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.LogRetention;
import io.kvstore.core.replication.LogRetention.Spread;
import io.kvstore.core.replication.OrderedLog;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.PerformedOrder;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Command;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One primary orders the writes and copies them to its backups (Alsberg and Day 1976; Budhiraja,
 * Marzullo, Schneider and Toueg 1993).
 *
 * <p>Invariant: every member's log is a prefix of the primary's, and only what enough members hold
 * is performed, by the primary first. At the strong levels "enough" is all of them: then one
 * survivor has every answered write, and no replica shows what could still be lost. At the eventual
 * level it is as many as the store's {@code acks}, and the others follow.
 *
 * <pre>
 *   client        primary           backups
 *     ── write ──▶  │ ── Append ─────▶ │
 *                   │ ◀─── Appended ── │     held by enough: committed
 *     ◀─ answer ──  │ ── Committed ──▶ │     now the backups perform it too
 * </pre>
 *
 * <p>A linearizable read is served by the primary, while it holds its lease or once something was
 * ordered after it; a weaker one by any member that has performed what the session has seen.
 */
final class PrimaryBackup implements Controlet {
  /** The next operation of the order, and up to where it is committed. */
  record Append(long epoch, Ordered ordered, long committed, Spread spread) implements Message {
    @Override
    public long footprint() {
      return Footprint.of(ordered);
    }
  }

  /** The log is complete up to here. */
  record Appended(long epoch, long upTo) implements Message {}

  /** How far is the log complete? */
  record HowFar(long epoch) implements Message {}

  /** What is up to here may be performed. */
  record Committed(long epoch, long upTo, Spread spread) implements Message {}

  private final Env env;
  private final Acknowledgements acknowledgements;
  private final Laggards laggards;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final LogRetention retention;
  private final LocalReads reads;
  private final Forwarding forwarding;
  private final Timer retry;

  PrimaryBackup(Env env) {
    this.env = env;
    acknowledgements = new Acknowledgements(env.self());
    laggards = new Laggards(env, acknowledgements);
    performed = new PerformedOrder(env, pendingRequests, acknowledgements);
    log = performed.log();
    retention = performed.retention();
    reads = new LocalReads(env, performed::position, performed::time, this::onCommand);
    forwarding = new Forwarding(env, performed, pendingRequests, request -> env.view().primary());
    retry = env.timer(this::repeat);
  }

  private boolean isPrimary() {
    return env.view().primary().equals(env.self());
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Command) {
      onCommand(request, reply);
    } else if (request.level() == Consistency.LINEARIZABLE && !isPrimary()) {
      forwarding.pass(request, reply);
    } else {
      reads.readOnceSeen(request, reply, pendingRequests, () -> mayAnswer(request.level()));
    }
  }

  private boolean mayAnswer(Consistency level) {
    return level != Consistency.LINEARIZABLE || (isPrimary() && env.holdsLease());
  }

  @Override
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    OptimisticRead read = reads.optimisticRead(query, level, position, performed.applied());
    return mayAnswer(level) ? read : null;
  }

  private void onCommand(Request request, Reply reply) {
    if (!isPrimary()) {
      forwarding.pass(request, reply);
    } else if (performed.takesOn(request, reply)) {
      order(request, reply);
    }
  }

  private void order(Request request, Reply reply) {
    Ordered ordered = performed.append(request, forwarding.isAskedAgain(request), reply);
    acknowledgements.holds(env.self(), ordered.position());
    commitUpTo(acknowledgements.settled());
    laggards.broadcast(append(ordered), log.first());
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    forgetHeldByAll();
  }

  private Append append(Ordered ordered) {
    return new Append(env.view().epoch(), ordered, performed.position(), retention.spread());
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof Append append) {
      onAppend(from, append);
    } else if (message instanceof Appended appended) {
      onAppended(from, appended);
    } else if (message instanceof Committed settled) {
      retention.hear(settled.spread());
      commitUpTo(settled.upTo());
      performed.forget(isPrimary());
    } else if (message instanceof CopyOfAll copy) {
      onCopy(from, copy);
    } else if (message instanceof HowFar) {
      env.send(from, new Appended(env.view().epoch(), log.last()));
    } else if (!forwarding.onMessage(from, message, this::onRequest)) {
      throw new UnknownMessageError(message);
    }
  }

  private void onAppend(NodeId from, Append append) {
    performed.take(append.ordered());
    retention.hear(append.spread());
    env.send(from, new Appended(env.view().epoch(), log.last()));
    commitUpTo(append.committed());
    if (performed.position() < log.last()) {
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  private void onAppended(NodeId from, Appended appended) {
    retention.heardOf(from);
    boolean isRepetition = appended.upTo() <= acknowledgements.heldBy(from);
    acknowledgements.holds(from, Math.min(appended.upTo(), log.last()));
    if (acknowledgements.settled() > performed.position()) {
      commitUpTo(acknowledgements.settled());
      env.broadcast(committed());
    } else if (isRepetition) {
      // It may have missed the last Committed, and without writes nothing else would tell it.
      env.send(from, committed());
    }
    forgetHeldByAll();
  }

  private Committed committed() {
    return new Committed(env.view().epoch(), performed.position(), retention.spread());
  }

  private void forgetHeldByAll() {
    performed.forget(isPrimary());
    if (acknowledgements.heldByAll() == log.last() && retry.isRunning()) {
      retry.stop();
      laggards.forgive();
    }
  }

  private void commitUpTo(long upTo) {
    if (performed.performUpTo(upTo)) {
      if (!isPrimary()) {
        performed.forget(false);
        if (performed.position() == log.last()) {
          retry.stop();
        }
      }
      pendingRequests.resumeReady();
    }
  }

  private void repeat() {
    if (isPrimary()) {
      laggards.catchUp(log.first(), log.last(), this::sendFrom, this::sendCopyTo);
      if (performed.needsAll() && performed.isStuck()) {
        laggards.suspectBehind(performed.position());
      }
    } else {
      env.send(env.view().primary(), new Appended(env.view().epoch(), log.last()));
    }
    retry.start(Retry.interval(env));
  }

  private void sendFrom(NodeId member, long next) {
    log.from(next, Retry.batch(env)).forEach(each -> env.send(member, append(each)));
  }

  private void sendCopyTo(NodeId member) {
    if (!retention.allowsCopyTo(member)) {
      env.send(member, new HowFar(env.view().epoch())); // is it there?
    } else if (laggards.isDueACopy(member)) {
      retention.sentCopy(member, performed.position());
      performed.copy(all -> env.send(member, all));
    }
  }

  private void onCopy(NodeId from, CopyOfAll copy) {
    if (performed.takeOver(copy)) {
      retry.stop(); // it lacks nothing that it knows of
      pendingRequests.resumeReady();
    }
    env.send(from, new Appended(env.view().epoch(), log.last()));
  }

  // Reconfiguration

  /** A failover begins: this member takes no more of this view, and reports what it holds. */
  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    retry.stop();
    performed.report(then);
  }

  /** The longest log of a survivor goes on: it has everything that was answered. */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    performed.install(next, members, joiners);
    acknowledgements.restart(
        next,
        performed.needsAll() ? next.members().size() : Cell.acks(env.settings(), next),
        log.last());
    laggards.restart();
  }

  /** All members of the view hold the same log by now: so all of it is committed. */
  @Override
  public void activate() {
    performed.activate();
    commitUpTo(log.last());
    forgetHeldByAll(); // else a log that left-over updates have filled would stay full
    forwarding.restart();
    pendingRequests.resumeReady();
    reads.activate();
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
    return isPrimary() && laggards.hasFallenBehind(member);
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    performed.handOver(then);
  }
}
