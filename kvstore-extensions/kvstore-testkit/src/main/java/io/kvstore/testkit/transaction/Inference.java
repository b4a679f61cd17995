package io.kvstore.testkit.transaction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds what a history of transactions shows. */
final class Inference {
  private Inference() {}

  static Findings of(List<Transaction> transactions) {
    Lists lists = new Lists(transactions);
    List<Finding> found = new ArrayList<>(new Contradictions(lists).find());
    Dependencies dependencies = new Dependencies(lists);
    for (Order order : Order.values()) {
      dependencies.add(order);
      for (Finding circle : new Circles(lists, dependencies, order).find()) {
        if (found.stream().noneMatch(other -> other.anomaly() == circle.anomaly())) {
          found.add(circle);
        }
      }
    }
    found.sort(Comparator.comparing(Finding::order).thenComparing(Finding::anomaly));
    return new Findings(found);
  }
}
