package io.kvstore.core.protocol;

import static java.util.Objects.requireNonNullElse;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.ordering.Deliveries;
import io.kvstore.core.ordering.HandOver;
import io.kvstore.core.ordering.LamportClock;
import io.kvstore.core.ordering.Moment;
import io.kvstore.core.ordering.PendingRequests;
import io.kvstore.core.ordering.TombstoneCollector;
import io.kvstore.core.ordering.TombstoneCollector.Settled;
import io.kvstore.core.ordering.Undelivered;
import io.kvstore.core.ordering.Undelivered.Waiting;
import io.kvstore.core.ordering.UpdateStream;
import io.kvstore.core.ordering.UpdateStream.Everything;
import io.kvstore.core.ordering.UpdateStream.Received;
import io.kvstore.core.ordering.UpdateStream.Update;
import io.kvstore.core.ordering.UpdatesReport;
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
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Query;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
  /** What a member has: its entries, and what it has received but could not deliver yet. */
  record Holdings(
      UpdatesReport share,
      Contents contents,
      List<Waiting> waiting,
      long count,
      Deliveries delivered,
      long base)
      implements UpdatesReport.Shared {

    NodeId member() {
      return share.member();
    }
  }

  private final Env env;
  private final LamportClock clock = new LamportClock();
  private final PendingRequests pendingRequests = new PendingRequests();
  private final UpdateStream stream;
  private final TombstoneCollector collector;
  private final Undelivered undelivered;
  private @Nullable View shared; // in which all members began with the same; null when new
  private final Deliveries delivered = new Deliveries();
  private boolean hasCounted; // what its datalet has kept, perhaps of an earlier run, as delivered
  private long latest = Long.MIN_VALUE; // of the times stamped on what is here, and of its own
  private long base; // numbers up to this one are of protocols before: everyone has what they mean
  private long agreedNumber; // what the members had when this view was installed
  private long agreedTime;

  CausalBroadcast(Env env) {
    this.env = env;
    undelivered = new Undelivered(env.settings().limits().owedBytes());
    stream = new UpdateStream(env, this, this::sendEverything);
    collector = new TombstoneCollector(env, clock, stream, undelivered::isEmpty);
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    VectorClock floor = request.level() == Consistency.EVENTUAL ? VectorClock.ZERO : request.seen();
    pendingRequests.until(
        () -> hasDelivered(floor),
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
    if (!hasDelivered(floor) || env.settings().acks() > 1) {
      return null;
    }
    Answer answer = env.storage().optimisticRead(query);
    return answer == null
        ? null
        : new OptimisticRead(answer, 0, seenIn(answer, floor, delivered::clock));
  }

  private void read(Query query, VectorClock floor, Reply reply) {
    VectorClock here = delivered.clock();
    env.storage()
        .query(
            query,
            now(),
            answer ->
                stream.whenHeld(
                    env.settings().acks(),
                    () -> reply.answer(answer, seenIn(answer, floor, () -> here))));
  }

  /**
   * A value brings its own dependencies; its absence may be due to anything that was delivered
   * here.
   */
  private static VectorClock seenIn(Answer answer, VectorClock before, Supplier<VectorClock> here) {
    if (answer instanceof Found found && found.entry() != null) {
      return before.merge(contextOf(found.entry()));
    }
    return here.get();
  }

  private static VectorClock contextOf(@Nullable Entry entry) {
    return entry == null ? VectorClock.ZERO : requireNonNullElse(entry.context(), VectorClock.ZERO);
  }

  /**
   * Time goes with what is delivered: who knows of a write knows that what had expired when it was
   * made has expired.
   */
  private long now() {
    observeTime(env.now());
    return latest;
  }

  private void observeTime(long time) {
    latest = Math.max(latest, time);
  }

  private void write(Request request, Reply reply) {
    int self = env.self().number();
    VectorClock before = dependsOnlyOnSession(request) ? request.seen() : delivered.clock();
    long number = delivered.of(self) + 1;
    VectorClock context = before.with(self, number);
    Ordered ordered =
        new Ordered(
            clock.nextVersion(env.self()),
            now(),
            request.client(),
            request.sequence(),
            request.operation());
    stream.beginWrite();
    env.storage()
        .update(
            ordered,
            context,
            (answer, changed) -> onWritten(ordered, context, answer, changed, reply));
    delivered.raise(self, number); // last: whoever looks meanwhile finds what is counted
    pendingRequests.resumeReady();
  }

  /** A plain put depends on nothing else but what it replaces; every other write looks around. */
  private static boolean dependsOnlyOnSession(Request request) {
    return request.operation() instanceof Write write
        && write.condition() == Condition.ALWAYS
        && write.change() instanceof Change.Put;
  }

  private void onWritten(
      Ordered ordered, VectorClock context, Answer answer, List<Pair> changed, Reply reply) {
    VectorClock full =
        answer instanceof Written written ? context.merge(contextOf(written.after())) : context;
    stream.endWrite();
    collector.onChange(changed);
    stream.tell(
        ordered, answer, changed, full, env.settings().acks(), () -> reply.answer(answer, full));
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof Update update) {
      stream.onUpdate(from, update);
    } else if (message instanceof Received received) {
      stream.onReceived(from, received);
    } else if (message instanceof Settled settled) {
      collector.onSettled(from, settled);
    } else if (message instanceof Everything everything) {
      onEverything(from, everything);
    } else {
      throw new UnknownMessageError(message);
    }
  }

  /** What can be delivered always has: by that, what waits for it can be delivered, too. */
  @Override
  public boolean hasRoomFor(NodeId from, Update update) {
    return undelivered.hasRoom() || isReady(from, update);
  }

  @Override
  public void onNext(NodeId from, Update update) {
    if (undelivered.isEmpty() && isReady(from, update)) {
      deliver(from, update);
      pendingRequests.resumeReady();
    } else {
      env.reached(Moment.UPDATE_BEFORE_ITS_CAUSE);
      undelivered.add(from, update);
      deliverReady();
    }
  }

  private void deliverReady() {
    undelivered.deliver(this::isReady, this::deliver);
    pendingRequests.resumeReady();
  }

  /** Whether all that an update depends on is here, but for itself. */
  private boolean isReady(NodeId writer, Update update) {
    VectorClock context = update.seen();
    for (int node = 0; node < context.length(); node++) {
      long number = node == writer.number() ? context.get(node) - 1 : context.get(node);
      if (!hasDelivered(node, number)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasDelivered(VectorClock seen) {
    for (int node = 0; node < seen.length(); node++) {
      if (!hasDelivered(node, seen.get(node))) {
        return false;
      }
    }
    return true;
  }

  private boolean hasDelivered(int node, long number) {
    return number <= base || delivered.has(node, number);
  }

  private void deliver(NodeId writer, Update update) {
    clock.observeVersion(update.origin().position());
    observeTime(update.origin().time());
    collector.onChange(update.changed());
    env.storage().merge(update.origin(), update.changed(), () -> {});
    delivered.raise(writer.number(), update.seen().get(writer.number()));
  }

  private void sendEverything(NodeId to) {
    long upTo = stream.last();
    VectorClock here = delivered.clock();
    env.storage()
        .snapshot(
            contents ->
                env.send(
                    to,
                    new Everything(env.view().epoch(), upTo, contents.asOf(now()), here, null)));
  }

  private void onEverything(NodeId from, Everything everything) {
    if (stream.onEverything(from, everything) && everything.seen() != null) {
      observeTime(everything.contents().time());
      clock.observeVersion(everything.contents().highestVersion());
      collector.onCopy();
      merge(everything.contents().entries());
      delivered.raise(everything.seen());
      deliverReady();
    }
  }

  private void absorb(Update update) {
    observeTime(update.origin().time());
    absorb(update.changed());
  }

  private void absorb(List<Pair> entries) {
    entries.forEach(pair -> clock.observeVersion(pair.entry().version()));
    collector.onChange(entries);
    merge(entries);
  }

  private void merge(List<Pair> entries) {
    Ordered nobodys = new Ordered(clock.count(), now(), Ordered.NOBODY, 0, new Tick());
    env.storage().merge(nobodys, entries, () -> {});
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    agreedNumber = 0;
    agreedTime = Long.MIN_VALUE;
    List<Waiting> waiting = undelivered.all();
    env.storage()
        .still(
            contents -> {
              if (!hasCounted) {
                delivered.raise(env.storage().durableState().seen());
                hasCounted = true;
              }
              then.accept(
                  new Holdings(
                      new UpdatesReport(env.self(), shared, stream.unreceived()),
                      contents.asOf(now()),
                      waiting,
                      clock.count(),
                      delivered.copy(),
                      base));
            });
  }

  /**
   * Everyone takes over what anyone has: together that is everything that any survivor has shown.
   */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    undelivered.clear();
    clock.beginEpoch(next.epoch());
    Optional<HandOver> handOver = HandOver.in(members);
    if (handOver.isPresent()) {
      inherit(handOver.get());
      next.members().forEach(member -> delivered.raise(member.number(), firstCountIn(next)));
      return;
    }
    List<Holdings> ofMembers = members.stream().map(Holdings.class::cast).toList();
    List<Holdings> ofJoiners = joiners.stream().map(Holdings.class::cast).toList();
    takeOverFromAll(ofMembers, ofJoiners);
    shared = next;
    List<Holdings> all = Stream.concat(ofMembers.stream(), ofJoiners.stream()).toList();
    all.forEach(each -> each.waiting().forEach(this::carryOver));
    countOn(next, all);
  }

  private long firstCountIn(View next) {
    return Math.max(Deliveries.firstCountIn(next.epoch()), base);
  }

  /**
   * All members count on from the same number. What one that has lost everything had counted before
   * is waited for as long as anybody is away who may have it: also a member that has not said what
   * it has, and may have it on disk.
   */
  private void countOn(View next, List<Holdings> all) {
    boolean isAnyAway = !env.isWhole();
    for (NodeId member : next.members()) {
      Optional<Holdings> its =
          all.stream().filter(each -> each.member().equals(member)).findFirst();
      if (its.isEmpty() && env.storage().isDurable()) {
        isAnyAway = true;
      } else if (its.isPresent() && its.get().share().view() != null) {
        delivered.raise(member.number(), firstCountIn(next));
      } else {
        delivered.skip(member.number(), firstCountIn(next));
      }
    }
    if (!isAnyAway) {
      delivered.closeGaps();
      undelivered.all().forEach(each -> delivered.raise(each.update().seen()));
    }
  }

  private void inherit(HandOver handOver) {
    hasCounted = true; // as everything of before
    base = handOver.highest();
    agreedNumber = base;
    agreedTime = handOver.time();
    observeTime(handOver.time());
    clock.observeVersion(handOver.highest());
  }

  private void takeOverFromAll(List<Holdings> members, List<Holdings> joiners) {
    List<UpdatesReport> shares = members.stream().map(Holdings::share).toList();
    if (UpdatesReport.areComplete(shares)) {
      members.forEach(this::note);
      if (!shares.get(0).isOf(shared)) {
        merge(members.get(0).contents().entries());
      }
      shares.forEach(share -> share.told().forEach(this::absorb));
    } else {
      members.forEach(this::takeOver);
    }
    joiners.forEach(this::takeOver);
  }

  /** What nobody has delivered waits on: who has what it depends on may be away. */
  private void carryOver(Waiting waiting) {
    NodeId writer = waiting.writer();
    if (delivered.has(writer.number(), waiting.update().seen().get(writer.number()))) {
      absorb(waiting.update());
    } else {
      env.reached(Moment.UPDATE_CARRIED_OVER);
      undelivered.carryOver(waiting);
    }
  }

  private void takeOver(Holdings holdings) {
    note(holdings);
    merge(holdings.contents().entries());
  }

  private void note(Holdings holdings) {
    agree(holdings);
    clock.observe(holdings.count());
    clock.observeVersion(holdings.contents().highestVersion());
    delivered.merge(holdings.delivered());
  }

  private void agree(Holdings holdings) {
    base = Math.max(base, holdings.base());
    Contents contents = holdings.contents();
    agreedTime = Math.max(agreedTime, contents.time());
    observeTime(contents.time());
    agreedNumber =
        Math.max(
            agreedNumber,
            Math.max(LamportClock.highestVersionAt(holdings.count()), contents.highestVersion()));
    for (Waiting each : holdings.waiting()) {
      agreedNumber = Math.max(agreedNumber, each.update().origin().position());
    }
  }

  @Override
  public void activate() {
    stream.restart();
    collector.restart();
    deliverReady();
  }

  @Override
  public long position() {
    return clock.count();
  }

  @Override
  public long owedTo(NodeId member) {
    return stream.owedTo(member);
  }

  @Override
  public boolean hasFallenBehind(NodeId member) {
    return stream.hasFallenBehind(member);
  }

  /**
   * What comes after this view, if another protocol does: the members have taken over from each
   * other what they had, and nobody has written since.
   */
  @Override
  public void handOver(Consumer<MemberReport> then) {
    undelivered.all().forEach(each -> absorb(each.update()));
    undelivered.clear();
    stream.restart();
    long highest = Math.max(agreedNumber, delivered.highest());
    HandOver handOver = new HandOver(highest, agreedTime, null);
    env.storage().still(contents -> then.accept(handOver));
  }
}
