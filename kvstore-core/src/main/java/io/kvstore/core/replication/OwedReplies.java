package io.kvstore.core.replication;

import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.spi.Answer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member in a group with one order owes to its clients: each is answered once its operation
 * is performed here, and the view in which that happens is decided.
 */
public final class OwedReplies {
  private final PendingRequests pendingRequests;
  private final OrderedLog log;
  private final RememberedAnswers answers;
  private final PositionRing<Reply> owed = new PositionRing<>(); // by position
  private final List<Deferred> deferred = new ArrayList<>();
  private final List<Lost> lost = new ArrayList<>();
  private boolean isUndecided;

  /** What is told when the view is decided. */
  private record Deferred(int client, long sequence, @Nullable Reply reply, Runnable tell) {}

  /**
   * A reply to a request that the group has gone on without.
   *
   * @param epoch of the last view in which this member took part
   * @param mayComeBack whether it may yet be done, as something left over
   */
  private record Lost(int client, long sequence, long epoch, Reply reply, boolean mayComeBack) {}

  /**
   * Nothing is owed yet.
   *
   * @param pendingRequests requests that wait for this member to perform more
   * @param log the operations that are held
   * @param answers what clients were answered
   */
  public OwedReplies(PendingRequests pendingRequests, OrderedLog log, RememberedAnswers answers) {
    this.pendingRequests = pendingRequests;
    this.log = log;
    this.answers = answers;
  }

  /** How many there are. */
  public int size() {
    return owed.size() + deferred.size() + lost.size();
  }

  /** A client is answered once the operation at this position is performed. */
  public void owe(long position, Reply reply) {
    owed.put(position, reply);
  }

  /** An operation was performed: its client is answered, and requests that waited for it go on. */
  public void onPerformed(Ordered ordered, Answer answer) {
    answers.remember(ordered, answer);
    Reply reply = owed.remove(ordered.position());
    if (isUndecided) {
      Runnable tell = () -> tell(reply, answer, ordered.position());
      deferred.add(new Deferred(ordered.client(), ordered.sequence(), reply, tell));
    } else {
      tell(reply, answer, ordered.position());
    }
  }

  private void tell(@Nullable Reply reply, Answer answer, long position) {
    if (reply != null) {
      reply.answer(answer, position);
    }
    pendingRequests.resumeReady();
  }

  /** Answers a request that is in the order already, once it is performed. */
  public void answerAgain(int client, long sequence, Reply reply) {
    if (isUndecided) {
      Runnable tell = () -> answers.answerAgain(client, sequence, reply, pendingRequests);
      deferred.add(new Deferred(client, sequence, reply, tell));
    } else {
      answers.answerAgain(client, sequence, reply, pendingRequests);
    }
  }

  /**
   * The group has gone on without this member: whatever it was about to do, it must not reply. What
   * it has done in a view that was never decided, others may have done as well, or not.
   *
   * @param unperformed what it had not performed
   * @param mayComeBack whether what others have not done may yet be done, as something left over
   * @param epoch of the last view in which it took part
   */
  public void forget(List<Ordered> unperformed, boolean mayComeBack, long epoch) {
    for (Ordered each : unperformed) {
      Reply reply = owed.remove(each.position());
      if (reply != null && !mayComeBack) {
        lose(each.client(), each.sequence(), epoch, reply);
      }
    }
    for (Deferred each : deferred) {
      Reply reply = each.reply();
      if (reply != null) {
        lost.add(new Lost(each.client(), each.sequence(), epoch, reply, mayComeBack));
      }
    }
    owed.clear();
    deferred.clear();
  }

  /** The same for one request, which will never be done but by others. */
  void lose(int client, long sequence, long epoch, Reply reply) {
    lost.add(new Lost(client, sequence, epoch, reply, false));
  }

  /**
   * The view is decided in which this member is back: what others have done of what it was about to
   * do is answered, and the rest will never be done.
   */
  void settle() {
    for (Lost each : lost) {
      if (isInOrder(each)) {
        answerAgain(each.client(), each.sequence(), each.reply());
      } else if (!each.mayComeBack()
          && !answers.mayHaveForgotten(each.client(), each.sequence(), each.epoch())) {
        each.reply()
            .refuse("the others went on without this replica before it was done: try again");
      }
    }
    lost.clear();
  }

  private boolean isInOrder(Lost each) {
    return answers.hasBegun(each.client(), each.sequence())
        || log.from(log.first(), Integer.MAX_VALUE).stream()
            .anyMatch(held -> held.client() == each.client() && held.sequence() == each.sequence());
  }

  /** What is performed from now on is of a view that may never be decided: all is deferred. */
  public void defer() {
    isUndecided = true;
  }

  /** The view is decided: what was deferred is told. */
  public void decide() {
    isUndecided = false;
    List<Deferred> all = List.copyOf(deferred);
    deferred.clear();
    all.forEach(each -> each.tell().run());
  }
}
