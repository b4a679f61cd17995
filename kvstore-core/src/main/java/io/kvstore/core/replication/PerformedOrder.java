package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.View;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Command;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of its group's one order that a member has performed: how far it is, as of which time,
 * what clients were answered, and what it still owes them. At the end of a view it tells what may
 * go on, and merges what all members tell.
 *
 * <p>What was performed before a view is decided is told after: its members may yet be others.
 *
 * @param <P> the type of proposals
 */
public final class PerformedOrder<P extends Proposal> {
  private final Env env;
  private final PendingRequests pendingRequests;
  private final RememberedAnswers answers = new RememberedAnswers();
  private final EpochStarts starts = new EpochStarts();
  private final RecentOperations recent; // where datalets are durable
  private final DeferredReplies deferredReplies = new DeferredReplies();
  private final Map<Long, Reply> replies = new TreeMap<>(); // owed for proposals, by stamp
  private final Set<P> performedElsewhere = new LinkedHashSet<>(); // of those
  private final TreeMap<Long, P> merged = new TreeMap<>(); // for the next view, by stamp
  private long installed; // the epoch of the view that was installed last
  private long lastStamp; // of the last proposal that was performed
  private long position; // operations handed to the datalet
  private long time; // stamped on the last of them
  private boolean hasServed;

  /**
   * Nothing has been performed yet.
   *
   * @param pendingRequests requests that wait for this member to perform more
   */
  public PerformedOrder(Env env, PendingRequests pendingRequests) {
    this.env = env;
    this.pendingRequests = pendingRequests;
    recent =
        new RecentOperations(
            RecentOperations.KEPT_FOR_RETURNING, env.settings().limits().owedBytes());
  }

  /** How many operations were handed to the datalet. */
  public long position() {
    return position;
  }

  /** The time stamped on the last of them. */
  public long time() {
    return time;
  }

  /** The stamp of the last proposal that was performed. */
  public long lastStamp() {
    return lastStamp;
  }

  /** What clients were answered. */
  public RememberedAnswers answers() {
    return answers;
  }

  // Performing

  /** Has a client answered once the proposal with this stamp is performed. */
  public void owe(long stamp, Reply reply) {
    replies.put(stamp, reply);
  }

  /**
   * Performs the next proposal of the order; not an operation that is in it already, since another
   * member has proposed it before.
   */
  public void perform(P proposal) {
    lastStamp = proposal.stamp();
    Reply reply = replies.remove(lastStamp);
    boolean isCommand = proposal.operation() instanceof Command; // a read may be repeated
    if (isCommand && answers.hasBegun(proposal.client(), proposal.sequence())) {
      env.reached(Moment.PROPOSED_TWICE);
      if (reply != null) {
        answerAgain(proposal.client(), proposal.sequence(), reply);
      }
      return;
    }
    answers.begin(proposal.client(), proposal.sequence());
    time = Math.max(time, proposal.time());
    apply(
        new Ordered(++position, time, proposal.client(), proposal.sequence(), proposal.operation()),
        reply);
  }

  private void apply(Ordered ordered, @Nullable Reply reply) {
    if (env.storage().isDurable()) {
      recent.add(ordered);
    }
    env.storage().apply(ordered, (same, answer) -> onApplied(same, answer, reply));
  }

  private void onApplied(Ordered ordered, Answer answer, @Nullable Reply reply) {
    answers.remember(ordered, answer);
    deferredReplies.tell(
        () -> {
          if (reply != null) {
            reply.answer(answer, ordered.position());
          }
          pendingRequests.resumeReady();
        });
  }

  /** Whether a client's operation is in the order already. */
  public boolean has(int client, long sequence) {
    return answers.hasBegun(client, sequence);
  }

  /** Answers an operation that is in the order already, once it is performed. */
  public void answerAgain(int client, long sequence, Reply reply) {
    deferredReplies.tell(() -> answers.answerAgain(client, sequence, reply, pendingRequests));
  }

  // Reconfiguration

