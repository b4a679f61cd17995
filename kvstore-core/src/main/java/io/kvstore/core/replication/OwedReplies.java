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
  private final RememberedAnswers answers;
  private final PositionRing<Reply> owed = new PositionRing<>(); // by position
  private final List<Runnable> deferred = new ArrayList<>();
  private boolean isUndecided;

  /**
   * Nothing is owed yet.
   *
   * @param pendingRequests requests that wait for this member to perform more
   * @param answers what clients were answered
   */
  public OwedReplies(PendingRequests pendingRequests, RememberedAnswers answers) {
    this.pendingRequests = pendingRequests;
    this.answers = answers;
  }

  /** How many there are. */
  public int size() {
    return owed.size() + deferred.size();
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
      deferred.add(() -> tell(reply, answer, ordered.position()));
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
      deferred.add(() -> answers.answerAgain(client, sequence, reply, pendingRequests));
    } else {
      answers.answerAgain(client, sequence, reply, pendingRequests);
    }
  }

  /** The group has gone on without this member: it must not reply to its clients. */
  public void forget() {
    owed.clear();
    deferred.clear();
  }

  /** What is performed from now on is of a view that may never be decided: all is deferred. */
  public void defer() {
    isUndecided = true;
  }

  /** The view is decided: what was deferred is told. */
  public void decide() {
    isUndecided = false;
    List<Runnable> all = List.copyOf(deferred);
    deferred.clear();
    all.forEach(Runnable::run);
  }
}
