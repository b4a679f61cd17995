package io.kvstore.testkit.transaction;

import io.kvstore.testkit.history.Outcome;
import java.util.List;
import java.util.StringJoiner;

/**
 * One transaction.
 *
 * @param number which of all it is, in the order in which they began
 * @param client who did it; each client one after another
 * @param steps what it did, in order
 * @param outcome whether it was committed ({@code OK}), aborted ({@code FAIL}), or it is not known
 * @param begun when it began
 * @param ended when it ended, in the same count; {@link Long#MAX_VALUE} if that is not known
 */
public record Transaction(
    int number, String client, List<Step> steps, Outcome outcome, long begun, long ended) {

  /** Takes a copy of the steps. */
  public Transaction {
    steps = List.copyOf(steps);
    if (ended < begun) {
      throw new IllegalArgumentException(
          "an end at " + ended + ", expected one at " + begun + " or later");
    }
  }

  /** How sentences call it. */
  String name() {
    return "transaction " + number;
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", name() + " of " + client + ": ", end());
    steps.forEach(step -> text.add(step.toString()));
    return text.toString();
  }

  private String end() {
    return outcome == Outcome.OK
        ? "; committed"
        : outcome == Outcome.FAIL ? "; aborted" : "; of unknown outcome";
  }
}
