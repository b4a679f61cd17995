package io.kvstore.testkit.explore;

import static java.util.Objects.requireNonNull;

import io.kvstore.testkit.explore.Promises.Breach;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Breadth first through all states that decisions lead to. Each is reached once more for each of
 * its choices, from the beginning.
 */
final class Search {
  private static final int BATCH = 512; // of states between two looks at the limits

  /**
   * How far it goes at the most.
   *
   * @param shortest whether it goes on until no shorter trace can be found
   */
  record Limits(int depth, long states, long nanos, boolean shortest) {}

  /** A state, and how it was reached. */
  private static final class State {
    final @Nullable State before;
    final @Nullable Decision last;
    final int depth;
    final long fingerprint;
    private List<Decision> choices;
    private Optional<Next> known = Optional.empty(); // what one of its choices leads to

    State(
        @Nullable State before,
        @Nullable Decision last,
        int depth,
        long fingerprint,
        List<Decision> choices) {
      this.before = before;
      this.last = last;
      this.depth = depth;
      this.fingerprint = fingerprint;
      this.choices = choices;
    }

    List<Decision> decisions() {
      List<Decision> all = new ArrayList<>();
      for (State each = this; each != null && each.last != null; each = each.before) {
        all.add(each.last);
      }
      Collections.reverse(all);
      return all;
    }
  }

  /** What comes of a choice. */
  private record Next(State state, Optional<Breach> breach) {}

  /** A state in which a promise is broken. */
  private record Broken(State state, Breach breach) {}

  private final Space space;
  private final Limits limits;
  private final int threads;
  private final Consumer<Progress> listener;
  private final Fingerprints seen = new Fingerprints();
  private final Fingerprints judged = new Fingerprints(); // histories that have kept the promise
  private final long begin = System.nanoTime();
  private final AtomicLong runs = new AtomicLong();
  private int depth;
  private Optional<Broken> found = Optional.empty();

  Search(Space space, Limits limits, int threads, Consumer<Progress> listener) {
    this.space = space;
    this.limits = limits;
    this.threads = threads;
    this.listener = listener;
  }

  /** Until all is seen, a promise is broken, or a limit is reached. */
  Exploration explore() {
    List<State> level = List.of(first());
    boolean isCut = false;
    while (!level.isEmpty()) {
      List<State> next = new ArrayList<>();
      for (int i = 0; i < level.size(); i += BATCH) {
        List<State> batch = level.subList(i, Math.min(level.size(), i + BATCH));
        expand(batch, next);
        boolean isFound = found.isPresent() && (!limits.shortest() || isShortest(found.get()));
        if (isFound || isLimitReached()) {
          return ended(Exploration.Outcome.BOUNDS_NOT_EXHAUSTED);
        }
        listener.accept(progress(level.size() - i - batch.size() + next.size()));
      }
      depth++;
      isCut |= depth >= limits.depth() && next.stream().anyMatch(each -> !each.choices.isEmpty());
      level = depth >= limits.depth() ? List.of() : next;
    }
    return ended(
        isCut
            ? Exploration.Outcome.BOUNDS_NOT_EXHAUSTED
            : Exploration.Outcome.NONE_WITHIN_THESE_BOUNDS);
  }

  private boolean isLimitReached() {
    return seen.size() >= limits.states() || System.nanoTime() - begin >= limits.nanos();
  }

  /** All states with fewer decisions have been looked at. */
  private boolean isShortest(Broken its) {
    return its.state().depth <= depth + 1;
  }

  private State first() {
    try (Run run = new Run(space)) {
      State first = new State(null, null, 0, run.fingerprint(), run.choices());
      seen.add(first.fingerprint);
      return first;
    }
  }

  private void expand(List<State> batch, List<State> next) {
    List<List<Next>> results = new ArrayList<>(Collections.nCopies(batch.size(), List.of()));
    forEach(batch.size(), i -> results.set(i, expand(batch.get(i))));
    for (List<Next> each : results) {
      for (Next one : each) {
        noteBroken(one);
        if (seen.add(one.state().fingerprint)) {
          next.add(one.state());
        }
      }
    }
  }

