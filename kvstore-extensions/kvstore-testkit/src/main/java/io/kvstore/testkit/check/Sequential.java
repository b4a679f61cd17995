package io.kvstore.testkit.check;

import io.kvstore.testkit.check.CausalSearch.Finding;
import io.kvstore.testkit.check.Circle.Edge;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a history is sequentially consistent (Lamport, IEEE Transactions on Computers 28(9),
 * 1979): whether one order of all operations, in which those of each session stand in their own
 * order, explains all answers. What takes effect at one moment has one place in it.
 *
 * <p>To find that out is NP-complete, and cannot be done key by key. So whatever is easier is tried
 * first:
 *
 * <ol>
 *   <li>the order of the positions that the store told of, which then only has to be played;
 *   <li>whether the history is linearizable, which implies it;
 *   <li>whether it is causally convergent, which is implied;
 *   <li>the order of the versions, with which all the rest follows;
 *   <li>what must be before what, whichever order it is ({@link TotalOrder}): it may run in a
 *       circle, or lead to an order that does it;
 *   <li>and then a search ({@link OrderSearch}).
 * </ol>
 *
 * <p>Causal memory is not asked for: what breaks it runs in a circle in the fifth step.
 */
public final class Sequential {
  private static final int PARTS_FOR_LINEARIZABILITY = 8;
  private static final int MOST_IN_CONFLICT = 12;

  private final History history;
  private final Model model;
  private final Spending spending;

  private Sequential(History history, Model model, Budget budget) {
    this.history = history;
    this.model = model;
    spending = new Spending(budget);
  }

  /** Judges the history within the default budget. */
  public static Verdict check(History history, Model model) {
    return check(history, model, Budget.DEFAULT);
  }

  /** Judges the history. */
  public static Verdict check(History history, Model model, Budget budget) {
    try {
      return new Sequential(history, model, budget).judge();
    } catch (Spending.OverBudget used) {
      return used.verdict();
    }
  }

  private Verdict judge() {
    if (Witness.shows(history, model, false) || isLinearizable()) {
      return new Holds();
    }
    Optional<Broken> cause = Causal.refuteConvergence(history, model, spending.part(1));
    if (cause.isPresent()) {
      Broken broken = cause.get();
      return new Broken(
          broken.key(), "not even causal: " + broken.reason(), broken.conflict(), List.of());
    }
    Observed observed = new Observed(history, model);
    if (hasVersions()) {
      TotalOrder byVersion = new TotalOrder(new Sessions(observed), spending, true);
      if (byVersion.mayExist() && isExplained(observed, byVersion.order())) {
        return new Holds();
      }
      spending.giveAll();
    }
    if (Ambiguity.firstIn(observed) != Observed.NONE) {
      Ambiguity.narrow(observed, spending);
    }
    return narrow(observed);
  }

  /** Looks at what must be before what, as long as that tells more. */
  private Verdict narrow(Observed observed) {
    while (true) {
      int before = observed.decided();
      Sessions sessions = new Sessions(observed);
      TotalOrder mustBe = new TotalOrder(sessions, spending, false);
      if (!mustBe.mayExist()) {
        return circle(sessions, mustBe);
      }
      if (isExplained(observed, mustBe.order())) {
        return new Holds();
      }
      Optional<Finding> found = Ambiguity.narrow(sessions, mustBe, spending);
      if (found.isPresent()) {
        return impossible(found.get());
      }
      if (observed.decided() == before) {
        return search(sessions, mustBe);
      }
      spending.giveAll();
    }
  }

  private Broken impossible(Finding found) {
    List<Operation> conflict = found.rows().stream().map(history::operation).toList();
    return new Broken(
        conflict.get(0).key(),
        "in no order of all operations can anybody have written what was read by "
            + conflict.get(conflict.size() - 1),
        conflict,
        List.of());
  }

  /**
   * Where an operation may return when the session's next begins, time says nothing of their order.
   */
  private boolean isLinearizable() {
    LongTable last = new LongTable();
    for (int row = 0; row < history.size(); row++) {
      if (history.outcome(row) != Outcome.FAIL && history.group(row) == row) {
        int before = last.get(history.process(row));
        if (before != LongTable.ABSENT && history.returned(before) >= history.invoked(row)) {
          return false;
        }
        if (history.outcome(row) == Outcome.OK) {
          last.put(history.process(row), row);
        }
      }
      int told = history.follows(row);
      if (told != Values.NONE && history.returned(told) >= history.invoked(row)) {
        return false;
      }
    }
    Budget part = spending.part(PARTS_FOR_LINEARIZABILITY);
    return Linearizability.check(history, model, part).holds();
  }

  private boolean hasVersions() {
    for (int row = 0; row < history.size(); row++) {
      if (history.version(row) != Values.NONE) {
        return true;
      }
    }
    return false;
  }

  private boolean isExplained(Observed observed, int[] order) {
    int[] writes = Arrays.stream(order).filter(observed::writes).toArray();
    return InOrder.checkSequential(history, model, writes).holds();
  }

  private Verdict search(Sessions sessions, TotalOrder mustBe) {
    Values values = history.values().copy();
    Units units = new Units(history, values, model.absentState(values));
    OrderSearch search =
        new OrderSearch(units, values.of(model.initial()), sessions, Optional.of(mustBe), spending);
    return search.exists() ? new Holds() : broken(units, search.longest());
  }

  private Broken circle(Sessions sessions, TotalOrder mustBe) {
    List<Edge> edges = new Circle(sessions, mustBe, spending).through(mustBe.circle());
    Set<Integer> rows = new LinkedHashSet<>();
    for (Edge edge : edges) {
      rows.add(edge.from());
      rows.add(edge.to());
    }
    List<Operation> conflict = rows.stream().map(history::operation).toList();
    return new Broken(
        conflict.get(0).key(),
        "there is no one order of all operations: each of these must be before the next, in a"
            + " circle",
        conflict,
        List.of());
  }

  private Broken broken(Units units, int[] order) {
    boolean[] isPlaced = new boolean[history.size()];
    for (int unit : order) {
      isPlaced[unit] = true;
    }
    List<Operation> conflict = new ArrayList<>();
    if (order.length > 0) {
      conflict.add(history.operation(order[order.length - 1]));
    }
    for (int process = 0; process < units.processes; process++) {
      int next = 0;
      while (next < units.length(process) && isPlaced[units.at(process, next)]) {
        next++;
      }
      if (next < units.length(process) && conflict.size() < MOST_IN_CONFLICT) {
        conflict.add(history.operation(units.at(process, next)));
      }
    }
    return new Broken(
        conflict.get(0).key(),
        "the longest order of all operations that agrees with each session's own has "
            + order.length
            + ", and no place for what comes next",
        conflict,
        Arrays.stream(order).mapToObj(history::operation).toList());
  }
}
