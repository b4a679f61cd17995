package io.kvstore.testkit.transaction;

import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/**
 * An anomaly that was found.
 *
 * @param anomaly which
 * @param order what it contradicts beside what was read
 * @param sentence how it shows
 * @param transactions the few that make it; of a circle each before the next
 */
public record Finding(
    Anomaly anomaly, Order order, String sentence, List<Transaction> transactions) {

  /** Takes a copy of the list. */
  public Finding {
    transactions = List.copyOf(transactions);
  }

  /** Its name in the literature, such as {@code G1c-process}. */
  public String name() {
    return anomaly + order.suffix();
  }

  /** The levels that do not have it. */
  public List<Isolation> breaks() {
    return Arrays.stream(Isolation.values())
        .filter(level -> level.forbids(anomaly, order))
        .toList();
  }

  /** The name, the sentence, the levels and the transactions. */
  @Override
  public String toString() {
    StringJoiner levels = new StringJoiner(", ", "\n  so it is not ", "");
    breaks().forEach(level -> levels.add(level.toString()));
    StringBuilder text = new StringBuilder(name()).append(", ").append(anomaly.words());
    text.append(": ").append(sentence).append(levels);
    transactions.forEach(each -> text.append("\n  ").append(each));
    return text.toString();
  }
}
