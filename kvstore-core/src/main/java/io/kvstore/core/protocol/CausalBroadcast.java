package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.CausalContext;
import io.kvstore.core.replication.CausalDelivery;
import io.kvstore.core.replication.CausalDelivery.Progress;
import io.kvstore.core.replication.DeliveredTime;
import io.kvstore.core.replication.HandOver;
import io.kvstore.core.replication.LamportClock;
import io.kvstore.core.replication.MergingEntries;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.TombstoneCollector;
import io.kvstore.core.replication.TombstoneCollector.Settled;
import io.kvstore.core.replication.Undelivered.Waiting;
import io.kvstore.core.replication.UpdateStream;
import io.kvstore.core.replication.UpdateStream.Everything;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.replication.UpdatesReport;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every member takes writes and tells the others; a write is shown nowhere before what it depends
 * on (causal memory: Ahamad, Neiger, Burns, Kohli and Hutto 1995; with convergence: Lloyd,
 * Freedman, Kaminsky and Andersen 2011).
 *
 * <p>A write carries a vector clock: what its session had seen, and itself. Invariant: a member has
 * delivered everything that any write it has delivered depends on. Among writes that do not know of
 * each other the higher version wins, everywhere; a write that knows of another has a higher one,
 * because Lamport counts grow along dependencies.
 *
 * <pre>
 *   session           member a                 member b
 *     ── write, seen ──▶ │ ── Update, context ──▶ │   waits until everything
 *     ◀─ answer, context │ ◀────────── Received ── │   in its context is here
 * </pre>
 */
final class CausalBroadcast implements Controlet, UpdateStream.Listener {
  /** What a member has: its entries, and what it has delivered and could not deliver yet. */
  record Holdings(UpdatesReport share, Contents contents, long count, Progress progress)
      implements UpdatesReport.Shared {}

  private final Env env;
  private final int acks;
  private final LamportClock clock = new LamportClock();
  private final PendingRequests pendingRequests = new PendingRequests();
  private final UpdateStream stream;
  private final TombstoneCollector collector;
  private final DeliveredTime time;
  private final CausalDelivery delivery;
  private final MergingEntries entries;
  private final MergingEntries.Written<Reply> written;

  CausalBroadcast(Env env) {
    this.env = env;
    acks = env.settings().acks().orElse(1);
    time = new DeliveredTime(env);
    delivery = new CausalDelivery(env.settings().limits().owedBytes(), this::deliver);
    stream = new UpdateStream(env, this, this::sendEverything);
    collector = new TombstoneCollector(env, clock, stream, delivery::isEmpty);
    entries = new MergingEntries(env, clock, collector, stream, time::now);
    written = this::onWritten;
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    VectorClock floor = request.level() == Consistency.EVENTUAL ? VectorClock.ZERO : request.seen();
    pendingRequests.until(
        () -> delivery.has(floor),
        reply,
        "its causal dependencies",
        () -> {
          if (request.operation() instanceof Query query) {
            read(query, floor, reply);
          } else if (reply.begin()) {
            write(request, reply);
          }
        });
  }

