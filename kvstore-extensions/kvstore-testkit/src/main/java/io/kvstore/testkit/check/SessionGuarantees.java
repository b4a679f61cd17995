package io.kvstore.testkit.check;

import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.check.Verdict.Undecided;
import io.kvstore.testkit.history.History;
import java.util.Optional;

/**
 * Whether a history has one of the four session guarantees of Terry and others (PDIS 1994), each by
 * itself.
 *
 * <p>An answer breaks a guarantee when it is older for sure than a write that should have been
 * seen. What was there initially is older than all writes; of two writes of a key the versions tell
 * where both are known, otherwise the session that wrote both. Where a history has versions of all
 * writes, nothing is overlooked that answers can show.
 *
 * <ul>
 *   <li>What is found of the first two guarantees is broken for sure. The other two are seen
 *       through sessions that are taken to go forward: what one has seen counts from then on. A
 *       read that goes back behind what its own session had read or written is held against the
 *       first two alone.
 *   <li>A write whose version is below that of what its session had written, or read, under the
 *       same key, breaks monotonic writes, or writes follow reads, even if it is never read.
 *   <li>Each part of a write that tells what it replaced is looked at: it reads, and then writes.
 *   <li>A write of unknown outcome that was read comes after what its session did before, and that
 *       session need not see it.
 *   <li>What one session was told by another, other than by the store, does not count.
 *   <li>Where it is not known which write was read, the guarantee is broken if it is for each of
 *       them; it holds if a likely choice explains everything; otherwise it is undecided.
 * </ul>
 *
 * <p>It costs about as many steps as there are operations times sessions, and for each ambiguous
 * read as many as there are writes that it may be from.
 */
public final class SessionGuarantees {
  private static final long BYTES_OF_AN_OPERATION = 128;

  private final History history;
  private final SessionGuarantee guarantee;
  private final Model model;
  private final Spending spending;

  private SessionGuarantees(
      History history, SessionGuarantee guarantee, Model model, Budget budget) {
    this.history = history;
    this.guarantee = guarantee;
    this.model = model;
    spending = new Spending(budget);
  }

  /** Judges the history within the default budget. */
  public static Verdict check(History history, SessionGuarantee guarantee, Model model) {
    return check(history, guarantee, model, Budget.DEFAULT);
  }

  /** Judges the history. */
  public static Verdict check(
      History history, SessionGuarantee guarantee, Model model, Budget budget) {
    try {
      return new SessionGuarantees(history, guarantee, model, budget).judge();
    } catch (Spending.OverBudget used) {
      return used.verdict();
    }
  }

  private Verdict judge() {
    spending.take(BYTES_OF_AN_OPERATION * history.size());
    if (Witness.shows(history, model, false)) {
      return new Holds(); // a sequential history has all four
    }
    Observed observed = new Observed(history, model);
    if (Ambiguity.firstIn(observed) != Observed.NONE) {
      new WriteOrder(observed).decide(spending);
    }
    SessionSearch search = new SessionSearch(observed, spending);
    Optional<Broken> found = search.find(guarantee);
    if (found.isPresent()) {
      return found.get();
    }
    int ambiguous = Ambiguity.firstIn(observed);
    return ambiguous == Observed.NONE || isExplained(observed, search)
        ? new Holds()
        : new Undecided(
            "it is not known which of several writes was read by " + history.operation(ambiguous));
  }

  /** Whether all is well if each ambiguous read is from the oldest write that explains it. */
  private boolean isExplained(Observed observed, SessionSearch search) {
    search.guess();
    return Ambiguity.firstIn(observed) == Observed.NONE
        && new SessionSearch(observed, spending).find(guarantee).isEmpty();
  }
}
