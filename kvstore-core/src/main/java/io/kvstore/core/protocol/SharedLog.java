package io.kvstore.core.protocol;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Acknowledgements;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.replication.Footprint;
import io.kvstore.core.replication.Forwarding;
import io.kvstore.core.replication.Forwarding.ForwardedReply;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.LogServer;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.replication.OrderedLog;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.PerformedOrder;
import io.kvstore.core.replication.Playback;
import io.kvstore.core.replication.Playback.Fetch;
import io.kvstore.core.replication.Playback.Stored;
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
 * A shared log orders the writes: any member appends to it, and each fetches from it, by position
 * (Anwar and others, SC 2018; CORFU: Balakrishnan and others, NSDI 2012).
 *
 * <p>The first members of the view keep the log, a majority: the sequencer, which gives positions,
 * and stores each entry with the other keepers. Invariant: what every keeper holds is the log, up
 * to its tail; it can no longer be lost with any minority. Only that is fetched, and performed.
 *
 * <pre>
 *   client     any member          sequencer           keepers     the others
 *     ── write ──▶ │ ── (append) ───▶ │ ──── Store ─────▶ │          │
 *                  │                  │ ◀─── Stored ───── │          │
 *                  │ ◀─── position ── │ ──────────────── Grown ────▶ │   fetch when you like
 *                  │ ──── Fetch ────▶ │ ◀─────────────── Fetch ───── │   by position,
 *     ◀─ answer ── │ ◀─── Fetched ─── │ ──────────────── Fetched ──▶ │   many at once
 * </pre>
 *
 * <p>A write is answered once it is performed at the member that was asked, in the log's order. A
 * linearizable read first asks the sequencer for the tail, which it knows while it holds its lease;
 * a weaker one is served by any member that has performed what the session has seen.
 */
final class SharedLog implements Controlet {
  /** The next entry of the log, and where its tail is. */
  record Store(long epoch, Ordered ordered, long tail) implements Message {
    @Override
    public long footprint() {
      return Footprint.of(ordered);
    }
  }

  private final Env env;
  private final Acknowledgements acknowledgements;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final Playback playback;
  private final LogServer server;
  private final LocalReads reads;
  private final Forwarding forwarding;
  private final Timer retry;

  SharedLog(Env env) {
    this.env = env;
    acknowledgements = new Acknowledgements(env.self());
    performed = new PerformedOrder(env, pendingRequests, acknowledgements);
    log = performed.log();
    playback = new Playback(env, performed, pendingRequests);
    server = new LogServer(env, performed, acknowledgements);
    reads = new LocalReads(env, performed::position, performed::time, this::onCommand);
    forwarding =
        new Forwarding(env, performed.answers(), request -> env.view().primary(), this::onPosition);
    retry = env.timer(this::repeat);
  }

  private boolean isSequencer() {
    return env.view().primary().equals(env.self());
  }

  private int keepersOf(View view) {
    int members = view.members().size();
    int acks = Math.min(Cell.acks(env.settings(), view), members);
    return Math.max(Acknowledgements.majorityOf(members), acks);
  }

  private boolean isKeeper(NodeId member) {
    return env.view().rankOf(member) < keepersOf(env.view());
  }

