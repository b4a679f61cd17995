package stranger;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Forwarding;
import io.kvstore.core.replication.Forwarding.ForwardedReply;
import io.kvstore.core.replication.Forwarding.ForwardedRequest;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.PerformedOrder;
import io.kvstore.core.replication.Proposal;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import java.util.List;
import java.util.TreeMap;
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
  /** An operation with its place in the chain's order. */
  record Update(
      long epoch, long stamp, long time, int client, long sequence, Operation operation)
      implements Message, Proposal {
    @Override
    public long number() {
      return stamp;
    }
  }

  /** The sender holds all up to a stamp; the tail, and so everyone, all up to another. */
  record Acknowledged(long epoch, long held, long heldByAll) implements Message {}

  private final Env env;
  private final TreeMap<Long, Update> pending = new TreeMap<>(); // held here, not by all
  private final PendingRequests pendingRequests = new PendingRequests();
  private final PerformedOrder<Update> performed;
  private final LocalReads reads;
  private final Forwarding forwarding;
  private final Timer retry;
  private long held; // the stamp of the last update here
  private long heldBySuccessor;
  private long waitingSince; // when the first that is pending became the first

  Chain(Env env) {
    this.env = env;
    performed = new PerformedOrder<>(env, pendingRequests);
    reads = new LocalReads(env, performed::position, performed::time, this::onRequest);
    forwarding =
        new Forwarding(
            env,
            performed.answers(),
            this::serverOf,
            (request, told, reply) -> reply.answer(requireNonNull(told.answer()), told.position()));
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
    int client = request.client();
    long sequence = request.sequence();
    if (performed.has(client, sequence) || isPending(client, sequence)) {
      performed.answerAgain(client, sequence, reply);
    } else if (isStuck()) {
      reply.refuse("the chain is broken: heal or restart the replica that is missing");
    } else if (reply.begin()) {
      long stamp = held + 1;
      performed.owe(stamp, reply);
      long epoch = env.view().epoch();
      add(new Update(epoch, stamp, env.now(), client, sequence, request.operation()));
    }
  }

  private boolean isPending(int client, long sequence) {
    return pending.values().stream()
        .anyMatch(each -> each.client() == client && each.sequence() == sequence);
  }

  private boolean isStuck() {
    return !pending.isEmpty() && env.now() - waitingSince > Retry.SUSPECT_AFTER_NANOS;
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof Update update && update.stamp() == held + 1) {
      add(update);
    } else if (message instanceof Update) {
      env.send(from, acknowledgement()); // it missed the last
    } else if (message instanceof Acknowledged acknowledged) {
      heldBySuccessor = Math.max(heldBySuccessor, acknowledged.held());
      performUpTo(acknowledged.heldByAll());
    } else if (message instanceof ForwardedRequest forwarded) {
      forwarding.onForwardedRequest(from, forwarded, this::onRequest);
    } else {
      forwarding.onForwardedReply((ForwardedReply) message);
    }
  }

  private Acknowledged acknowledgement() {
    return new Acknowledged(env.view().epoch(), held, performed.lastStamp());
  }

  private void add(Update update) {
    waitingSince = pending.isEmpty() ? env.now() : waitingSince;
    held = update.stamp();
    pending.put(held, update);
    if (env.view().primary().equals(env.self())) {
      performUpTo(held);
    } else {
      env.send(successor(), update);
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  private void performUpTo(long stamp) {
    while (!pending.isEmpty() && pending.firstKey() <= stamp) {
      waitingSince = env.now();
      performed.perform(pending.pollFirstEntry().getValue());
    }
    int before = env.view().members().indexOf(env.self()) + 1;
    if (before < env.view().members().size()) {
      NodeId predecessor = env.view().members().get(before);
      env.send(predecessor, acknowledgement());
    }
    pendingRequests.resumeReady();
  }

  private void repeat() {
    if (!pending.isEmpty()) {
      boolean isHeld = heldBySuccessor >= held; // then its acknowledgement was lost, or a later one
      pending.tailMap(isHeld ? held : heldBySuccessor + 1).values().stream()
          .limit(Retry.BATCH)
          .forEach(each -> env.send(successor(), each));
      if (isStuck() && heldBySuccessor < pending.firstKey()) {
        env.suspect(successor());
      }
      retry.start(Retry.INTERVAL_NANOS);
    }
  }

  // Reconfiguration: all that any member holds goes on

  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    retry.stop();
    performed.report(List.copyOf(pending.values()), 0, then);
  }

  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    pending.clear();
    performed.install(next, members, joiners);
  }

  @Override
  public void activate() {
    performed.activate();
    held = performed.lastStamp();
    heldBySuccessor = held;
    forwarding.restart();
    reads.activate();
  }

  @Override
  public long position() {
    return performed.position();
  }
}