  @Override
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    VectorClock floor = level == Consistency.EVENTUAL ? VectorClock.ZERO : seen;
    if (!delivery.has(floor) || acks > 1) {
      return null;
    }
    Answer answer = env.storage().optimisticRead(query);
    return answer == null ? null : new OptimisticRead(answer, 0, delivery.seenIn(answer, floor));
  }

  private void read(Query query, VectorClock floor, Reply reply) {
    VectorClock here = delivery.clock();
    env.storage()
        .query(
            query,
            time.now(),
            answer ->
                stream.whenHeld(
                    acks, () -> reply.answer(answer, CausalContext.seenIn(answer, floor, here))));
  }

  private void write(Request request, Reply reply) {
    VectorClock before = CausalContext.isOnlyOfSession(request) ? request.seen() : delivery.clock();
    long number = delivery.nextOf(env.self());
    entries.write(request, before.with(env.self().number(), number), reply, written);
    delivery.performed(env.self(), number); // last: a concurrent reader finds what is counted
    pendingRequests.resumeReady();
  }

  private void onWritten(
      Ordered ordered, Answer answer, List<Pair> changed, VectorClock seen, Reply reply) {
    if (acks == 1) {
      reply.answer(answer, seen);
      stream.tell(ordered, answer, changed, seen, 1, () -> {});
    } else {
      stream.tell(ordered, answer, changed, seen, acks, () -> reply.answer(answer, seen));
    }
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof Settled settled) {
      collector.onSettled(from, settled);
    } else if (message instanceof Everything everything) {
      onEverything(from, everything);
    } else if (!stream.onMessage(from, message)) {
      throw new UnknownMessageError(message);
    }
  }

  @Override
  public boolean hasRoomFor(NodeId from, Update update) {
    return delivery.hasRoomFor(from, update);
  }

  @Override
  public void onNext(NodeId from, Update update) {
    if (!delivery.receive(from, update)) {
      env.reached(Moment.UPDATE_BEFORE_ITS_CAUSE);
    }
    pendingRequests.resumeReady();
  }

  private void deliver(Update update) {
    time.observe(update.origin().time());
    entries.perform(update);
  }

  private void sendEverything(NodeId to) {
    long upTo = stream.last();
    VectorClock here = delivery.clock();
    env.storage()
        .snapshot(
            contents ->
                env.send(
                    to,
                    new Everything(
                        env.view().epoch(), upTo, contents.asOf(time.now()), here, null)));
  }

  private void onEverything(NodeId from, Everything everything) {
    if (stream.onEverything(from, everything) && everything.seen() != null) {
      time.observe(everything.contents().time());
      entries.takeCopy(everything.contents());
      delivery.raise(everything.seen());
      delivery.deliverReady();
      pendingRequests.resumeReady();
    }
  }

  private void take(Update update) {
    time.observe(update.origin().time());
    entries.take(update.changed());
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    entries.freeze();
    env.storage()
        .still(
            contents -> {
              delivery.recall(env.storage().durableState().seen());
              then.accept(
                  new Holdings(
                      entries.share(),
                      contents.asOf(time.now()),
                      clock.count(),
                      delivery.progress()));
            });
  }

  /** Every member takes over what any has: together that is all that any survivor has shown. */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    delivery.clear();
    clock.beginEpoch(next.epoch());
    Optional<HandOver> handOver = HandOver.in(members);
    if (handOver.isPresent()) {
      inherit(handOver.get(), next);
      return;
    }
    List<Holdings> ofMembers = members.stream().map(Holdings.class::cast).toList();
    List<Holdings> ofJoiners = joiners.stream().map(Holdings.class::cast).toList();
    entries.takeOver(next, ofMembers, ofJoiners, this::note);
    List<Holdings> all = Stream.concat(ofMembers.stream(), ofJoiners.stream()).toList();
    all.forEach(each -> each.progress().waiting().forEach(this::carryOver));
    List<UpdatesReport> shares = all.stream().map(Holdings::share).toList();
    delivery.countOn(next, shares, env.isWhole(), env.storage().isDurable());
    entries.settle(next, delivery.isEmpty());
  }

  private void inherit(HandOver handOver, View next) {
    time.observe(handOver.time());
    entries.inherit(handOver);
    entries.settle(next, true);
    delivery.beginAfter(handOver.highest(), next);
  }

  private void note(Holdings holdings) {
    time.observe(holdings.contents().time());
    for (Waiting each : holdings.progress().waiting()) {
      entries.agreeOn(each.update().origin().position());
    }
    delivery.merge(holdings.progress());
  }

  private void carryOver(Waiting waiting) {
    if (delivery.carryOver(waiting)) {
      env.reached(Moment.UPDATE_CARRIED_OVER);
    } else {
      take(waiting.update());
    }
  }

  @Override
  public void activate() {
    stream.restart();
    collector.restart();
    delivery.deliverReady();
    pendingRequests.resumeReady();
  }

  @Override
  public long position() {
    return clock.count();
  }

  @Override
  public Map<String, Integer> sizes() {
    return stream.sizes(pendingRequests, delivery.undelivered()).all();
  }

  @Override
  public long owedTo(NodeId member) {
    return stream.owedTo(member);
  }

  @Override
  public boolean hasFallenBehind(NodeId member) {
    return stream.hasFallenBehind(member);
  }

  /** The members have taken over from each other what they had, and there were no writes since. */
  @Override
  public void handOver(Consumer<MemberReport> then) {
    delivery.progress().waiting().forEach(each -> take(each.update()));
    delivery.clear();
    stream.restart();
    entries.agreeOn(delivery.highest());
    env.storage().still(contents -> then.accept(entries.handOver(null)));
  }
}
