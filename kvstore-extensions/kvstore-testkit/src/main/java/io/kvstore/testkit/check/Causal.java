package io.kvstore.testkit.check;

import io.kvstore.testkit.check.CausalSearch.Finding;
import io.kvstore.testkit.check.CausalSearch.Level;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.check.Verdict.Undecided;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Operation;
import java.util.List;
import java.util.Optional;

/**
 * Whether a history is causal, in three strengths, found by the bad patterns of Bouajjani, Enea,
 * Guerraoui and Hamza, "On verifying causal consistency" (POPL 2017).
 *
 * <p>An operation depends on what its session did before, on the writes that it read, and on all
 * that those depend on. <em>Causal consistency</em>: what an operation answers is explained by some
 * order of all that it depends on. <em>Causal convergence</em>: one order of all writes explains
 * all answers. <em>Causal memory</em>: for each session one order explains all of its answers. Each
 * of the latter two implies the first, and sequential consistency implies both.
 *
 * <p>The first two cost about as many steps as there are operations times sessions, causal memory
 * more. All need to know which write a read is from:
 *
 * <ul>
 *   <li>By its value, or by its version where a value was written more than once.
 *   <li>Where neither tells, which is the rule for a read of nil on a key that was deleted, the
 *       history is broken if no write can explain the read or if the rest of it is broken; it holds
 *       if a likely choice explains everything; otherwise it is undecided.
 *   <li>A write of unknown outcome happened if it is the only one that can explain a read; it may
 *       have happened at any time after what its session did before. One that was never read is
 *       ignored.
 *   <li>A write that tells what it replaced is also a read of that, and so is a compare-and-set
 *       that took place; one that did not says nothing here. An append or add wrote what it made.
 *   <li>A delete that found nothing may have done nothing.
 * </ul>
 */
public final class Causal {
  private final History history;
  private final Model model;
  private final Level level;
  private final Spending spending;

  private Causal(History history, Model model, Level level, Budget budget) {
    this.history = history;
    this.model = model;
    this.level = level;
    spending = new Spending(budget);
  }

  /** Whether every answer is explained by some order of what the operation depends on. */
  public static Verdict checkConsistency(History history, Model model, Budget budget) {
    return new Causal(history, model, Level.CONSISTENCY, budget).judge();
  }

  /** Whether one order of all writes explains all answers. */
  public static Verdict checkConvergence(History history, Model model, Budget budget) {
    return new Causal(history, model, Level.CONVERGENCE, budget).judge();
  }

  /** Whether for each session one order explains all of its answers. */
  public static Verdict checkMemory(History history, Model model, Budget budget) {
    return new Causal(history, model, Level.MEMORY, budget).judge();
  }

  /** Whether a history is certainly not convergent; ambiguous reads are not guessed at. */
  static Optional<Broken> refuteConvergence(History history, Model model, Budget budget) {
    Causal causal = new Causal(history, model, Level.CONVERGENCE, budget);
    try {
      Observed observed = new Observed(history, model);
      return causal.find(observed).map(found -> (Broken) causal.verdict(Optional.of(found)));
    } catch (Spending.OverBudget used) {
      return Optional.empty();
    }
  }

  /** What is wrong whichever writes the ambiguous reads are from. */
  private Optional<Finding> find(Observed observed) {
    Optional<Finding> found =
        Ambiguity.firstIn(observed) == Observed.NONE
            ? Optional.empty()
            : Ambiguity.narrow(observed, spending);
    return found.or(() -> new CausalSearch(observed, spending).find(level));
  }

  private Verdict judge() {
    try {
      Observed observed = new Observed(history, model);
      Optional<Finding> found = find(observed);
      int ambiguous = Ambiguity.firstIn(observed);
      if (found.isPresent() || ambiguous == Observed.NONE) {
        return verdict(found);
      }
      return new Guess(observed, level, spending).explains()
          ? new Holds()
          : new Undecided(
              "it is not known which of several writes was read by "
                  + history.operation(ambiguous));
    } catch (Spending.OverBudget used) {
      return used.verdict();
    }
  }

  private Verdict verdict(Optional<Finding> found) {
    if (found.isEmpty()) {
      return new Holds();
    }
    List<Operation> conflict = found.get().rows().stream().map(history::operation).toList();
    String key = conflict.isEmpty() ? "nil" : conflict.get(0).key();
    return new Broken(key, found.get().pattern().sentence(), conflict, List.of());
  }
}
