package io.kvstore.testkit.check;

import io.kvstore.testkit.check.CommitOrder.Edge;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.check.Verdict.Undecided;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Operation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the transactions of a history are isolated from each other at a weak level: read
 * committed, read atomic, or causal, as Biswas and Enea define them, "On the complexity of checking
 * transactional consistency" (OOPSLA 2019).
 *
 * <p>The operations of a group ({@link History#group}) are a transaction; one that stands alone is
 * a transaction by itself. At each level there must be one order of all transactions, the commit
 * order, in which every session and every write before its readers is in order; and of two
 * transactions that write a key, the one that a reader <em>must have seen</em> is before the one
 * that it read from:
 *
 * <table>
 *   <caption>What a reader must have seen when it reads a key</caption>
 *   <tr><td>{@link Level#READ_COMMITTED}</td><td>what it had read from before</td></tr>
 *   <tr><td>{@link Level#READ_ATOMIC}</td><td>all that it reads from, and what its session did
 *       before</td></tr>
 *   <tr><td>{@link Level#CAUSAL}</td><td>the same, and all that those must have seen</td></tr>
 * </table>
 *
 * <p>The writes that are put in order are those that Møldrup and Pavlogiannis show to be enough,
 * "AWDIT: An Optimal Weak Database Isolation Tester" (PLDI 2025): n operations of k sessions take
 * n·k steps at the causal level, and about n to the power of 1.5 at the others.
 *
 * <p>It must be known which write a read is from, by its value or its version: a history where it
 * is not is broken if the rest of it is, otherwise undecided. Times say nothing here.
 */
public final class WeakIsolation {
  /** What is promised. */
  public enum Level {
    /** Nothing is read that was not committed, and what is read goes forward. */
    READ_COMMITTED("read committed"),
    /** A transaction is seen as a whole or not at all. */
    READ_ATOMIC("read atomic"),
    /** What is seen includes all that it depends on. */
    CAUSAL("causal");

    private final String words;

    Level(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  private final Transactions transactions;
  private final Level level;
  private final Spending spending;

  private WeakIsolation(Transactions transactions, Level level, Spending spending) {
    this.transactions = transactions;
    this.level = level;
    this.spending = spending;
  }

  /** Judges the history within the default budget. */
  public static Verdict check(History history, Model model, Level level) {
    return check(history, model, level, Budget.DEFAULT);
  }

  /** Judges the history. */
  public static Verdict check(History history, Model model, Level level, Budget budget) {
    Spending spending = new Spending(budget);
    try {
      Transactions transactions = new Transactions(new Observed(history, model), spending);
      return new WeakIsolation(transactions, level, spending).judge();
    } catch (Spending.OverBudget used) {
      return used.verdict();
    }
  }

  private Verdict judge() {
    if (transactions.flaw().isPresent()) {
      Transactions.Flaw flaw = transactions.flaw().get();
      return broken(flaw.sentence(), flaw.rows());
    }
    CommitOrder order = new CommitOrder(transactions, spending);
    Seen seen = new Seen(transactions, order, spending);
    switch (level) {
      case READ_COMMITTED -> seen.readBefore();
      case READ_ATOMIC -> seen.readOrDoneBefore();
      case CAUSAL -> seen.causes();
    }
    if (seen.lateRead() != Transactions.NONE) {
      Set<Integer> rows = new TreeSet<>(List.of(seen.overlooked(), seen.lateRead()));
      order
          .causes(
              transactions.transactionOf(seen.overlooked()),
              transactions.transactionOf(seen.lateRead()))
          .forEach(cause -> addReadTo(rows, cause));
      return broken(
          "what was there before any write was read, though a write of that key must have been seen"
              + " at the level "
              + level,
          rows);
    }
    if (!order.exists()) {
      return cyclic(order);
    }
    int ambiguous = transactions.ambiguous();
    return ambiguous == Transactions.NONE
        ? new Holds()
        : new Undecided(
            "it is not known which of several writes was read by "
                + transactions.observed.history.operation(ambiguous));
  }

  private Broken cyclic(CommitOrder order) {
    Set<Integer> rows = new TreeSet<>();
    for (Edge edge : order.circle()) {
      if (edge.isOfWrites()) {
        int reader = transactions.transactionOf(edge.reader());
        rows.add(transactions.writeOf(edge.from(), transactions.observed.key[edge.reader()]));
        order.causes(edge.from(), reader).forEach(cause -> addReadTo(rows, cause));
      }
      addReadTo(rows, edge);
    }
    return broken(
        "no order of the transactions explains what they read at the level "
            + level
            + ": each must be before the next one, in a circle",
        rows);
  }

  private void addReadTo(Set<Integer> rows, Edge edge) {
    if (edge.reader() != Transactions.NONE) { // otherwise the order of a session
      rows.add(transactions.observed.source(edge.reader()));
      rows.add(edge.reader());
    }
  }

  private Broken broken(String sentence, Set<Integer> rows) {
    History history = transactions.observed.history;
    List<Operation> conflict =
        rows.stream().filter(row -> row >= 0).map(history::operation).toList();
    String key = conflict.isEmpty() ? "nil" : conflict.get(0).key();
    return new Broken(key, sentence, conflict, List.of());
  }
}