  /** Whatever was found on the way is the shortest so far, or not. */
  private void noteBroken(Next reached) {
    Optional<Next> its = Optional.of(reached);
    while (its.isPresent()) {
      State state = its.get().state();
      Optional<Breach> breach = its.get().breach();
      boolean isShorter = found.isEmpty() || state.depth < found.get().state().depth;
      if (breach.isPresent() && isShorter) {
        found = Optional.of(new Broken(state, breach.get()));
      }
      its = state.known;
    }
  }

  private List<Next> expand(State state) {
    List<Next> all = new ArrayList<>(state.choices.size());
    Optional<Decision> known = state.known.map(next -> requireNonNull(next.state().last));
    for (Decision choice : state.choices) {
      boolean isKnown = known.isPresent() && known.get().equals(choice);
      all.add(isKnown ? state.known.orElseThrow() : reach(state, choice));
    }
    state.choices = List.of();
    state.known = Optional.empty();
    return all;
  }

  /** Reaches a state again, and takes one of its choices. */
  private Next reach(State state, Decision choice) {
    runs.incrementAndGet();
    try (Run run = new Run(space)) {
      state.decisions().forEach(run::take);
      if (run.fingerprint() != state.fingerprint) {
        throw new IllegalStateException(
            "something beside the decisions decides: these do not lead to the same state again: "
                + Decision.text(state.decisions()));
      }
      Next reached = take(run, state, choice);
      goOn(run, reached);
      return reached;
    }
  }

  /**
   * A run that has come to a new state goes on, by choices that differ from state to state, and so
   * finds ahead of time what one choice of each leads to.
   */
  private void goOn(Run run, Next reached) {
    Next last = reached;
    while (last.breach().isEmpty() && !last.state().choices.isEmpty() && isNew(last.state())) {
      State state = last.state();
      int any = (int) Long.remainderUnsigned(state.fingerprint, state.choices.size());
      last = take(run, state, state.choices.get(any));
      state.known = Optional.of(last);
    }
  }

  private Next take(Run run, State state, Decision choice) {
    int ended = run.ended();
    run.take(choice);
    State next = new State(state, choice, state.depth + 1, run.fingerprint(), run.choices());
    return new Next(next, breach(run, next, run.ended() > ended));
  }

  private Optional<Breach> breach(Run run, State state, boolean hasEnded) {
    long history = run.history();
    if (hasEnded && !isJudged(history)) {
      Optional<Breach> breach = Promises.ofWhatWasSeen(space, run);
      if (breach.isPresent()) {
        return breach;
      }
      synchronized (judged) {
        judged.add(history);
      }
    }
    return state.choices.isEmpty() && isNew(state)
        ? Promises.ofTheEnd(space, run)
        : Optional.empty();
  }

  private boolean isJudged(long history) {
    synchronized (judged) {
      return judged.contains(history);
    }
  }

  /** Others are not added to what was seen before all of the batch have been expanded. */
  private boolean isNew(State state) {
    return !seen.contains(state.fingerprint);
  }

  /** Does this for each of so many numbers, on all threads. */
  private void forEach(int number, IntConsumer work) {
    if (threads == 1) {
      for (int i = 0; i < number; i++) {
        work.accept(i);
      }
    } else {
      new Crew(threads).forEach(number, work);
    }
  }

  private Progress progress(long open) {
    return new Progress(depth, seen.size(), runs.get(), open, System.nanoTime() - begin);
  }

  /** As it was, unless something was found. */
  private Exploration ended(Exploration.Outcome outcome) {
    if (found.isEmpty()) {
      return new Exploration(space, outcome, progress(0), Optional.empty());
    }
    Broken its = found.get();
    List<Decision> decisions = its.state().decisions();
    Finding finding =
        Replayed.of(space, decisions)
            .finding()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "something beside the decisions decides: "
                            + Decision.text(decisions)
                            + " is not "
                            + its.breach().promise()
                            + " the first time only"));
    return new Exploration(
        space,
        Exploration.Outcome.BROKEN,
        progress(0),
        Optional.of(isShortest(its) ? finding : finding.perhapsNotShortest()));
  }
}
