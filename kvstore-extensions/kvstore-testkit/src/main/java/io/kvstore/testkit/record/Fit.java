package io.kvstore.testkit.record;

import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Write;
import org.jspecify.annotations.Nullable;

/** Whether an answer is of the kind that an operation asks for. */
final class Fit {
  private Fit() {}

  static boolean fits(Operation operation, @Nullable Answer answer) {
    if (operation instanceof Batch batch && answer instanceof WrittenTogether together) {
      int parts = together.parts().size();
      int asked = batch.writes().size();
      return together.outcome() == Outcome.APPLIED ? parts == asked : parts <= asked;
    }
    return !(operation instanceof Batch) && expected(operation).isInstance(answer);
  }

  /** What is wrong with an answer that does not fit. */
  static String misfit(Operation operation, @Nullable Answer answer) {
    String asked =
        operation instanceof Batch batch ? " with " + batch.writes().size() + " parts" : "";
    return operation
        + " was answered "
        + answer
        + " where "
        + expected(operation).getSimpleName()
        + asked
        + " was expected";
  }

  private static Class<? extends Answer> expected(Operation operation) {
    if (operation instanceof Get) {
      return Found.class;
    }
    if (operation instanceof GetMany || operation instanceof Range) {
      return Listed.class;
    }
    if (operation instanceof Write) {
      return Written.class;
    }
    return operation instanceof Batch ? WrittenTogether.class : Counted.class;
  }
}
