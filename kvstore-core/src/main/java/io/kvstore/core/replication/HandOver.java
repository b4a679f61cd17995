package io.kvstore.core.replication;

import io.kvstore.core.replication.RememberedAnswers.Remembered;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Command;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one protocol leaves to the one that comes after it in the same group, beside the entries,
 * which stay where they are. All members leave the same.
 *
 * <p>All that orders operations or tells what a session has seen, positions as well as versions and
 * counts of clocks, goes on above the highest number that the protocols before have used. So what a
 * session has seen then is no more than what every member has now.
 *
 * @param highest the highest number that was used
 * @param time no operation was stamped with a later one
 * @param answers what clients were answered; null when no member has remembered that
 */
public record HandOver(long highest, long time, @Nullable RememberedAnswers answers)
    implements MemberReport {
  /** The hand-over that a member is installed with, if it is. */
  public static Optional<HandOver> in(List<MemberReport> members) {
    return members.size() == 1 && members.get(0) instanceof HandOver handOver
        ? Optional.of(handOver)
        : Optional.empty();
  }

  /** Answers a command that was performed, if that is remembered; tells whether it is. */
  public boolean answerIfRemembered(Request request, Reply reply) {
    Remembered done =
        answers != null && request.operation() instanceof Command
            ? answers.find(request.client(), request.sequence())
            : null;
    if (done != null) {
      reply.answer(done.answer(), done.position());
    }
    return done != null;
  }

  /** Whether a command that began in an epoch may have been performed without being remembered. */
  public boolean mayHaveForgotten(Request request, long begunIn) {
    return request.operation() instanceof Command
        && begunIn < Long.MAX_VALUE
        && (answers == null
            || answers.mayHaveForgotten(request.client(), request.sequence(), begunIn));
  }

  /** Takes over what clients were answered, or notes that no member knows. */
  public void passOnTo(RememberedAnswers heir, long epoch) {
    if (answers == null) {
      heir.forgetBefore(epoch);
    } else {
      heir.adopt(answers);
    }
  }
}
