package io.kvstore.core.protocol;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Acknowledgements;
import io.kvstore.core.replication.DeferredReplies;
import io.kvstore.core.replication.EpochStarts;
import io.kvstore.core.replication.Execution;
import io.kvstore.core.replication.Footprint;
import io.kvstore.core.replication.Forwarding;
import io.kvstore.core.replication.Forwarding.ForwardedReply;
import io.kvstore.core.replication.Forwarding.ForwardedRequest;
import io.kvstore.core.replication.HandOver;
import io.kvstore.core.replication.Laggards;
import io.kvstore.core.replication.LeftOverUpdates;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.LogMerge;
import io.kvstore.core.replication.LogReport;
import io.kvstore.core.replication.LogRetention;
import io.kvstore.core.replication.LogRetention.Spread;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.replication.OrderedLog;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.PositionRing;
import io.kvstore.core.replication.RememberedAnswers;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.spi.Timer;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Command;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.Optional;
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

  /** What is up to here may be performed. */
  record Committed(long epoch, long upTo, Spread spread) implements Message {}

  /** All that is performed, for a backup that needs what is no longer in the log. */
  record CopyOfAll(
      long epoch, Contents contents, long applied, RememberedAnswers answers, EpochStarts starts)
      implements Message {
    @Override
    public long footprint() {
      return Footprint.of(contents);
    }
  }

  private static final int LOG_LIMIT = 100_000; // for a backup that cannot be reached

  private final Env env;
  private final OrderedLog log;
  private final PositionRing<Reply> replies = new PositionRing<>(); // at the primary
  private final Acknowledgements acknowledgements;
  private final Laggards laggards;
  private final LogRetention retention;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final LocalReads reads;
  private final Forwarding forwarding;
  private final Timer retry;
  private final RememberedAnswers answers = new RememberedAnswers();
  private final Execution execution;
  private final DeferredReplies deferredReplies = new DeferredReplies();
  private long waitingSince; // when the oldest operation that is not committed began to wait
  private long installed; // the epoch of the view that was installed last, 0 when none was

  PrimaryBackup(Env env) {
    this.env = env;
    log = new OrderedLog(LOG_LIMIT, env.settings().limits().owedBytes());
    acknowledgements = new Acknowledgements(env.self());
    laggards = new Laggards(env, acknowledgements);
    retention = new LogRetention(log, acknowledgements, env.view(), env.storage().isDurable());
    execution = new Execution(env, log, retention, answers, this::onApplied);
    reads = new LocalReads(env, this::position, execution::committedTime, this::onCommand);
    forwarding =
        new Forwarding(env, answers, request -> env.view().primary(), this::onForwardedReply);
    retry = env.timer(this::repeat);
  }

  private boolean needsAll() {
    return env.view().consistency().isAtLeast(Consistency.SEQUENTIAL);
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
    OptimisticRead optimisticRead =
        reads.optimisticRead(query, level, position, execution.applied());
    return mayAnswer(level) ? optimisticRead : null;
  }

  private void onCommand(Request request, Reply reply) {
    if (!isPrimary()) {
      forwarding.pass(request, reply);
    } else if (answers.hasBegun(request.client(), request.sequence())) {
      env.reached(Moment.ASKED_AGAIN);
      answers.answerAgain(request.client(), request.sequence(), reply, pendingRequests);
    } else if (isStuck()) {
      env.reached(Moment.WRITE_REFUSED_FOR_MISSING_MEMBER);
      reply.refuse("not every replica has acknowledged in time: heal or restart the missing one");
    } else if (reply.begin()) {
      replies.put(log.last() + 1, reply);
      order(request);
    }
  }

  private boolean isStuck() {
    boolean isWaiting = execution.committed() < log.last();
    return log.isFull() || (isWaiting && env.now() - waitingSince > Retry.SUSPECT_AFTER_NANOS);
  }

  private void order(Request request) {
    if (execution.committed() == log.last()) {
      waitingSince = env.now();
    }
    Ordered next =
        new Ordered(
            log.last() + 1,
            execution.stamp(),
            request.client(),
            request.sequence(),
            request.operation());
    boolean isAskedAgain =
        request instanceof ForwardedRequest asked && asked.since() < env.view().epoch();
    Ordered ordered = isAskedAgain ? next.askedAgain() : next;
    log.offer(ordered);
    answers.begin(ordered.client(), ordered.sequence());
    acknowledgements.holds(env.self(), ordered.position());
    commitUpTo(acknowledgements.settled());
    laggards.broadcast(append(ordered), log.first());
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    forgetHeldByAll();
  }

  private Append append(Ordered ordered) {
    return new Append(env.view().epoch(), ordered, execution.committed(), retention.spread());
  }

  /** The primary has answered. A session's write is answered here once it is performed here. */
  private void onForwardedReply(Request request, ForwardedReply told, Reply reply) {
    boolean mustBeHere =
        request.operation() instanceof Command && request.level() != Consistency.EVENTUAL;
    pendingRequests.until(
        () -> !mustBeHere || execution.applied() >= told.position(),
        reply,
        "the write to arrive here",
        () -> reply.answer(requireNonNull(told.answer()), told.position()));
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
      forgetNeedless();
    } else if (message instanceof ForwardedRequest asked) {
      forwarding.onForwardedRequest(from, asked, this::onRequest);
    } else if (message instanceof ForwardedReply told) {
      forwarding.onForwardedReply(told);
    } else if (message instanceof CopyOfAll copy) {
      onCopy(from, copy);
    } else {
      throw new UnknownMessageError(message);
    }
  }

  private void onAppend(NodeId from, Append append) {
    log.offer(append.ordered());
    retention.hear(append.spread());
    env.send(from, new Appended(env.view().epoch(), log.last()));
    commitUpTo(append.committed());
    if (execution.committed() < log.last()) {
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  private void onAppended(NodeId from, Appended appended) {
    retention.heardOf(from);
    boolean isRepetition = appended.upTo() <= acknowledgements.heldBy(from);
    acknowledgements.holds(from, Math.min(appended.upTo(), log.last()));
    if (acknowledgements.settled() > execution.committed()) {
      commitUpTo(acknowledgements.settled());
      env.broadcast(committed());
    } else if (isRepetition) {
      // It may have missed the last Committed: nothing else would tell it while there are no
      // writes.
      env.send(from, committed());
    }
    forgetHeldByAll();
  }

  private Committed committed() {
    return new Committed(env.view().epoch(), execution.committed(), retention.spread());
  }

  private void forgetHeldByAll() {
    forgetNeedless();
    if (acknowledgements.heldByAll() == log.last() && retry.isRunning()) {
      retry.stop();
      laggards.forgive();
    }
  }

  private void forgetNeedless() {
    retention.forget(isPrimary(), execution.committed(), execution.applied());
  }

  private void commitUpTo(long upTo) {
    long end = Math.min(upTo, log.last());
    if (end <= execution.committed()) {
      return;
    }
    performUpTo(end);
    if (!isPrimary()) {
      forgetNeedless();
      if (execution.committed() == log.last()) {
        retry.stop();
      }
    }
    pendingRequests.resumeReady();
  }

  private void performUpTo(long end) {
    waitingSince = env.now();
    execution.performUpTo(end);
  }

  private void onApplied(Ordered ordered, Answer answer) {
    if (!needsAll()) {
      ordered.noteEffect(answer);
    }
    execution.onApplied(ordered, answer);
    Reply reply = replies.remove(ordered.position());
    deferredReplies.tell(
        () -> {
          if (reply != null) {
            reply.answer(answer, ordered.position());
          }
          pendingRequests.resumeReady();
        });
  }

  private void repeat() {
    if (isPrimary()) {
      env.view().members().forEach(this::catchUp);
      if (needsAll() && isStuck()) {
        laggards.suspectBehind(execution.committed());
      }
    } else {
      env.send(env.view().primary(), new Appended(env.view().epoch(), log.last()));
    }
    retry.start(Retry.INTERVAL_NANOS);
  }

  private void catchUp(NodeId member) {
    long next = acknowledgements.heldBy(member) + 1;
    long epoch = env.view().epoch();
    laggards.look(member, log.last());
    if (next >= log.first()) {
      log.from(next, Retry.BATCH).forEach(each -> env.send(member, append(each)));
    } else if (!retention.allowsCopyTo(member)) {
      log.from(log.last(), 1).forEach(each -> env.send(member, append(each))); // is it there?
    } else if (laggards.isDueACopy(member)) {
      long upTo = execution.committed();
      long time = execution.committedTime();
      retention.sentCopy(member, upTo);
      env.storage()
          .snapshot(
              all ->
                  env.send(
                      member,
                      new CopyOfAll(
                          epoch, all.asOf(time), upTo, answers.copy(), execution.starts().copy())));
    }
  }

  private void onCopy(NodeId from, CopyOfAll copy) {
    if (copy.applied() > log.last()) {
      env.storage().replace(copy.contents().remembering(copy.answers().kept()), () -> {});
      answers.adopt(copy.answers());
      execution.starts().adopt(copy.starts());
      execution.beginAfter(copy.applied(), copy.contents().time());
      retry.stop(); // it lacks nothing that it knows of
      pendingRequests.resumeReady();
    }
    env.send(from, new Appended(env.view().epoch(), log.last()));
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    retry.stop();
    execution.report(installed, !needsAll() || env.storage().isDurable(), then);
  }

  /**
   * The longest log goes on: it has everything that was answered. What clients were answered is
   * known to those who were there, and to those who have kept it.
   *
   * <p>Where datalets are durable, what goes on is performed before the view is decided, and told
   * after: those who made sure of it before may be left out of the view, and so may their disks.
   */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    Optional<HandOver> handOver = HandOver.in(members);
    if (handOver.isPresent()) {
      inherit(next, handOver.get());
      return;
    }
    LogMerge merge = LogMerge.of(env.self(), members, joiners, !needsAll());
    LogReport best = merge.best();
    boolean wasMember = merge.own().isPresent() && !merge.hasStrayed();
    if (!wasMember) {
      replies.clear(); // whatever it was about to do, others have gone on without it
      deferredReplies.forget();
    }
    boolean isDurable = env.storage().isDurable();
    boolean isContinued = isDurable && merge.isContinued();
    boolean isBehind = !wasMember || installed == 0 || execution.applied() < best.applied();
    if (isBehind || (isDurable && !isContinued)) {
      if (!isContinued) {
        takeOver(merge);
      }
      merge.teach(answers, next);
    }
    boolean knowsRecent = isDurable && !best.recent().isEmpty();
    log.restartAfter(knowsRecent ? best.recent().get(0).position() - 1 : execution.applied());
    (knowsRecent ? best.recent() : best.unapplied())
        .stream().filter(each -> each.position() > log.last()).forEach(log::offer);
    EpochStarts starts = execution.starts();
    starts.adopt(best.starts());
    starts.begin(next.epoch(), log.last());
    if (!needsAll()) {
      // What a primary has answered by itself, after the group had gone on without it, comes last.
      bringBackLeftOver(merge, merge.astray(members, joiners));
    }
    begin(next);
    if (isDurable) {
      deferredReplies.begin();
      performUpTo(log.last());
    }
  }

  private void bringBackLeftOver(LogMerge merge, List<LogReport> astray) {
    EpochStarts starts = execution.starts();
    long highest = LeftOverUpdates.highestOf(astray, starts);
    if (highest > log.last()) {
      deferredReplies.begin();
      execution.skipTo(highest);
    }
    astray.forEach(each -> LeftOverUpdates.bringBack(env, each, starts, merge.witness(), log));
  }

  private void begin(View next) {
    installed = next.epoch();
    execution.onInstalled();
    execution.starts().orderAfter(needsAll() ? Long.MAX_VALUE : log.last());
    acknowledgements.restart(
        next, needsAll() ? next.members().size() : env.settings().acks(), log.last());
    laggards.restart();
    retention.restart(next, !needsAll());
  }

  private void takeOver(LogMerge merge) {
    LogReport best = merge.best();
    if (merge.mayDiffer() || (env.storage().isDurable() && best.epoch() > 0)) {
      env.storage()
          .replace(best.contents().remembering(merge.witness().answers().kept()), () -> {});
    }
    execution.beginAfter(best.applied(), best.contents().time());
  }

  @Override
  public void activate() {
    deferredReplies.end();
    execution.onDecided();
    commitUpTo(log.last());
    forgetHeldByAll(); // else a log that left-over updates have filled would stay full
    forwarding.restart();
    pendingRequests.resumeReady();
    reads.activate();
  }

  @Override
  public long position() {
    return execution.committed();
  }

  @Override
  public boolean hasFallenBehind(NodeId member) {
    return isPrimary() && laggards.hasFallenBehind(member);
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    deferredReplies.end();
    commitUpTo(log.last());
    env.storage()
        .still(
            contents ->
                then.accept(
                    new HandOver(
                        execution.applied(),
                        contents.asOf(execution.committedTime()).time(),
                        answers.copy())));
  }

  private void inherit(View next, HandOver handOver) {
    env.storage().beginOrder(handOver.highest(), handOver.time());
    execution.beginAfter(handOver.highest(), handOver.time());
    handOver.passOnTo(answers, next.epoch());
    execution.starts().begin(next.epoch(), log.last());
    begin(next);
  }
}
