package io.kvstore.core.replication;

import io.kvstore.View;
import io.kvstore.core.replication.OrderReport.Proposals;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Operation;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one order of a group, as a member holds and performs it: a replicated state machine
 * (Schneider 1990), with what belongs to its state beside the entries.
 *
 * <p>A protocol puts operations into the log, tells the other members, and decides how far they may
 * be performed. The rest is here: what clients were answered and are owed, also those that ask
 * twice, and all that happens between two views.
 *
 * <p>At the end of a view each member reports what it has. What the members know together goes on:
 * one that lacks something takes it over.
 */
public final class PerformedOrder {
  private final Env env;
  private final OrderedLog log;
  private final LogRetention retention;
  private final RememberedAnswers answers = new RememberedAnswers();
  private final EpochStarts starts = new EpochStarts();
  private final OwedReplies replies;
  private final Eviction eviction;
  private final Execution execution;
  private long installed; // the epoch of the view that was installed last, 0 when none was
  private @Nullable OrderReport reported; // since a view was decided last, the first
  private @Nullable OrderReport before; // the same, once another view was installed

  /**
   * Nothing has been ordered yet.
   *
   * @param pendingRequests requests that wait for this member to perform more
   */
  public PerformedOrder(Env env, PendingRequests pendingRequests) {
    this(env, pendingRequests, new Acknowledgements(env.self()));
  }

  /** The same; the acknowledgements tell a primary how far the others are. */
  public PerformedOrder(
      Env env, PendingRequests pendingRequests, Acknowledgements acknowledgements) {
    this.env = env;
    log = new OrderedLog(env);
    replies = new OwedReplies(pendingRequests, log, answers);
    retention = new LogRetention(env, log, acknowledgements);
    eviction = new Eviction(env);
    execution = new Execution(env, log, answers, starts, this::onApplied);
  }

  /** Whether what is performed is kept whichever members are lost; else as many as acks have it. */
  public boolean needsAll() {
    return Cell.isStrong(env.view());
  }

  /** The operations that are held. */
  public OrderedLog log() {
    return log;
  }

  /** How much of the log is kept. */
  public LogRetention retention() {
    return retention;
  }

  /** What clients were answered. */
  public RememberedAnswers answers() {
    return answers;
  }

  /** Up to where operations were handed to the datalet. */
  public long position() {
    return execution.position();
  }

  /** The time that is stamped on the newest of these. */
  public long time() {
    return execution.time();
  }

  /** Up to where operations were performed by the datalet. */
  public long applied() {
    return execution.applied();
  }

  /** Whether too much is held, or the first that is not performed has waited for too long. */
  public boolean isStuck() {
    return retention.isFull(position(), applied()) || execution.isLate();
  }

  /** What clients are owed. */
  public OwedReplies replies() {
    return replies;
  }

  // Ordering

  /** Whether a client's request is in the order already. */
  public boolean has(int client, long sequence) {
    return answers.hasBegun(client, sequence);
  }

  /** A request is to be done by others if at all: it is answered in the next view. */
  void lose(int client, long sequence, Reply reply) {
    replies.lose(client, sequence, installed, reply);
  }

  /** Answers a request that is in the order already, once it is performed. */
  public void answerAgain(int client, long sequence, Reply reply) {
    replies.answerAgain(client, sequence, reply);
  }

  /** Whether to give a request the next position; if not, it is answered again, or refused. */
  public boolean takesOn(Request request, Reply reply) {
    if (has(request.client(), request.sequence())) {
      env.reached(Moment.ASKED_AGAIN);
      answerAgain(request.client(), request.sequence(), reply);
    } else if (isStuck()) {
      env.reached(Moment.WRITE_REFUSED_FOR_MISSING_MEMBER);
      reply.refuse("not every replica has acknowledged in time: heal or restart the missing one");
    } else {
      return reply.begin();
    }
    return false;
  }

  /**
   * Gives a request the next position; its client is answered once it is performed.
   *
   * @param isAskedAgain whether its client had asked for it in a view before
   */
  public Ordered append(Request request, boolean isAskedAgain, Reply reply) {
    Ordered next = next(env.now(), request.client(), request.sequence(), request.operation());
    return append(isAskedAgain ? next.askedAgain() : next, reply);
  }