  private List<NodeId> others() {
    return env.view().members().stream().filter(member -> !member.equals(env.self())).toList();
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Command) {
      onCommand(request, reply);
    } else if (request.level() == Consistency.LINEARIZABLE && !isSequencer()) {
      playback.toTail(
          reply, isLatest -> reads.readOnceSeen(request, reply, pendingRequests, () -> isLatest));
    } else {
      boolean mustBeHere = request.level() != Consistency.EVENTUAL && !isSequencer();
      if (mustBeHere && request.position() > performed.position()) {
        playback.fetch();
      }
      reads.readOnceSeen(request, reply, pendingRequests, () -> mayAnswer(request.level()));
    }
  }

  private boolean mayAnswer(Consistency level) {
    return level != Consistency.LINEARIZABLE || (isSequencer() && env.holdsLease());
  }

  @Override
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    OptimisticRead read = reads.optimisticRead(query, level, position, performed.applied());
    return mayAnswer(level) ? read : null;
  }

  private void onCommand(Request request, Reply reply) {
    if (!isSequencer()) {
      forwarding.pass(request, reply);
    } else if (performed.takesOn(request, reply)) {
      append(request, reply);
    }
  }

  private void append(Request request, Reply reply) {
    Ordered next = performed.append(request, forwarding.isAskedAgain(request), reply);
    acknowledgements.holds(env.self(), next.position());
    Store store = store(next);
    others().stream().filter(this::isKeeper).forEach(keeper -> env.send(keeper, store));
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    grow();
  }

  private Store store(Ordered ordered) {
    return new Store(env.view().epoch(), ordered, performed.position());
  }

  /** What was appended has its position, which is up to the tail: it is performed here, too. */
  private void onPosition(Request request, ForwardedReply appended, Reply reply) {
    long position = appended.position();
    if (position > performed.position()) {
      playback.reach(position);
    }
    if (position > log.last()) {
      playback.fetch();
    }
    pendingRequests.until(
        () -> performed.applied() >= position,
        reply,
        "the write to arrive here",
        () -> reply.answer(requireNonNull(appended.answer()), position));
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof Store store) {
      onStore(from, store);
    } else if (message instanceof Stored stored) {
      onStored(from, stored.upTo());
    } else if (message instanceof Fetch fetch) {
      onStored(from, fetch.after());
      server.serve(from, fetch);
    } else if (!playback.onMessage(from, message)
        && !forwarding.onMessage(from, message, this::onRequest)) {
      throw new UnknownMessageError(message);
    }
  }

  private void onStore(NodeId from, Store store) {
    performed.take(store.ordered());
    env.send(from, new Stored(env.view().epoch(), log.last()));
    playback.reach(store.tail());
  }

  private void onStored(NodeId from, long upTo) {
    server.holds(from, upTo);
    grow();
  }

  /** What all keepers hold is the log; what all members hold need not be kept. */
  private void grow() {
    if (performed.performUpTo(acknowledgements.settled())) {
      tellOthers();
      pendingRequests.resumeReady();
    }
    performed.forget(true);
    if (acknowledgements.heldByAll() == log.last() && retry.isRunning()) {
      retry.stop();
      server.forgive();
    }
  }

  private void tellOthers() {
    boolean isMoreToStore = performed.position() < log.last(); // which tells keepers, too
    for (NodeId member : others()) {
      if (!isKeeper(member)) {
        server.tellOnce(member);
      } else if (!isMoreToStore) {
        server.tell(member);
      }
    }
  }

  private void repeat() {
    server.repeat();
    for (NodeId member : others()) {
      long held = acknowledgements.heldBy(member);
      boolean isLate = performed.isStuck() && held <= performed.position();
      if (isKeeper(member)) {
        log.from(held + 1, Retry.batch(env)).forEach(each -> env.send(member, store(each)));
      }
      if (isKeeper(member) ? isLate : server.hasFallenBehind(member)) {
        env.reached(Moment.LAGGARD_ACCUSED);
        env.suspect(member);
      }
    }
    retry.start(Retry.interval(env));
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    retry.stop();
    playback.stop();
    performed.report(then);
  }

  /** The longest log goes on: one of those who report has kept it. */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    performed.install(next, members, joiners);
    acknowledgements.restart(next, keepersOf(next), log.last());
    server.restart();
  }

  /** All members of the view hold the same log by now: so all of it is up to the tail. */
  @Override
  public void activate() {
    performed.activate();
    performed.performUpTo(log.last());
    performed.forget(isSequencer()); // else a log that was performed before would stay full
    playback.restart();
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
    return isSequencer() && server.hasFallenBehind(member);
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    performed.handOver(then);
  }
}
