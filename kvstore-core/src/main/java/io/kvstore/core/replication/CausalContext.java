package io.kvstore.core.replication;

import static java.util.Objects.requireNonNullElse;

import io.kvstore.core.spi.Request;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import org.jspecify.annotations.Nullable;

/** What values and writes depend on, at the causal level (Lloyd and others 2011). */
public final class CausalContext {
  private CausalContext() {}

  /** What an entry depends on. */
  public static VectorClock of(@Nullable Entry entry) {
    return entry == null ? VectorClock.ZERO : requireNonNullElse(entry.context(), VectorClock.ZERO);
  }

  /**
   * What a session has seen once it is shown this. A value brings its own dependencies; its absence
   * may be due to anything that was delivered here.
   *
   * @param before what it had seen before
   * @param here all that was delivered where it reads
   */
  public static VectorClock seenIn(Answer answer, VectorClock before, VectorClock here) {
    if (answer instanceof Found found && found.entry() != null) {
      return before.merge(of(found.entry()));
    }
    return here;
  }

  /** A plain put depends on nothing else but what it replaces; every other write looks around. */
  public static boolean isOnlyOfSession(Request request) {
    return request.operation() instanceof Write write
        && write.condition() == Condition.ALWAYS
        && write.change() instanceof Change.Put;
  }
}