  Ordered next(long time, int client, long sequence, Operation operation) {
    return eviction.place(log.last() + 1, execution.stamp(time), client, sequence, operation);
  }

  Ordered append(Ordered next, @Nullable Reply reply) {
    if (reply != null) {
      replies.owe(next.position(), reply);
    }
    take(next);
    answers.begin(next.client(), next.sequence());
    return next;
  }

  /** Takes an operation that another member has ordered, perhaps earlier than those before it. */
  public void take(Ordered ordered) {
    execution.take(ordered);
  }

  // Performing

  /** Performs what the log has up to a position; tells whether there was anything. */
  public boolean performUpTo(long position) {
    return execution.upTo(position);
  }

  private void onApplied(Ordered ordered, Answer answer) {
    if (!needsAll()) {
      log.noteEffect(ordered.position(), answer);
    }
    replies.onPerformed(ordered, answer);
  }

  /**
   * Forgets what need not be kept.
   *
   * @param isPrimary whether this member knows which of the others may lack something
   */
  public void forget(boolean isPrimary) {
    retention.forget(isPrimary, position(), applied());
  }

  // Copies

  /** Copies all that is performed, for a member that needs what is no longer in the log. */
  public void copy(Consumer<CopyOfAll> then) {
    long epoch = env.view().epoch();
    long upTo = position();
    long time = time();
    env.storage()
        .snapshot(
            all ->
                then.accept(
                    new CopyOfAll(epoch, all.asOf(time), upTo, answers.copy(), starts.copy())));
  }

  /** Takes a copy over, if it has more than what is held here; tells whether it has. */
  public boolean takeOver(CopyOfAll copy) {
    boolean isNews = copy.applied() > log.last();
    if (isNews) {
      env.storage().replace(copy.contents().remembering(copy.answers().kept()), () -> {});
      answers.adopt(copy.answers());
      starts.adopt(copy.starts());
      beginAfter(copy.applied(), copy.contents().time());
    }
    return isNews;
  }

  /** Goes on after this position: the datalet has everything up to there. */
  private void beginAfter(long position, long time) {
    retention.clear();
    execution.beginAfter(position, time);
  }

  // Reconfiguration

  /**
   * Reports how far this member is, once the datalet has performed what it was handed.
   *
   * <p>Where a primary may answer before all have a write, a backup cannot know what was answered
   * of that which it holds: so it performs all of it, and reports what it did.
   */
  public void report(Consumer<MemberReport> then) {
    report(null, then);
  }

  void report(@Nullable Proposals<?> proposals, Consumer<MemberReport> then) {
    if (!needsAll() && installed > 0 && !env.view().primary().equals(env.self())) {
      performUpTo(log.last());
    }
    env.storage()
        .still(
            contents -> {
              if (installed == 0) { // begins with what the datalet has kept
                beginAfter(contents.position(), contents.time());
                answers.recall(env.storage().durableState().answers());
              }
              OrderReport report = reportOf(contents, proposals);
              reported = reported == null ? report : reported;
              then.accept(report);
            });
  }

  private OrderReport reportOf(Contents contents, @Nullable Proposals<?> proposals) {
    boolean isDurable = env.storage().isDurable();
    List<Ordered> unapplied = unapplied();
    unapplied.forEach(starts::note);
    return new OrderReport(
        env.self(),
        installed > 0,
        installed > 0 || isDurable,
        contents.asOf(time()),
        applied(),
        unapplied,
        answers.copy(),
        installed > 0 ? installed : env.storage().durableState().epoch(),
        starts.copy(),
        isDurable || !needsAll() ? log.withEffects() : List.of(),
        retention.segments(),
        before,
        proposals,
        null);
  }

  private List<Ordered> unapplied() {
    return log.from(applied() + 1, Integer.MAX_VALUE);
  }

