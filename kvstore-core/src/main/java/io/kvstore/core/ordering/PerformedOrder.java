package io.kvstore.core.ordering;

import io.kvstore.View;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of its group's one order that a member has performed: how far it is, as of which time,
 * and what clients were answered.
 *
 * <p>What was performed before a view is decided is told after: its members may yet be others.
 */
public final class PerformedOrder {
  /** How much is kept for a member that comes back with a part of what the others have. */
  private static final int KEPT_FOR_RETURNING = 1_000;

  private final Env env;
  private final PendingRequests pendingRequests;
  private final RememberedAnswers answers = new RememberedAnswers();
  private final EpochStarts starts = new EpochStarts();
  private final RecentOperations recent; // where datalets are durable
  private final DeferredReplies deferredReplies = new DeferredReplies();
  private long installed; // the epoch of the view that was installed last
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
    recent = new RecentOperations(KEPT_FOR_RETURNING, env.settings().limits().owedBytes());
  }

  /** How many operations were handed to the datalet. */
  public long position() {
    return position;
  }

  /** The time stamped on the last of them. */
  public long time() {
    return time;
  }

  // Performing

  /** Whether a client's operation is in the order already. */
  public boolean has(int client, long sequence) {
    return answers.hasBegun(client, sequence);
  }

  /** Answers an operation that is in the order already, once it is performed. */
  public void answerAgain(int client, long sequence, Reply reply) {
    deferredReplies.tell(() -> answers.answerAgain(client, sequence, reply, pendingRequests));
  }

  /**
   * The next operation of the order. The time that is stamped on it does not go back.
   *
   * @param proposal says what to do, for whom
   */
  public Ordered next(Proposal proposal) {
    answers.begin(proposal.client(), proposal.sequence());
    time = Math.max(time, proposal.time());
    return new Ordered(
        ++position, time, proposal.client(), proposal.sequence(), proposal.operation());
  }

  /** Has the datalet perform an operation. */
  public void apply(Ordered ordered, BiConsumer<Ordered, Answer> then) {
    if (env.storage().isDurable()) {
      recent.add(ordered);
    }
    env.storage().apply(ordered, then);
  }

  /** The datalet has performed an operation, which a client here may have asked for. */
  public void onApplied(Ordered ordered, Answer answer, @Nullable Reply reply) {
    answers.remember(ordered, answer);
    deferredReplies.tell(
        () -> {
          if (reply != null) {
            reply.answer(answer, ordered.position());
          }
          pendingRequests.resumeReady();
        });
  }

  // Reconfiguration

  /**
   * How this member stands at the end of a view.
   *
   * @param pending what it holds beyond what it has performed
   * @param lastStamp of the last proposal that it has performed
   * @param count of its clock
   */
  public <P extends Proposal> ProposalReport<P> report(
      Contents contents, Collection<P> pending, long lastStamp, long count) {
    if (!hasServed) {
      position = contents.position();
      time = contents.time();
      answers.recall(env.storage().durableState().answers());
      installed = env.storage().durableState().epoch();
    }
    return new ProposalReport<>(
        env.self(),
        hasServed,
        contents.asOf(time),
        position,
        lastStamp,
        pending,
        answers.copy(),
        count,
        installed,
        starts.copy(),
        recent.all());
  }

  /** No client is answered until the view is decided. */
  public void deferReplies() {
    deferredReplies.begin();
  }

  /** The view is decided: what was deferred is told. */
  public void sendReplies() {
    deferredReplies.end();
  }

  /** The group has gone on without this member: it must not answer its clients. */
  public void forgetReplies() {
    deferredReplies.forget();
  }

  /** Whether this member does not know all that goes on. */
  public boolean isBehind(ProposalMerge<?> merge) {
    return merge.own().isEmpty()
        || !hasServed
        || position < merge.best().applied()
        || (env.storage().isDurable() && !merge.missesOnlyRest());
  }

  /** Takes over what the best member has performed. */
  public void takeOver(ProposalMerge<?> merge) {
    ProposalReport<?> best = merge.best();
    answers.adopt(best.answers());
    if (merge.missesOnlyRest()) {
      best.recent().stream()
          .filter(each -> each.position() > position)
          .forEach(each -> apply(each, (same, answer) -> onApplied(same, answer, null)));
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
  }

  /** Goes on in the next view, from where the best member is. */
  public void goOn(View next, ProposalMerge<?> merge) {
    starts.adopt(merge.best().starts());
    begin(next);
  }

  private void begin(View next) {
    starts.begin(next.epoch(), position);
    installed = next.epoch();
    hasServed = true;
  }

  /** What comes after this view, if another protocol does. */
  public void handOver(Consumer<MemberReport> then) {
    env.storage()
        .still(
            contents ->
                then.accept(new HandOver(position, contents.asOf(time).time(), answers.copy())));
  }

  /** Goes on from what another protocol has left. */
  public void inherit(View next, HandOver handOver) {
    env.storage().beginOrder(handOver.highest(), handOver.time());
    position = handOver.highest();
    time = handOver.time();
    handOver.passOnTo(answers, next.epoch());
    begin(next);
  }
}
