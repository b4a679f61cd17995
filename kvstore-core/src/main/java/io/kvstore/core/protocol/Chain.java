package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.DirtyKeys;
import io.kvstore.core.replication.Footprint;
import io.kvstore.core.replication.Forwarding;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.replication.OrderedLog;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.PerformedOrder;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.replication.VersionQueries;
import io.kvstore.core.replication.VersionQueries.VersionQuery;
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
 * Chain replication: writes enter at the head, which orders them, and pass down the chain; the tail
 * answers the linearizable reads (van Renesse and Schneider, OSDI 2004).
 *
 * <p>Invariant: a member holds all that its successor holds. So what the tail holds every member
 * holds: it can no longer be lost, and is performed, by the tail first and then up the chain.
 *
 * <pre>
 *   client          head              member             tail           client
 *     ── write ──▶  │ ──── Update ───▶ │ ──── Update ───▶ │   ◀── read ──
 *     ◀─ answer ──  │ ◀ Acknowledged ─ │ ◀ Acknowledged ─ │   ── answer ▶
 * </pre>
 *
 * <p>The members of the view are the chain, from the head to the tail: one that is lost is left out
 * of it, and one that joins becomes the tail. The tail reads by itself while it holds its lease; a
 * read below the linearizable level is served by any member that has performed what its session has
 * seen.
 *
 * <p>With CRAQ (Terrace and Freedman, USENIX ATC 2009) every member answers linearizable reads,
 * while it holds its lease. A key is dirty where it holds a write that it has not performed: then
 * the tail, which may have, is asked how far it has come. As all of that is held here, too, it is
 * performed, and read.
 *
 * <pre>
 *   client          member                               tail
 *     ── read ───▶  │ ──────────── VersionQuery ───────▶ │   only of a dirty key
 *     ◀─ answer ──  │ ◀─────────────── Version ───────── │
 * </pre>
 */
final class Chain implements Controlet {
  /** The next operation of the order. */
  record Update(long epoch, Ordered ordered) implements Message {
    @Override
    public long footprint() {
      return Footprint.of(ordered);
    }
  }

  /** The sender holds all up to one position; the tail, and so every member, all up to another. */
  record Acknowledged(long epoch, long held, long heldByAll) implements Message {}

  private final Env env;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final DirtyKeys dirtyKeys;
  private final LocalReads reads;
  private final VersionQueries versions;
  private final Forwarding forwarding;
  private final Timer retry;
  private long heldBySuccessor;
  private volatile boolean isSuccessorBehind;

  Chain(Env env) {
    this.env = env;
    performed = new PerformedOrder(env, pendingRequests);
    log = performed.log();
    dirtyKeys = new DirtyKeys(log);
    reads =
        new LocalReads(env, performed::position, performed::time, this::latest, this::onRequest);
    versions = new VersionQueries(env, this::tail, pendingRequests);
    forwarding = new Forwarding(env, performed, pendingRequests, this::serverOf);
    retry = env.timer(this::repeat);
  }

  private NodeId head() {
    return env.view().members().get(0);
  }

  private NodeId tail() {
    return env.view().members().get(env.view().members().size() - 1);
  }

  private NodeId neighbour(int places) {
    return env.view().members().get(env.view().rankOf(env.self()) + places);
  }

  private NodeId serverOf(Request request) {
    return request.operation() instanceof Command ? head() : tail();
  }

  /** The tail has performed nothing that is not held here, and so nothing of a later time. */
  private long latest() {
    boolean isBehind = isCraq() && performed.position() < log.last();
    return isBehind ? log.at(log.last()).time() : Long.MIN_VALUE;
  }

