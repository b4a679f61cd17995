package stranger;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Forwarding;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.OrderedLog;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.PerformedOrder;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Command;
import java.util.List;
import java.util.function.Consumer;

/**
 * Chain replication (van Renesse and Schneider, OSDI 2004): updates enter at the head, which orders
 * them, and go down the chain; the tail serves the queries.
 *
 * <pre>
 *   ── update ─▶ head ──── Update ────▶ member ──── Update ────▶ tail ◀─ query ──
 *   ◀─ answer ── head ◀─ Acknowledged ─ member ◀─ Acknowledged ─ tail ── answer ▶
 * </pre>
 *
 * <p>Invariant: a member holds all that its successor holds. So what the tail holds all hold: it
 * can be performed. The tail is the first of the view, the primary, to which clients turn first.
 */
final class Chain implements Controlet {
  /** Its members remember what clients were answered: a store may ask again elsewhere. */
  static final class Protocol implements ControletFactory {
    @Override
    public Controlet create(Env env) {
      return new Chain(env);
    }

    @Override
    public boolean knowsRepetitions(View view) {
      return true;
    }
  }

  /** The next operation of the order. */
  record Update(long epoch, Ordered ordered) implements Message {}

  /** The sender holds all up to a position; the tail, and so everyone, all up to another. */
  record Acknowledged(long epoch, long held, long heldByAll) implements Message {}

  private final Env env;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final LocalReads reads;
  private final Forwarding forwarding;
  private final Timer retry;
  private long heldBySuccessor;

  Chain(Env env) {
    this.env = env;
    performed = new PerformedOrder(env, pendingRequests);
    log = performed.log();
    reads = new LocalReads(env, performed::position, performed::time, this::onRequest);
    forwarding = new Forwarding(env, performed, pendingRequests, this::serverOf);
    retry = env.timer(this::repeat);
  }

  private NodeId serverOf(Request request) {
    List<NodeId> members = env.view().members(); // from the tail to the head
    return members.get(request.operation() instanceof Command ? members.size() - 1 : 0);
  }

  private NodeId successor() {
    return env.view().members().get(env.view().members().indexOf(env.self()) - 1);
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    boolean isCommand = request.operation() instanceof Command;
    boolean isLocal = !isCommand && request.level() != Consistency.LINEARIZABLE;
    if (!isLocal && !serverOf(request).equals(env.self())) {
      forwarding.pass(request, reply);
    } else if (isCommand) {
      update(request, reply);
    } else {
      reads.readOnceSeen(request, reply, pendingRequests, () -> isLocal || env.holdsLease());
    }
  }

  private void update(Request request, Reply reply) {
    if (performed.takesOn(request, reply)) {
      performed.append(request, forwarding.isAskedAgain(request), reply);
      passOn(log.last());
    }
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof Update update) {
      onUpdate(from, update);
    } else if (message instanceof Acknowledged acknowledged) {
      heldBySuccessor = Math.max(heldBySuccessor, acknowledged.held());
      performUpTo(acknowledged.heldByAll());
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
    if (env.view().primary().equals(env.self())) {
      performUpTo(log.last());
    } else {
      send(first);
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  private void send(long first) {
    log.from(first, Retry.BATCH)
        .forEach(each -> env.send(successor(), new Update(env.view().epoch(), each)));
  }

  private void performUpTo(long position) {
    performed.performUpTo(position);
    performed.forget(false);
    int before = env.view().members().indexOf(env.self()) + 1;
    if (before < env.view().members().size()) {
      env.send(env.view().members().get(before), acknowledgement());
    }
    pendingRequests.resumeReady();
  }

  private void repeat() {
    if (performed.position() < log.last()) {
      send(Math.min(heldBySuccessor + 1, log.last())); // if it has all: what does the tail hold?
      if (performed.isStuck() && heldBySuccessor <= performed.position()) {
        env.suspect(successor());
      }
      retry.start(Retry.INTERVAL_NANOS);
    }
  }

  // Reconfiguration: the longest log goes on

  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    retry.stop();
    performed.report(then);
  }

  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    performed.install(next, members, joiners);
  }

  @Override
  public void activate() {
    performed.activate();
    heldBySuccessor = log.last();
    performUpTo(log.last());
    forwarding.restart();
    reads.activate();
  }

  @Override
  public long position() {
    return performed.position();
  }
}
