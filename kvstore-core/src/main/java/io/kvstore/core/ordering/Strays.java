package io.kvstore.core.ordering;

import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.util.stream.Stream;

/**
 * What a member has performed after its group had gone on without it, as it is to be performed in
 * the group's order after all.
 *
 * <p>A client may have been told what came of a write: it stays done whatever the group has by now,
 * or not done. So conditions are not asked again.
 */
public final class Strays {
  private Strays() {}

  /** What a member has after the end of the order that it shares with its group. */
  public static Stream<Ordered> of(LogStanding member, long end) {
    return member.recent().stream()
        .filter(each -> each.position() > end)
        .map(each -> each.position() > member.performed() ? each : again(each));
  }

  /**
   * Gives what a primary has answered by itself, after its group had gone on without it, the last
   * places in the group's order; but for what the group remembers to have answered, too.
   */
  public static void rescue(
      LogStanding member, EpochStarts starts, LogStanding witness, OrderedLog log) {
    starts
        .endOf(member.epoch())
        .ifPresent(
            end ->
                of(member, end)
                    .filter(each -> witness.answers().find(each.client(), each.sequence()) == null)
                    .forEach(each -> log.offer(each.movedTo(log.last() + 1))));
  }

  /** What was not done still takes its place, so that what comes after it comes no earlier. */
  private static Ordered again(Ordered performed) {
    Answer answer = performed.effect();
    boolean hasFailed =
        (answer instanceof Written one && one.outcome() != Outcome.APPLIED)
            || (answer instanceof WrittenTogether all && all.outcome() != Outcome.APPLIED);
    return hasFailed
        ? new Ordered(performed.position(), performed.time(), Ordered.NOBODY, 0, new Tick())
        : performed.performing(unconditional(performed.operation()));
  }

  private static Operation unconditional(Operation operation) {
    if (operation instanceof Write write) {
      return unconditional(write);
    }
    return operation instanceof Batch batch
        ? new Batch(batch.writes().stream().map(Strays::unconditional).toList())
        : operation;
  }

  private static Write unconditional(Write write) {
    return new Write(write.key(), Condition.ALWAYS, write.change());
  }
}
