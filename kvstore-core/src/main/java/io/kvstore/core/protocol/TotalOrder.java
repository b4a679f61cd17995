package io.kvstore.core.protocol;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.ordering.DeferredReplies;
import io.kvstore.core.ordering.EpochStarts;
import io.kvstore.core.ordering.Footprint;
import io.kvstore.core.ordering.HandOver;
import io.kvstore.core.ordering.LamportClock;
import io.kvstore.core.ordering.LocalReads;
import io.kvstore.core.ordering.Moment;
import io.kvstore.core.ordering.PendingRequests;
import io.kvstore.core.ordering.Promises;
import io.kvstore.core.ordering.ProposalReport;
import io.kvstore.core.ordering.RecentOperations;
import io.kvstore.core.ordering.RememberedAnswers;
import io.kvstore.core.ordering.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
      implements Message {
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

  /** How long a member waits for the others before it takes no more operations. */
  private static final long SUSPECT_AFTER_NANOS = 500_000_000;

  /** How much is kept for a member that comes back with a part of what the others have. */
  private static final int KEPT_FOR_RETURNING = 1_000;

  private final Env env;
  private final LamportClock clock = new LamportClock();
  private final TreeMap<Long, Proposed> pending = new TreeMap<>(); // by stamp
  private final Promises<Proposed> promises;
  private final Map<Long, Reply> replies = new TreeMap<>(); // of this member's proposals, by stamp
  private final Set<Proposed> unanswered = new LinkedHashSet<>(); // that others have performed
  private final PendingRequests pendingRequests = new PendingRequests();
  private final LocalReads reads;
  private final Timer retry;
  private final RememberedAnswers answers = new RememberedAnswers();
  private final EpochStarts starts = new EpochStarts();
  private final RecentOperations recent; // where datalets are durable
  private final DeferredReplies deferredReplies = new DeferredReplies();
  private long installed; // the epoch of the view that was installed last
  private long told; // proposals made in this epoch
  private long position; // operations handed to the datalet
  private long applied; // operations performed by the datalet
  private long lastStamp;
  private long lastTime;
  private long waitingSince; // when the first pending proposal became the first
  private boolean hasServed;

  TotalOrder(Env env) {
    this.env = env;
    promises = new Promises<>(env.self());
    recent = new RecentOperations(KEPT_FOR_RETURNING, env.settings().limits().owedBytes());
    reads = new LocalReads(env, () -> position, () -> lastTime, this::propose);
    retry = env.timer(this::repeat);
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Command || request.level() == Consistency.LINEARIZABLE) {
      propose(request, reply);
    } else {
      long floor = request.level() == Consistency.EVENTUAL ? 0 : request.position();
      pendingRequests.until(
          () -> position >= floor,
          reply,
          "what this session has seen to arrive here",
          () -> reads.read(request, reply));
    }
  }

  private void propose(Request request, Reply reply) {
    if (!pending.isEmpty() && env.now() - waitingSince > SUSPECT_AFTER_NANOS) {
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
    replies.put(proposed.stamp(), reply);
    add(proposed);
    env.broadcast(proposed);
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    deliver();
  }

  private void add(Proposed proposed) {
    if (pending.isEmpty()) {
      waitingSince = env.now();
    }
    pending.put(proposed.stamp(), proposed);
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
      add(next);
    }
    env.broadcast(acknowledgement(false));
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
        long held = promises.ownHeldBy(member);
        pending.values().stream()
            .filter(each -> LamportClock.isBy(env.self(), each.stamp()) && each.number() > held)
            .limit(Retry.BATCH)
            .forEach(each -> env.send(member, each));
        env.send(member, acknowledgement(true));
      }
    }
    if (env.now() - waitingSince > SUSPECT_AFTER_NANOS) {
      Proposed first = pending.firstEntry().getValue();
      promises
          .missingFor(
              LamportClock.nodeOf(first.stamp()),
              first.number(),
              LamportClock.countOf(first.stamp()))
          .forEach(env::suspect);
    }
    retry.start(Retry.INTERVAL_NANOS);
  }

  // Order

  private void deliver() {
    Map.Entry<Long, Proposed> first = pending.firstEntry();
    while (first != null && isSettled(first.getValue())) {
      pending.pollFirstEntry();
      waitingSince = env.now();
      perform(first.getValue());
      first = pending.firstEntry();
    }
    if (first == null) {
      retry.stop();
    }
    pendingRequests.resumeReady();
  }

  private boolean isSettled(Proposed proposed) {
    long stamp = proposed.stamp();
    return promises.isSettled(
        LamportClock.nodeOf(stamp), proposed.number(), LamportClock.countOf(stamp));
  }

  private void perform(Proposed proposed) {
    lastStamp = proposed.stamp();
    boolean isCommand = proposed.operation() instanceof Command; // a read may be repeated
    if (isCommand && answers.hasBegun(proposed.client(), proposed.sequence())) {
      // Another member has proposed the same request before.
      env.reached(Moment.PROPOSED_TWICE);
      Reply reply = replies.remove(proposed.stamp());
      if (reply != null) {
        deferredReplies.tell(
            () ->
                answers.answerAgain(
                    proposed.client(), proposed.sequence(), reply, pendingRequests));
      }
      return;
    }
    answers.begin(proposed.client(), proposed.sequence());
    lastTime = Math.max(lastTime, proposed.time());
    Ordered ordered =
        new Ordered(
            ++position, lastTime, proposed.client(), proposed.sequence(), proposed.operation());
    apply(proposed.stamp(), ordered);
  }

  private void apply(long stamp, Ordered ordered) {
    if (env.storage().isDurable()) {
      recent.add(ordered);
    }
    env.storage().apply(ordered, (same, answer) -> onApplied(stamp, same, answer));
  }

  private void onApplied(long stamp, Ordered ordered, Answer answer) {
    applied = ordered.position();
    answers.remember(ordered, answer);
    Reply reply = replies.remove(stamp);
    deferredReplies.tell(
        () -> {
          if (reply != null) {
            reply.answer(answer, ordered.position());
          }
          pendingRequests.resumeReady();
        });
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    retry.stop();
    env.storage()
        .still(
            contents -> {
              if (!hasServed) {
                position = contents.position();
                applied = position;
                lastTime = contents.time();
                answers.recall(env.storage().durableState().answers());
                installed = env.storage().durableState().epoch();
              }
              then.accept(
                  new ProposalReport<>(
                      env.self(),
                      hasServed,
                      contents.asOf(lastTime),
                      position,
                      lastStamp,
                      List.copyOf(pending.values()),
                      answers.copy(),
                      clock.count(),
                      installed,
                      starts.copy(),
                      recent.all()));
            });
  }

  /**
   * Whoever has performed most is right, and what anybody holds beyond that comes next, in its
   * order. One that has just started may have performed more, but its peers hold all of that.
   */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    Optional<HandOver> handOver = HandOver.in(members);
    if (handOver.isPresent()) {
      inherit(next, handOver.get());
      return;
    }
    boolean isDurable = env.storage().isDurable();
    List<ProposalReport<Proposed>> all = members.stream().map(TotalOrder::read).toList();
    ProposalReport<Proposed> best = ProposalReport.best(all.stream(), isDurable);
    Optional<ProposalReport<Proposed>> own = all.stream().filter(this::isOwn).findFirst();
    if (own.isEmpty()) {
      pending.clear();
      unanswered.clear();
      replies.clear(); // whatever it was about to do, others have gone on without it
      deferredReplies.forget();
    }
    boolean missesOnlyRest =
        isDurable
            && Stream.concat(all.stream(), joiners.stream().map(TotalOrder::read))
                .anyMatch(each -> isOwn(each) && best.goesOnFrom(each));
    if (isDurable) {
      deferredReplies.begin();
    }
    if (own.isEmpty()
        || !hasServed
        || position < best.applied()
        || (isDurable && !missesOnlyRest)) {
      takeOver(best, own, missesOnlyRest);
    }
    for (ProposalReport<Proposed> each : all) {
      clock.observe(each.count());
      each.pending().forEach(proposed -> pending.put(proposed.stamp(), proposed));
    }
    Map<Long, Proposed> performedElsewhere = pending.headMap(lastStamp, true);
    performedElsewhere.values().stream()
        .filter(each -> replies.containsKey(each.stamp()))
        .forEach(unanswered::add);
    performedElsewhere.clear();
    joiners.forEach(joiner -> clock.observe(read(joiner).count()));
    starts.adopt(best.starts());
    begin(next);
    if (isDurable) {
      performMerged();
    }
  }

  private void begin(View next) {
    starts.begin(next.epoch(), position);
    installed = next.epoch();
    told = 0;
    hasServed = true;
    promises.restart(next);
  }

  private void takeOver(
      ProposalReport<Proposed> best,
      Optional<ProposalReport<Proposed>> own,
      boolean missesOnlyRest) {
    answers.adopt(best.answers());
    if (missesOnlyRest) {
      best.recent().stream()
          .filter(each -> each.position() > position)
          .forEach(each -> apply(0, each));
      env.reached(Moment.REST_TAKEN_OVER);
    } else {
      boolean mayBeSame = own.isPresent() && !(env.storage().isDurable() && best.epoch() > 0);
      if (!mayBeSame || own.get().differsFrom(best)) {
        env.reached(Moment.CONTENTS_TAKEN_OVER);
        env.storage().replace(best.contents().remembering(best.answers().kept()), () -> {});
      }
      recent.replaceBy(best.recent());
      applied = best.applied();
    }
    position = best.applied();
    lastTime = Math.max(lastTime, best.contents().time());
    lastStamp = best.lastStamp();
  }

  @SuppressWarnings("unchecked") // all members of a group have one protocol
  private static ProposalReport<Proposed> read(MemberReport report) {
    return (ProposalReport<Proposed>) report;
  }

  private boolean isOwn(ProposalReport<Proposed> progress) {
    return progress.member().equals(env.self());
  }

  @Override
  public void activate() {
    deferredReplies.end();
    for (Proposed each : unanswered) {
      env.reached(Moment.PERFORMED_ELSEWHERE);
      Reply reply = requireNonNull(replies.remove(each.stamp()));
      answers.answerAgain(each.client(), each.sequence(), reply, pendingRequests);
    }
    unanswered.clear();
    performMerged();
    pendingRequests.resumeReady();
    reads.activate();
  }

  private void performMerged() {
    List<Proposed> merged = List.copyOf(pending.values());
    pending.clear();
    merged.forEach(this::perform);
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    deferredReplies.end();
    performMerged();
    env.storage()
        .still(
            contents ->
                then.accept(
                    new HandOver(position, contents.asOf(lastTime).time(), answers.copy())));
  }

  private void inherit(View next, HandOver handOver) {
    env.storage().beginOrder(handOver.highest(), handOver.time());
    position = handOver.highest();
    applied = position;
    lastTime = handOver.time();
    handOver.passOnTo(answers, next.epoch());
    begin(next);
  }
}
