package io.kvstore.core.ordering;

import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.OptionalLong;
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

  /**
   * Has the log of a group go on with what a member has after the end of the order that they share,
   * except for what the group has performed otherwise.
   *
   * @param witness a member of the group that knows what clients were answered last
   */
  public static void bringBack(
      Env env, LogReport member, EpochStarts starts, LogReport witness, OrderedLog log) {
    long epoch = member.epoch();
    OptionalLong end = starts.endOf(epoch);
    List<Ordered> strays = end.isPresent() ? of(member, end.getAsLong()).toList() : List.of();
    if (!strays.isEmpty()) {
      env.reached(Moment.STRAYS_BROUGHT_BACK);
      strays.stream()
          .filter(each -> starts.lacks(epoch, each))
          .filter(each -> witness.answers().find(each.client(), each.sequence()) == null)
          .forEach(each -> log.offer(each.movedTo(log.last() + 1)));
      long last = strays.get(strays.size() - 1).position();
      starts.broughtBack(epoch, strays.get(0).position(), last);
    }
  }

  private static Stream<Ordered> of(LogReport member, long end) {
    return member.recent().stream()
        .filter(each -> each.position() > end)
        .map(each -> each.position() > member.performed() ? each : again(each));
  }

  /** What was not done still takes its place, so that what comes after it comes no earlier. */
  private static Ordered again(Ordered performed) {
    Answer answer = performed.effect();
    return answer != null && !answer.isApplied()
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
