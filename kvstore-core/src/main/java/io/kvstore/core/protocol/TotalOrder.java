package io.kvstore.core.protocol;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.ordering.LamportClock;
import io.kvstore.core.ordering.Legacy;
import io.kvstore.core.ordering.LocalReads;
import io.kvstore.core.ordering.Parked;
import io.kvstore.core.ordering.Promises;
import io.kvstore.core.ordering.RememberedAnswers;
import io.kvstore.core.ordering.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Standing;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

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
      implements Message {}

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

  /**
   * How far a member is: what it has performed, and what it holds beyond.
   *
   * @param hasServed whether it was in the last view; one that has just started knows what its
   *     datalet has kept, but not by which proposals it came there
   */
  record Progress(
      NodeId member,
      boolean hasServed,
      Contents contents,
      long applied,
      long lastStamp,
      Collection<Proposed> pending,
      RememberedAnswers answers,
      long count)
      implements Standing {
    @Override
    public boolean isBlank() {
      return !hasServed && applied == 0 && contents.entries().isEmpty();
    }

    /**
     * Two members that have performed the same order, one perhaps more of it, differ if these do.
     */
    boolean differsFrom(Progress other) {
      return applied != other.applied
          || contents.entries().size() != other.contents.entries().size();
    }
  }

  /** How long a member waits for the others before it takes no more operations. */
  private static final long SUSPECT_AFTER_NANOS = 500_000_000;

  private final Env env;
  private final LamportClock clock = new LamportClock();
  private final TreeMap<Long, Proposed> pending = new TreeMap<>(); // by stamp
  private final Promises<Proposed> promises;
  private final Map<Long, Reply> replies = new TreeMap<>(); // of this member's proposals, by stamp
  private final List<Proposed> unanswered = new ArrayList<>(); // that others have performed
  private final Parked parked = new Parked();
  private final LocalReads reads;
  private final Timer retry;
  private final RememberedAnswers answers = new RememberedAnswers();
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
      parked.until(
          () -> position >= floor,
          reply,
          "what this session has seen to arrive here",
          () -> reads.read(request, reply));
    }
  }

  private void propose(Request request, Reply reply) {
    if (!pending.isEmpty() && env.now() - waitingSince > SUSPECT_AFTER_NANOS) {
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
      throw new AssertionError("no such message: " + message);
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
    parked.resumeReady();
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
      Reply reply = replies.remove(proposed.stamp());
      if (reply != null) {
        answers.answerAgain(proposed.client(), proposed.sequence(), reply, parked);
      }
      return;
    }
    answers.begin(proposed.client(), proposed.sequence());
    lastTime = Math.max(lastTime, proposed.time());
    Ordered ordered =
        new Ordered(
            ++position, lastTime, proposed.client(), proposed.sequence(), proposed.operation());
    env.storage().apply(ordered, answer -> onApplied(proposed.stamp(), ordered, answer));
  }

  private void onApplied(long stamp, Ordered ordered, Answer answer) {
    applied = ordered.position();
    answers.remember(ordered, answer);
    Reply reply = replies.remove(stamp);
    if (reply != null) {
      reply.answer(answer, ordered.position());
    }
    parked.resumeReady();
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<Standing> then) {
    retry.stop();
    env.storage()
        .still(
            contents -> {
              if (!hasServed) {
                position = contents.highestVersion();
                applied = position;
                lastTime = contents.time();
              }
              then.accept(
                  new Progress(
                      env.self(),
                      hasServed,
                      contents.asOf(lastTime),
                      position,
                      lastStamp,
                      List.copyOf(pending.values()),
                      answers.copy(),
                      clock.count()));
            });
  }

  /**
   * Whoever has performed most is right, and what anybody holds beyond that comes next, in its
   * order. One that has just started may have performed more, but its peers hold all of that.
   */
  @Override
  public void install(View next, List<Standing> members, List<Standing> joiners) {
    Optional<Legacy> legacy = Legacy.in(members);
    if (legacy.isPresent()) {
      inherit(next, legacy.get());
      return;
    }
    List<Progress> all = members.stream().map(Progress.class::cast).toList();
    Comparator<Progress> byPlace = Comparator.comparingLong(Progress::applied);
    Progress best =
        all.stream()
            .max(Comparator.comparing(Progress::hasServed).thenComparing(byPlace))
            .orElseThrow();
    Optional<Progress> own = all.stream().filter(this::isOwn).findFirst();
    if (own.isEmpty()) {
      pending.clear();
      unanswered.clear();
      replies.clear(); // whatever it was about to do, others have gone on without it
    }
    if (own.isEmpty() || !hasServed || position < best.applied()) {
      if (own.isEmpty() || own.get().differsFrom(best)) {
        env.storage().replace(best.contents(), () -> {});
      }
      answers.adopt(best.answers());
      position = best.applied();
      applied = position;
      lastTime = Math.max(lastTime, best.contents().time());
      lastStamp = best.lastStamp();
    }
    for (Progress each : all) {
      clock.observe(each.count());
      each.pending().forEach(proposed -> pending.put(proposed.stamp(), proposed));
    }
    Map<Long, Proposed> performedElsewhere = pending.headMap(lastStamp, true);
    performedElsewhere.values().stream()
        .filter(each -> replies.containsKey(each.stamp()))
        .forEach(unanswered::add);
    performedElsewhere.clear();
    joiners.forEach(joiner -> clock.observe(((Progress) joiner).count()));
    begin(next);
  }

  private void begin(View next) {
    told = 0;
    hasServed = true;
    promises.restart(next);
  }

  private boolean isOwn(Progress progress) {
    return progress.member().equals(env.self());
  }

  @Override
  public void activate() {
    performMerged();
    parked.resumeReady();
  }

  private void performMerged() {
    for (Proposed each : unanswered) {
      Reply reply = requireNonNull(replies.remove(each.stamp()));
      answers.answerAgain(each.client(), each.sequence(), reply, parked);
    }
    unanswered.clear();
    List<Proposed> merged = List.copyOf(pending.values());
    pending.clear();
    merged.forEach(this::perform);
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void handOver(Consumer<Standing> then) {
    performMerged();
    env.storage()
        .still(
            contents ->
                then.accept(new Legacy(position, contents.asOf(lastTime).time(), answers.copy())));
  }

  private void inherit(View next, Legacy legacy) {
    env.storage().collect(Long.MAX_VALUE, legacy.time(), collected -> {});
    position = legacy.highest();
    applied = position;
    lastTime = legacy.time();
    legacy.bequeathTo(answers, next.epoch());
    begin(next);
  }
}