  /**
   * Reports how far this member is, at the end of a view.
   *
   * @param pending what it holds beyond what it has performed
   * @param count of its Lamport clock, if it has one
   */
  public void report(List<P> pending, long count, Consumer<MemberReport> then) {
    env.storage()
        .still(
            contents -> {
              if (!hasServed) {
                recall(contents);
              }
              List<P> held = new ArrayList<>(merged.values());
              held.addAll(pending);
              then.accept(
                  new ProposalReport<>(
                      env.self(),
                      hasServed,
                      contents.asOf(time),
                      position,
                      lastStamp,
                      held,
                      answers.copy(),
                      count,
                      installed,
                      starts.copy(),
                      recent.all()));
            });
  }

  private void recall(Contents contents) {
    position = contents.position();
    time = contents.time();
    answers.recall(env.storage().durableState().answers());
    installed = env.storage().durableState().epoch();
  }

  /**
   * Goes on in the next view, from what another protocol has left, or from where the best member
   * is: what any member holds beyond that is performed before anything new.
   *
   * @return the highest count of a member's Lamport clock
   */
  public long install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    Optional<HandOver> handOver = HandOver.in(members);
    if (handOver.isPresent()) {
      inherit(next, handOver.get());
      return 0;
    }
    boolean isDurable = env.storage().isDurable();
    ProposalMerge<P> merge = ProposalMerge.of(env.self(), members, joiners, isDurable);
    merged.clear();
    if (merge.own().isEmpty()) {
      forgetReplies();
    }
    if (isDurable) {
      deferredReplies.begin();
    }
    if (isBehind(merge)) {
      takeOver(merge);
    }
    merge.pending().forEach(each -> merged.put(each.stamp(), each));
    SortedMap<Long, P> performed = merged.headMap(lastStamp, true);
    performed.values().stream()
        .filter(each -> replies.containsKey(each.stamp()))
        .forEach(performedElsewhere::add);
    performed.clear();
    starts.adopt(merge.best().starts());
    begin(next);
    if (isDurable) {
      performMerged();
    }
    return merge.highestCount();
  }

  /** Whatever this member was about to do, others have gone on without it. */
  private void forgetReplies() {
    replies.clear();
    performedElsewhere.clear();
    deferredReplies.forget();
  }

  private boolean isBehind(ProposalMerge<P> merge) {
    return merge.own().isEmpty()
        || !hasServed
        || position < merge.best().applied()
        || (env.storage().isDurable() && !merge.missesOnlyRest());
  }

  private void takeOver(ProposalMerge<P> merge) {
    ProposalReport<P> best = merge.best();
    answers.adopt(best.answers());
    if (merge.missesOnlyRest()) {
      best.recent().stream()
          .filter(each -> each.position() > position)
          .forEach(each -> apply(each, null));
      env.reached(Moment.REST_TAKEN_OVER);
    } else {
      if (merge.mayDiffer(env.storage().isDurable())) {
        env.reached(Moment.CONTENTS_TAKEN_OVER);
        env.storage().replace(best.contents().remembering(best.answers().kept()), () -> {});
      }
      recent.replaceBy(best.recent());
    }
    position = best.applied();
    time = Math.max(time, best.contents().time());
    lastStamp = best.lastStamp();
  }

  private void begin(View next) {
    starts.begin(next.epoch(), position);
    installed = next.epoch();
    hasServed = true;
  }

  private void performMerged() {
    List<P> all = List.copyOf(merged.values());
    merged.clear();
    all.forEach(this::perform);
  }

  /** The view is decided: clients are answered, and what was merged is performed. */
  public void activate() {
    deferredReplies.end();
    for (P each : performedElsewhere) {
      env.reached(Moment.PERFORMED_ELSEWHERE);
      Reply reply = requireNonNull(replies.remove(each.stamp()));
      answerAgain(each.client(), each.sequence(), reply);
    }
    performedElsewhere.clear();
    performMerged();
    pendingRequests.resumeReady();
  }

  /** What is left to the protocol of the next view, if that is another. */
  public void handOver(Consumer<MemberReport> then) {
    deferredReplies.end();
    performMerged();
    env.storage()
        .still(
            contents ->
                then.accept(new HandOver(position, contents.asOf(time).time(), answers.copy())));
  }

  private void inherit(View next, HandOver handOver) {
    env.storage().beginOrder(handOver.highest(), handOver.time());
    position = handOver.highest();
    time = handOver.time();
    handOver.passOnTo(answers, next.epoch());
    begin(next);
  }
}
