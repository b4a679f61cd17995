package io.kvstore.core.replication;

import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a member has performed after its group had gone on without it, as it is to be performed in
 * the group's order after all.
 *
 * <p>A client may have been told what came of a write: it stays done whatever the group has by now,
 * or not done. So conditions are not asked again.
 */
public final class LeftOverUpdates {
  private LeftOverUpdates() {}

  /**
   * The highest position that members have reached after the end of the order that they share with
   * their group, of those that bring back fewer operations than they have performed: above it what
   * they bring back gets no lower version than it had.
   *
   * @return 0 if there is none
   */
  public static long highestOf(List<OrderReport> members, EpochStarts starts) {
    return members.stream()
        .filter(each -> isShortened(each, starts.endOf(each.epoch())))
        .mapToLong(OrderReport::last)
        .max()
        .orElse(0);
  }

  private static boolean isShortened(OrderReport member, OptionalLong end) {
    return end.isPresent()
        && member.last() > end.getAsLong()
        && of(member, end.getAsLong()).count() < member.last() - end.getAsLong();
  }

  /**
   * Has the log of a group go on with what a member has after the end of the order that they share,
   * except for what the group has performed otherwise.
   *
   * @param witness a member of the group that knows what clients were answered last
   */
  public static void bringBack(
      Env env, OrderReport member, EpochStarts starts, OrderReport witness, OrderedLog log) {
    long epoch = member.epoch();
    OptionalLong end = starts.endOf(epoch);
    List<Ordered> leftOver = end.isPresent() ? of(member, end.getAsLong()).toList() : List.of();
    if (!leftOver.isEmpty()) {
      env.reached(Moment.LEFT_OVER_UPDATES_BROUGHT_BACK);
      leftOver.stream()
          .filter(each -> starts.lacks(epoch, each))
          .filter(each -> witness.answers().find(each.client(), each.sequence()) == null)
          .forEach(each -> log.offer(each.movedTo(log.last() + 1)));
      long first = Math.max(member.firstKept(), end.getAsLong() + 1);
      starts.broughtBack(epoch, first, member.last());
    }
  }

  private static Stream<Ordered> of(OrderReport member, long end) {
    return Stream.concat(
            member.compacted().stream()
                .filter(each -> each.last() > end)
                .flatMap(each -> each.operations().stream()),
            member.recent().stream().filter(each -> each.position() > end))
        .map(each -> each.position() > member.applied() ? each : again(each));
  }

  /** What was not done still takes its place, so that what comes after it comes no earlier. */
  private static Ordered again(Ordered performed) {
    Answer answer = performed.effect();
    return answer != null && !answer.isApplied()
        ? new Ordered(performed.position(), performed.time(), Ordered.NO_CLIENT, 0, new Tick())
        : performed.performing(unconditional(performed.operation(), answer));
  }

  private static Operation unconditional(Operation operation, @Nullable Answer answer) {
    if (operation instanceof Transaction transaction && answer instanceof Transacted transacted) {
      return transaction.decided(transacted.isMet());
    }
    if (operation instanceof Write write) {
      return unconditional(write);
    }
    return operation instanceof Batch batch
        ? new Batch(batch.writes().stream().map(LeftOverUpdates::unconditional).toList())
        : operation;
  }

  private static Write unconditional(Write write) {
    return new Write(write.key(), Condition.ALWAYS, write.change());
  }
}
