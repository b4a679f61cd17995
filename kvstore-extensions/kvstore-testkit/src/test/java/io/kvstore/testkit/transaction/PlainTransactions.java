package io.kvstore.testkit.transaction;

import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Levels of isolation by their definitions: all orders of few transactions are tried. */
final class PlainTransactions {
  private final List<Transaction> transactions;
  private final Isolation level;

  private PlainTransactions(List<Transaction> transactions, Isolation level) {
    this.transactions = transactions;
    this.level = level;
  }

  /** Whether some order, with or without those of unknown outcome, explains what was read. */
  static boolean hold(List<Transaction> transactions, Isolation level) {
    return new PlainTransactions(transactions, level).extend(new ArrayList<>(), 0);
  }

  private boolean extend(List<Transaction> order, int left) {
    boolean isComplete =
        transactions.stream().allMatch(it -> it.outcome() != Outcome.OK || order.contains(it));
    if (isComplete && explains(order)) {
      return true;
    }
    for (Transaction next : transactions) {
      if (next.outcome() != Outcome.FAIL && !order.contains(next) && mayFollow(order, next)) {
        order.add(next);
        if (extend(order, left + 1)) {
          return true;
        }
        order.remove(order.size() - 1);
      }
    }
    return false;
  }

  private boolean mayFollow(List<Transaction> order, Transaction next) {
    for (Transaction other : transactions) {
      boolean mustBeBefore =
          other.outcome() == Outcome.OK
              && switch (level) {
                case STRICT_SERIALIZABLE -> other.ended() < next.begun();
                case STRONG_SESSION_SERIALIZABLE ->
                    next.outcome() == Outcome.OK
                        && other.client().equals(next.client())
                        && other.number() < next.number();
                default -> false;
              };
      if (mustBeBefore && !order.contains(other)) {
        return false;
      }
    }
    return true;
  }

  private boolean explains(List<Transaction> order) {
    for (int i = 0; i < order.size(); i++) {
      boolean isExplained = isExplained(order.get(i), order.subList(0, i));
      if (level == Isolation.SNAPSHOT) {
        for (int from = 0; from < i && !isExplained; from++) {
          isExplained =
              !conflicts(order.get(i), order.subList(from, i))
                  && isExplained(order.get(i), order.subList(0, from));
        }
      }
      if (!isExplained) {
        return false;
      }
    }
    return true;
  }

  private static boolean conflicts(Transaction one, List<Transaction> others) {
    Set<Object> keys = new HashSet<>();
    one.steps().forEach(step -> addAppended(step, keys));
    Set<Object> theirs = new HashSet<>();
    others.forEach(other -> other.steps().forEach(step -> addAppended(step, theirs)));
    return keys.stream().anyMatch(theirs::contains);
  }

  private static void addAppended(Step step, Set<Object> keys) {
    if (step instanceof Step.Append append) {
      keys.add(append.key());
    }
  }

  private static boolean isExplained(Transaction one, List<Transaction> before) {
    Map<Object, List<Object>> lists = new HashMap<>();
    for (Transaction other : before) {
      other.steps().forEach(step -> take(step, lists));
    }
    for (Step step : one.steps()) {
      if (step instanceof Step.Read read
          && one.outcome() == Outcome.OK
          && !lists.getOrDefault(read.key(), List.of()).equals(read.seen())) {
        return false;
      }
      take(step, lists);
    }
    return true;
  }

  private static void take(Step step, Map<Object, List<Object>> lists) {
    if (step instanceof Step.Append append) {
      lists.computeIfAbsent(append.key(), any -> new ArrayList<>()).add(append.value());
    }
  }
}