  /**
   * Goes on in the next view, from what another protocol has left, or from what the members know
   * together: the best of them has everything that was answered.
   *
   * <p>Where datalets are durable, what goes on is performed before the view is decided, and told
   * after: those who made sure of it before may be left out of the view, and so may their disks.
   *
   * @return the member whose state this one has taken over; none if it goes on from its own
   */
  public Optional<OrderReport> install(
      View next, List<MemberReport> members, List<MemberReport> joiners) {
    Optional<HandOver> handOver = HandOver.in(members);
    if (handOver.isPresent()) {
      inherit(next, handOver.get());
      return Optional.empty();
    }
    boolean isDurable = env.storage().isDurable();
    OrderMerge merge = OrderMerge.of(env.self(), isDurable, members, joiners, !needsAll());
    if (!merge.isMember()) {
      replies.forget(unapplied(), !needsAll(), installed);
    }
    if (!needsAll() && merge.isMember()) {
      performWhatIsHeld(merge.best().applied());
    }
    boolean isBehind = isBehind(merge);
    if (isBehind) {
      takeOver(merge, next);
    }
    goOn(merge.best(), next);
    if (!needsAll()) {
      // What a primary has answered by itself, after the group had gone on without it, comes last.
      bringBackLeftOver(merge, merge.astray(members, joiners));
    }
    begin(next);
    if (isDurable) {
      replies.defer();
      performUpTo(log.last());
    }
    return isBehind ? Optional.of(merge.best()) : Optional.empty();
  }

  /** A primary holds what its backups have performed before they reported. */
  private void performWhatIsHeld(long upTo) {
    if (applied() < upTo && upTo <= log.last()) {
      replies.defer();
      performUpTo(upTo);
    }
  }

  private boolean isBehind(OrderMerge merge) {
    boolean mayDiffer = env.storage().isDurable() && !merge.isContinued();
    return installed == 0 || !merge.isMember() || mayDiffer || position() < merge.best().applied();
  }

  private void takeOver(OrderMerge merge, View next) {
    OrderReport best = merge.best();
    boolean isDurable = env.storage().isDurable();
    if (isDurable && merge.isContinued()) {
      env.reached(Moment.REST_TAKEN_OVER);
    } else {
      if (merge.mayDiffer() || (isDurable && best.epoch() > 0)) {
        env.reached(Moment.CONTENTS_TAKEN_OVER);
        env.storage()
            .replace(best.contents().remembering(merge.witness().answers().kept()), () -> {});
      }
      beginAfter(best.applied(), best.contents().time());
    }
    merge.teach(answers, next);
  }

  /** Holds what the best member does, and nothing else. */
  private void goOn(OrderReport best, View next) {
    boolean knowsRecent = env.storage().isDurable() && !best.recent().isEmpty();
    log.restartAfter(knowsRecent ? best.recent().get(0).position() - 1 : position());
    (knowsRecent ? best.recent() : best.unapplied())
        .stream().filter(each -> each.position() > log.last()).forEach(log::offer);
    starts.adopt(best.starts());
    starts.begin(next.epoch(), log.last());
  }

  private void bringBackLeftOver(OrderMerge merge, List<OrderReport> astray) {
    long highest = LeftOverUpdates.highestOf(astray, starts);
    if (highest > log.last()) {
      replies.defer();
      starts.orderAfter(log.last()); // these belong to the epoch before
      performUpTo(log.last());
      env.storage().beginOrder(highest, time());
      beginAfter(highest, time());
    }
    astray.forEach(each -> LeftOverUpdates.bringBack(env, each, starts, merge.witness(), log));
  }

  private void begin(View next) {
    installed = next.epoch();
    before = reported;
    starts.orderAfter(needsAll() ? Long.MAX_VALUE : log.last());
    retention.restart(next, !needsAll());
    env.tellEpochs(starts.positions());
  }

  /** The view is decided: clients are told. All that is in the log may be performed. */
  public void activate() {
    replies.decide();
    replies.settle();
    reported = null;
    before = null;
  }

  /** Performs all that is left, and leaves it to the protocol of the next view. */
  public void handOver(Consumer<MemberReport> then) {
    replies.decide();
    performUpTo(log.last());
    env.storage()
        .still(
            contents ->
                then.accept(new HandOver(applied(), contents.asOf(time()).time(), answers.copy())));
  }

  private void inherit(View next, HandOver handOver) {
    env.storage().beginOrder(handOver.highest(), handOver.time());
    beginAfter(handOver.highest(), handOver.time());
    handOver.passOnTo(answers, next.epoch());
    starts.begin(next.epoch(), log.last());
    begin(next);
  }
}
