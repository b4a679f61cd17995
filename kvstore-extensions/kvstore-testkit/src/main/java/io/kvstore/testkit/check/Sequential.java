package io.kvstore.testkit.check;

import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.check.Verdict.Undecided;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether a history is sequentially consistent (Lamport, IEEE Transactions on Computers C-28(9),
 * 1979): whether all operations can be put in one order, with each session's own in it, so that the
 * answers are those of one copy.
 *
 * <p>To decide that is NP-complete (Gibbons and Korach 1997), and it cannot be decided key by key.
 * So what is cheap comes first: the order that the store tells of, and the stronger
 * linearizability, may show that it holds; the weaker causal levels may show that it does not. What
 * is left is searched: a state is how far each session is, with the contents, and no state is
 * visited twice.
 *
 * <p>An operation of unknown outcome may happen at any time after what came before it in its
 * session, or never; so it is a session of its own.
 */
public final class Sequential {
  private static final int BYTES_OF_A_STATE = 96;
  private static final int STEPS_BETWEEN_LOOKS = 1 << 12;

  private final History history;
  private final Budget budget;
  private final OneCopy copy;
  private final long deadline;

  /** By session: the first operations of its groups, in order. */
  private final int[][] sessions;

  /** By session, of an unknown operation: the session and how far it must be before; or -1. */
  private final int[] waitsFor;

  private final int[] waitsUntil;
  private final boolean[] mayStay; // unknown ones need not happen
  private final Map<Integer, Integer> slots = new HashMap<>(); // of keys
  private final Set<State> seen = new HashSet<>();
  private State furthest;
  private int furthestPlaced = -1;

  /** How far each session is, and the value of each key. */
  private static final class State {
    private final int[] places;
    private final int[] contents;

    State(int[] places, int[] contents) {
      this.places = places;
      this.contents = contents;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof State that
          && Arrays.equals(places, that.places)
          && Arrays.equals(contents, that.contents);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(places) * 31 + Arrays.hashCode(contents);
    }

    State copy() {
      return new State(places.clone(), contents.clone());
    }
  }

  private Sequential(History history, Model model, Budget budget) {
    this.history = history;
    this.budget = budget;
    deadline = System.nanoTime() + budget.time().toNanos();
    copy = new OneCopy(history, model);
    Map<Integer, List<Integer>> byProcess = new TreeMap<>();
    List<int[]> loners = new ArrayList<>(); // an unknown operation, its process, its place there
    for (int i = 0; i < history.size(); i++) {
      slots.putIfAbsent(history.key(i), slots.size());
      if (history.group(i) != i || history.outcome(i) == Outcome.FAIL) {
        continue;
      }
      List<Integer> own = byProcess.computeIfAbsent(history.process(i), first -> new ArrayList<>());
      if (history.outcome(i) == Outcome.UNKNOWN) {
        loners.add(new int[] {i, history.process(i), own.size()});
      } else {
        own.add(i);
      }
    }
    List<Integer> processes = new ArrayList<>(byProcess.keySet());
    List<List<Integer>> lines = new ArrayList<>(byProcess.values());
    int count = processes.size() + loners.size();
    sessions = new int[count][];
    waitsFor = new int[count];
    waitsUntil = new int[count];
    mayStay = new boolean[count];
    for (int i = 0; i < processes.size(); i++) {
      sessions[i] = lines.get(i).stream().mapToInt(each -> each).toArray();
      waitsFor[i] = Values.NONE;
    }
    for (int i = 0; i < loners.size(); i++) {
      int session = processes.size() + i;
      sessions[session] = new int[] {loners.get(i)[0]};
      waitsFor[session] = processes.indexOf(loners.get(i)[1]);
      waitsUntil[session] = loners.get(i)[2];
      mayStay[session] = true;
    }
    int[] contents = new int[slots.size()];
    Arrays.fill(contents, copy.initial());
    furthest = new State(new int[count], contents);
  }