  private boolean isCraq() {
    return env.view().replication() == Replication.CRAQ;
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Command) {
      onCommand(request, reply);
    } else if (mayRead((Query) request.operation(), request.level(), performed.position())) {
      read(request, reply);
    } else if (isCraq()) {
      env.reached(Moment.TAIL_ASKED_FOR_DIRTY_KEY);
      versions.ask(reply, () -> read(request, reply));
    } else {
      forwarding.pass(request, reply);
    }
  }

  private void onCommand(Request request, Reply reply) {
    if (!head().equals(env.self())) {
      forwarding.pass(request, reply);
    } else if (performed.takesOn(request, reply)) {
      performed.append(request, forwarding.isAskedAgain(request), reply);
      passOn(log.last());
    }
  }

  private boolean mayRead(Query query, Consistency level, long upTo) {
    return level != Consistency.LINEARIZABLE
        || tail().equals(env.self())
        || (isCraq() && !dirtyKeys.mayBeSeenBy(query, upTo));
  }

  private boolean mayAnswer(Consistency level) {
    return level != Consistency.LINEARIZABLE || env.holdsLease();
  }

  private void read(Request request, Reply reply) {
    reads.readOnceSeen(request, reply, pendingRequests, () -> mayAnswer(request.level()));
  }

  @Override
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    long applied = performed.applied();
    if (!mayRead(query, level, applied)) {
      return null;
    }
    OptimisticRead read = reads.optimisticRead(query, level, position, applied);
    return mayAnswer(level) ? read : null;
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof Update update) {
      onUpdate(from, update);
    } else if (message instanceof Acknowledged acknowledged) {
      heldBySuccessor = Math.max(heldBySuccessor, acknowledged.held());
      performUpTo(acknowledged.heldByAll());
    } else if (message instanceof VersionQuery query) {
      versions.onQuery(from, query, performed.position());
    } else if (message instanceof VersionQueries.Version version) {
      performUpTo(version.heldByAll());
      versions.onVersion(version);
    } else if (!forwarding.onMessage(from, message, this::onRequest)) {
      throw new UnknownMessageError(message);
    }
  }

  private void onUpdate(NodeId from, Update update) {
    long before = log.last();
    performed.take(update.ordered());
    if (log.last() > before) {
      passOn(before + 1);
    } else {
      env.send(from, acknowledgement()); // it came before, or another has not come yet
    }
  }

  private Acknowledged acknowledgement() {
    return new Acknowledged(env.view().epoch(), log.last(), performed.position());
  }

  private void passOn(long first) {
    if (tail().equals(env.self())) {
      performUpTo(log.last());
    } else {
      sendFrom(first, Retry.BATCH);
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  private void sendFrom(long first, int most) {
    log.from(first, most)
        .forEach(each -> env.send(neighbour(1), new Update(env.view().epoch(), each)));
  }

  private void performUpTo(long position) {
    if (performed.performUpTo(position)) {
      performed.forget(false);
      if (!head().equals(env.self())) {
        env.send(neighbour(-1), acknowledgement());
      }
      pendingRequests.resumeReady();
    }
  }

  private void repeat() {
    isSuccessorBehind = performed.isStuck() && heldBySuccessor <= performed.position();
    if (isSuccessorBehind) {
      env.reached(Moment.LAGGARD_ACCUSED);
      env.suspect(neighbour(1));
    }
    if (performed.position() < log.last()) { // if the successor has all: what does the tail hold?
      sendFrom(Math.min(heldBySuccessor + 1, log.last()), Retry.batch(env));
      retry.start(Retry.interval(env));
    }
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    retry.stop();
    performed.report(then);
  }

  /** The longest log goes on: that of the first member that is left of the chain. */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    performed.install(next, members, joiners);
  }

  @Override
  public void activate() {
    performed.activate();
    heldBySuccessor = log.last();
    isSuccessorBehind = false;
    performUpTo(log.last());
    performed.forget(false); // else a log that was performed before would stay full
    versions.restart();
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
    int rank = env.view().rankOf(member);
    return isSuccessorBehind && rank > 0 && rank == env.view().rankOf(env.self()) + 1;
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    performed.handOver(then);
  }
}
