package io.kvstore.testkit.assertions;

import io.kvstore.Consistency;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Convergence;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Linearizability;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.check.SessionGuarantee;
import io.kvstore.testkit.check.SessionGuarantees;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.History;
import java.util.Locale;
import org.assertj.core.api.AbstractAssert;

/** Assertions on what clients saw. */
public final class HistoryAssert extends AbstractAssert<HistoryAssert, History> {
  private static final Model EMPTY = Model.keyValue(null);

  private Budget budget = Budget.DEFAULT;

  HistoryAssert(History history) {
    super(history, HistoryAssert.class);
  }

  /** Lets the checks that follow search for so long, and remember so much. */
  public HistoryAssert within(Budget limits) {
    budget = limits;
    return this;
  }

  /** Each operation can be put at a point between its invocation and its return. */
  public HistoryAssert isLinearizable() {
    return is(Consistency.LINEARIZABLE);
  }

  /** The same, of keys or a register that begin as the model says. */
  public HistoryAssert isLinearizable(Model model) {
    isNotNull();
    return holds("linearizable", Linearizability.check(actual, model, budget));
  }

  /** All operations can be put in one order that has each session's own in it. */
  public HistoryAssert isSequential() {
    return is(Consistency.SEQUENTIAL);
  }

  /** No session saw a write without what it depends on, and conflicts end alike everywhere. */
  public HistoryAssert isCausal() {
    return is(Consistency.CAUSAL);
  }

  /** Each session saw what it wrote, or something newer. */
  public HistoryAssert readsItsOwnWrites() {
    return has(SessionGuarantee.READ_YOUR_WRITES);
  }

  /** No session went back behind what it had read. */
  public HistoryAssert readsMonotonically() {
    return has(SessionGuarantee.MONOTONIC_READS);
  }

  /** No session saw a write without what its session wrote before it. */
  public HistoryAssert writesMonotonically() {
    return has(SessionGuarantee.MONOTONIC_WRITES);
  }

  /** No session saw a write without what its session had read before it. */
  public HistoryAssert writesFollowReads() {
    return has(SessionGuarantee.WRITES_FOLLOW_READS);
  }

  /** The history has this guarantee. */
  public HistoryAssert has(SessionGuarantee guarantee) {
    isNotNull();
    Verdict verdict = SessionGuarantees.check(actual, guarantee, EMPTY, budget);
    return holds("one with " + guarantee, verdict);
  }

  /** All nodes were read alike after the last write, and no answered write is lost. */
  public HistoryAssert hasConverged() {
    isNotNull();
    return holds("one that converged", Convergence.check(actual, EMPTY, budget));
  }

  /** The history is what this level promises. */
  public HistoryAssert is(Consistency level) {
    isNotNull();
    Verdict verdict = Levels.check(level, actual, budget);
    return holds(
        level.name().toLowerCase(Locale.ROOT),
        verdict instanceof Broken broken ? Levels.explain(level, actual, broken) : verdict);
  }

  /** The history is not what this level promises. */
  public HistoryAssert isNot(Consistency level) {
    isNotNull();
    Verdict verdict = Levels.check(level, actual, budget);
    if (!(verdict instanceof Verdict.Broken)) {
      failWithMessage("%nExpecting a history that is not %s, but it is: %s", level, verdict);
    }
    return this;
  }

  private HistoryAssert holds(String what, Verdict verdict) {
    if (!verdict.holds()) {
      failWithMessage(
          "%nExpecting a history of %d operations to be %s, but it is%n%s",
          actual.size(), what, verdict);
    }
    return this;
  }
}