  /** Judges a history of a register or of keys. */
  public static Verdict check(History history, Model model, Budget budget) {
    if (Witness.shows(history, model, false)) {
      return new Holds();
    }
    Budget part = new Budget(budget.time().dividedBy(4).plus(Duration.ofMillis(1)), budget.bytes());
    if (Linearizability.check(history, model, part).holds()) {
      return new Holds();
    }
    for (Verdict weaker :
        List.of(
            Causal.checkConvergence(history, model, part),
            Causal.checkMemory(history, model, part))) {
      if (weaker instanceof Broken) {
        return weaker;
      }
    }
    return new Sequential(history, model, budget).search();
  }

  private Verdict search() {
    List<State> stack = new ArrayList<>();
    push(stack, furthest);
    for (int steps = 0; !stack.isEmpty(); steps++) {
      State state = stack.remove(stack.size() - 1);
      placeReads(state);
      note(state);
      if (isComplete(state)) {
        return new Holds();
      }
      for (int session = sessions.length - 1; session >= 0; session--) {
        State next = state.copy();
        if (mayGoOn(state, session) && place(next, session)) {
          push(stack, next);
        }
      }
      if (steps % STEPS_BETWEEN_LOOKS == 0 && System.nanoTime() > deadline) {
        return new Undecided("no answer within " + budget.time());
      }
      long bytes = BYTES_OF_A_STATE + 4L * (sessions.length + slots.size());
      if (seen.size() * bytes > budget.bytes()) {
        return new Undecided("what there is to remember exceeds " + budget.bytes() + " bytes");
      }
    }
    return broken();
  }

  private void push(List<State> stack, State state) {
    if (seen.add(state.copy())) {
      stack.add(state);
    }
  }

  private boolean mayGoOn(State state, int session) {
    return state.places[session] < sessions[session].length
        && (waitsFor[session] == Values.NONE
            || state.places[waitsFor[session]] >= waitsUntil[session])
        && follows(state, sessions[session][state.places[session]]);
  }

  /** Whether what this one's session began with is there. */
  private boolean follows(State state, int head) {
    int followed = history.follows(head);
    if (followed == Values.NONE) {
      return true;
    }
    int group = history.group(followed);
    for (int session = 0; session < sessions.length; session++) {
      int place = Arrays.binarySearch(sessions[session], group);
      if (place >= 0) {
        return state.places[session] > place;
      }
    }
    return true;
  }

  /** A read that fits now can as well happen now: it changes nothing. */
  private void placeReads(State state) {
    boolean again = true;
    while (again) {
      again = false;
      for (int session = 0; session < sessions.length; session++) {
        while (mayGoOn(state, session)
            && copy.isRead(sessions[session][state.places[session]])
            && place(state, session)) {
          again = true;
        }
      }
    }
  }

  /** Performs a session's next operation; leaves the state as it is if its answer does not fit. */
  private boolean place(State state, int session) {
    int head = sessions[session][state.places[session]];
    int[] before = state.contents.clone();
    for (int i = head; copy.isInGroup(i, head); i++) {
      int slot = slots.getOrDefault(history.key(i), 0);
      int after = copy.step(i, state.contents[slot]);
      if (after == Model.IMPOSSIBLE) {
        System.arraycopy(before, 0, state.contents, 0, before.length);
        return false;
      }
      state.contents[slot] = after;
    }
    if (mayStay[session] && Arrays.equals(before, state.contents)) {
      return false; // it may as well not happen
    }
    state.places[session]++;
    return true;
  }

  private boolean isComplete(State state) {
    for (int session = 0; session < sessions.length; session++) {
      if (!mayStay[session] && state.places[session] < sessions[session].length) {
        return false;
      }
    }
    return true;
  }

  private void note(State state) {
    int placed = Arrays.stream(state.places).sum();
    if (placed > furthestPlaced) {
      furthestPlaced = placed;
      furthest = state.copy();
    }
  }

  private Broken broken() {
    List<Operation> stuck = new ArrayList<>();
    for (int session = 0; session < sessions.length; session++) {
      int place = furthest.places[session];
      if (!mayStay[session] && place < sessions[session].length) {
        stuck.add(history.operation(sessions[session][place]));
      }
    }
    return new Broken(
        "",
        "no order has all sessions' own orders in it: after "
            + furthestPlaced
            + " operations, none of these can come next",
        stuck,
        List.of());
  }
}
