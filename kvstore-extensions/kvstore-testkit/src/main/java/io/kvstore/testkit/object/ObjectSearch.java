package io.kvstore.testkit.object;

import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.check.Verdict.Undecided;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.object.Calls.Taken;
import io.kvstore.testkit.object.Machine.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The search for an order of calls, after Wing and Gong (JPDC 17, 1993) with the memory of Lowe
 * (Concurrency and Computation 29(4), 2017): a state that was reached with the same calls placed
 * before leads nowhere again.
 *
 * <p>A call can be placed next if no other call that is not placed ended before it began. A call of
 * unknown outcome may be placed at any time, or never.
 */
final class ObjectSearch<S, I, O> {
  private static final long BYTES_REMEMBERED = 96; // of a state and its place, about
  private static final int STEPS_BETWEEN_LOOKS = 1 << 10; // at the clock
  private static final int MOST_IN_CONFLICT = 8;

  /** What else is known of the order of the calls. */
  interface Order {
    /** Whether a call can be placed next, after those that are placed. */
    boolean allows(int next, BitSet placed);
  }

  /** What was tried: a state, the calls that are placed, and the next candidate. */
  private final class Frame {
    final S state;
    final int placed; // last; -1 at the beginning
    int cursor;

    Frame(S state, int placed) {
      this.state = state;
      this.placed = placed;
    }
  }

  private record Place<S>(BitSet placed, S state) {}

  private final Machine<S, I, O> machine;
  private final List<Taken<I, O>> calls;
  private final Order order;
  private final Budget budget;
  private final BitSet placed = new BitSet();
  private final Set<Place<S>> remembered = new HashSet<>();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private int answered; // of the calls that are placed, and must be
  private BitSet most = new BitSet(); // that could be placed
  private int mostAnswered = -1;

  /** A search among calls of which none is known to have had no effect. */
  ObjectSearch(Machine<S, I, O> machine, List<Taken<I, O>> calls, Order order, Budget budget) {
    this.machine = machine;
    this.calls = calls;
    this.order = order;
    this.budget = budget;
  }

  Verdict verdict() {
    long deadline = System.nanoTime() + budget.time().toNanos();
    int mustBePlaced = (int) calls.stream().filter(call -> call.outcome() == Outcome.OK).count();
    frames.push(new Frame(machine.initial(), -1));
    for (long step = 1; !frames.isEmpty(); step++) {
      noteProgress();
      if (answered == mustBePlaced) {
        return new Holds();
      }
      if (!goOn(frames.element())) {
        goBack();
      }
      if (step % STEPS_BETWEEN_LOOKS == 0 && System.nanoTime() > deadline) {
        return new Undecided("no answer within " + budget.time());
      }
      if (remembered.size() * (BYTES_REMEMBERED + calls.size() / 8) > budget.bytes()) {
        return new Undecided("what there is to remember exceeds " + budget.bytes() + " bytes");
      }
    }
    return broken();
  }

  private void noteProgress() {
    if (answered > mostAnswered) {
      mostAnswered = answered;
      most = (BitSet) placed.clone();
    }
  }

  /** Places one more call; false if there is none left to try here. */
  private boolean goOn(Frame frame) {
    int first = placed.nextClearBit(0);
    long until = firstEndFrom(first);
    int candidate = Math.max(frame.cursor, first);
    for (; candidate < calls.size(); candidate++) {
      Taken<I, O> call = calls.get(candidate);
      if (call.invoked() > until) {
        break; // and so are all later ones
      }
      if (!placed.get(candidate) && order.allows(candidate, placed)) {
        Step<S, O> step = machine.apply(frame.state, call.input());
        boolean fits =
            call.outcome() != Outcome.OK || call.output().orElseThrow().equals(step.answer());
        placed.set(candidate);
        if (fits && remembered.add(new Place<>((BitSet) placed.clone(), step.next()))) {
          frame.cursor = candidate + 1;
          answered += call.outcome() == Outcome.OK ? 1 : 0;
          frames.push(new Frame(step.next(), candidate));
          return true;
        }
        placed.clear(candidate);
      }
    }
    return false;
  }

  /** When the first of the calls ends that are not placed. */
  private long firstEndFrom(int first) {
    long end = Long.MAX_VALUE;
    for (int i = first;
        i < calls.size() && calls.get(i).invoked() <= end;
        i = placed.nextClearBit(i + 1)) {
      end = Math.min(end, calls.get(i).returned());
    }
    return end;
  }

  private void goBack() {
    Frame given = frames.pop();
    if (given.placed >= 0) {
      placed.clear(given.placed);
      answered -= calls.get(given.placed).outcome() == Outcome.OK ? 1 : 0;
    }
  }

  private Broken broken() {
    int first = most.nextClearBit(0);
    placed.clear();
    placed.or(most);
    long until = firstEndFrom(first);
    List<String> conflict = new ArrayList<>();
    for (int i = first; i < calls.size() && conflict.size() < MOST_IN_CONFLICT; i++) {
      if (!most.get(i) && calls.get(i).invoked() <= until) {
        conflict.add(calls.get(i).toString());
      }
    }
    String reason =
        "the longest order of the calls has "
            + most.cardinality()
            + " of "
            + calls.size()
            + ", and then none of these can come next:\n  "
            + String.join("\n  ", conflict);
    return new Broken("", reason, List.of(), List.of());
  }
}
