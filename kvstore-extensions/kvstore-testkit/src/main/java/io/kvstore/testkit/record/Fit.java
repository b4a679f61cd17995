package io.kvstore.testkit.record;

import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Step;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whether an answer is of the kind that an operation asks for. */
final class Fit {
  private Fit() {}

  private static boolean fits(Step step, Answer part) {
    return step instanceof Write ? part instanceof Written : part instanceof Found;
  }

  static boolean fits(Operation operation, @Nullable Answer answer) {
    if (operation instanceof Batch batch && answer instanceof WrittenTogether together) {
      int parts = together.parts().size();
      int asked = batch.writes().size();
      return together.outcome() == Outcome.APPLIED ? parts == asked : parts <= asked;
    }
    if (operation instanceof Transaction transaction && answer instanceof Transacted transacted) {
      List<Step> asked = transaction.steps(transacted.isMet());
      List<Answer> parts = transacted.parts();
      return (transacted.isApplied() ? parts.size() == asked.size() : parts.size() <= asked.size())
          && IntStream.range(0, parts.size()).allMatch(i -> fits(asked.get(i), parts.get(i)));
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
    if (operation instanceof Transaction) {
      return Transacted.class;
    }
    return operation instanceof Batch ? WrittenTogether.class : Counted.class;
  }
}
