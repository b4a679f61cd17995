package io.kvstore.playground;

import java.util.ArrayList;
import java.util.List;

/**
 * A run that can be stepped, taken back and branched. There is no way back in a simulation: another
 * stage is set, and everything that was decided until then is decided there again.
 *
 * <p>Decisions that lie ahead are made when their time comes. Something else that is decided before
 * takes them back: that is a branch.
 */
final class Play implements AutoCloseable {
  static final long MILLISECOND = 1_000_000;
  private static final long QUIET_NANOS = 250 * MILLISECOND; // a step when nothing happens
  private static final int MOST_QUIET_STEPS = 20;
  private static final long AFTER_THE_LAST_NANOS = 5 * MILLISECOND;
  private static final int MOST_EVENTS = 50_000;

  /**
   * Where something has happened that is shown.
   *
   * @param steps how many events of the simulation there were then, with it
   * @param decided how many decisions
   */
  record Moment(long steps, long nanos, int decided) {}

  private final Setup setup;
  private final List<Decision> decisions = new ArrayList<>();
  private final List<Moment> moments = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>(); // of decisions that cannot be made
  private Stage stage;
  private int decided;
  private boolean happened;

  Play(Setup setup, List<Decision> script) {
    this.setup = setup;
    decisions.addAll(script);
    stage = set();
  }

  private Stage set() {
    Stage fresh = new Stage(setup);
    moments.clear();
    refusals.clear();
    decided = 0;
    moments.add(new Moment(fresh.steps(), fresh.elapsed(), 0));
    fresh.onEvent(
        () -> {
          happened = true;
          note(fresh.steps() + 1, fresh.elapsed());
        });
    return fresh;
  }

  private void note(long steps, long nanos) {
    Moment last = moments.get(moments.size() - 1);
    if (last.steps() == steps && last.decided() == decided) {
      return; // within the same event
    }
    moments.add(new Moment(steps, nanos, decided));
  }

  Stage stage() {
    return stage;
  }

  List<Decision> decisions() {
    return decisions;
  }

  /** How many have been made. */
  int decided() {
    return decided;
  }

  List<Moment> moments() {
    return moments;
  }

  /** Why decisions of the script could not be made, if there were any. */
  List<String> refusals() {
    return refusals;
  }

  // Forward

  private boolean isTooLong() {
    return stage.events().size() >= MOST_EVENTS;
  }

  /** Goes on until something happens that is shown, or a decision is made; or for a little. */
  void step() {
    happened = false;
    goOnUntil(stage.elapsed() + QUIET_NANOS, true);
  }

  /** Goes on for so long. */
  void run(long nanos) {
    happened = false;
    goOnUntil(stage.elapsed() + nanos, false);
  }

  private void goOnUntil(long end, boolean isStep) {
    while (!isTooLong()) {
      boolean isLast = decided == decisions.size();
      Decision next = isLast ? new Decision(0, Long.MAX_VALUE, "") : decisions.get(decided);
      if (stage.steps() >= next.events() && stage.elapsed() >= next.nanos()) {
        perform(next);
        if (isStep) {
          return;
        }
        continue;
      }
      if (stage.elapsed() >= end) {
        return;
      }
      long before = stage.steps();
      boolean isAhead = before < next.events();
      stage.runUntil(
          () ->
              (isStep && happened && stage.steps() > before)
                  || (isAhead && stage.steps() >= next.events()),
          (isAhead ? end : Math.min(end, next.nanos())) - stage.elapsed());
      if (isStep && happened) {
        return;
      }
    }
  }

  /** From now on it is known how many events came before: times alone may be those of several. */
  private void perform(Decision decision) {
    decisions.set(decided, new Decision(stage.steps(), stage.elapsed(), decision.words()));
    decided++;
    try {
      stage.perform(decision.words());
    } catch (RuntimeException impossible) {
      refusals.add(decision.words() + ": " + impossible.getMessage());
    }
    note(stage.steps(), stage.elapsed());
  }

  /** Decides something now; what lay ahead does not happen. */
  void decide(String words) {
    if (words.contains(";") || words.contains("@") || words.isBlank()) {
      throw new IllegalArgumentException("a decision has neither ; nor @: " + words);
    }
    Decision decision = new Decision(stage.steps(), stage.elapsed(), words.strip());
    List<Decision> ahead = new ArrayList<>(decisions.subList(decided, decisions.size()));
    decisions.subList(decided, decisions.size()).clear();
    decisions.add(decision);
    decided++; // first, as when it is made again
    try {
      stage.perform(decision.words());
    } catch (RuntimeException impossible) { // it is as if nothing had been decided
      decided--;
      decisions.remove(decided);
      decisions.addAll(ahead);
      throw impossible;
    }
    note(stage.steps(), stage.elapsed());
  }

  // Back

  /** To the moment before this one. */
  void back() {
    int last = moments.size() - 1;
    Moment end = moments.get(last);
    boolean isAfter = stage.steps() > end.steps() || stage.elapsed() > end.nanos();
    jump(Math.max(0, isAfter ? last : last - 1));
  }

  /** To a moment that was, or to one that is still to come. */
  void jump(int moment) {
    if (moment < moments.size()) {
      returnTo(moments.get(Math.max(0, moment)));
      return;
    }
    int quietSteps = 0;
    while (moments.size() <= moment && !isTooLong() && quietSteps < MOST_QUIET_STEPS) {
      int before = moments.size();
      step();
      boolean isQuiet = moments.size() == before && decided == decisions.size();
      quietSteps = isQuiet ? quietSteps + 1 : 0;
    }
  }

  /** Until all decisions are made, and what they have led to at once has happened. */
  void last() {
    while (decided < decisions.size() && !isTooLong()) {
      step();
    }
    run(AFTER_THE_LAST_NANOS);
  }

  private void returnTo(Moment there) {
    stage.close();
    stage = set();
    while (decided < there.decided()) {
      Decision next = decisions.get(decided);
      reach(next.events(), next.nanos());
      perform(next);
    }
    reach(there.steps(), there.nanos());
  }

  private void reach(long steps, long nanos) {
    Stage its = stage;
    if (its.steps() < steps) {
      its.runUntil(() -> its.steps() >= steps, Long.MAX_VALUE / 4);
    }
    if (its.elapsed() < nanos) {
      its.runUntil(() -> false, nanos - its.elapsed());
    }
  }

  @Override
  public void close() {
    stage.close();
  }
}
