package io.kvstore.testkit.transaction;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that was found in a history of transactions: of each kind of anomaly one, the worst first.
 *
 * @param all the anomalies
 */
public record Findings(List<Finding> all) {
  /** Takes a copy of the list. */
  public Findings {
    all = List.copyOf(all);
  }

  /** Whether nothing was found that the level does not have. */
  public boolean allow(Isolation level) {
    return worst(level).isEmpty();
  }

  /** The worst that was found and that the level does not have. */
  public Optional<Finding> worst(Isolation level) {
    return all.stream().filter(each -> level.forbids(each.anomaly(), each.order())).findFirst();
  }

  /**
   * Asserts that nothing was found that the level does not have.
   *
   * @throws AssertionError with the name of the anomaly and the transactions that make it
   */
  public void require(Isolation level) {
    worst(level)
        .ifPresent(
            found -> {
              throw new AssertionError("not " + level + ": " + found);
            });
  }

  @Override
  public String toString() {
    return all.isEmpty()
        ? "no anomalies"
        : all.stream().map(Finding::toString).collect(Collectors.joining("\n"));
  }
}
