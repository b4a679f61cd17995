package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks whether the order that a store tells of explains a history: the positions of its
 * operations.
 *
 * <p>An order is easy to check: the answers must be those of one copy, each session's operations
 * must stand in their own order, and for linearizability in real time's. A history for which that
 * holds is shown to be right, in O(n log n). One for which it does not may be right all the same,
 * by another order.
 *
 * <p>Operations of unknown outcome have no position. One is put in where an answer shows that it
 * has happened, and left out where none does.
 */
final class Witness {
  private static final int MOST_UNKNOWN_AT_ONCE = 4;

  private final History history;
  private final OneCopy copy;
  private final Map<Integer, Integer> state = new HashMap<>(); // by key
  private final Map<Integer, List<Integer>> unknown = new HashMap<>(); // by key
  private final List<Integer> order = new ArrayList<>(); // the first operations of groups
  private final boolean[] placed;

  private Witness(History history, Model model) {
    this.history = history;
    copy = new OneCopy(history, model);
    placed = new boolean[history.size()];
  }

  /** Whether the positions show that the history is linearizable, or else sequential. */
  static boolean shows(History history, Model model, boolean inRealTime) {
    Witness witness = new Witness(history, model);
    return witness.hasPositions()
        && witness.replay()
        && witness.keepsSessions()
        && (!inRealTime || witness.keepsTime());
  }

  private boolean hasPositions() {
    for (int i = 0; i < history.size(); i++) {
      if (history.outcome(i) == Outcome.OK && history.position(i) == Values.NONE) {
        return false;
      }
    }
    return true;
  }

  // One copy

  private boolean replay() {
    List<Integer> known = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      if (history.outcome(i) == Outcome.OK && history.group(i) == i) {
        known.add(i);
      } else if (history.outcome(i) == Outcome.UNKNOWN) {
        unknown.computeIfAbsent(history.key(i), first -> new ArrayList<>()).add(i);
      }
    }
    known.sort(this::compare);
    for (int head : known) {
      if (!explain(head)) {
        return false;
      }
      place(head);
    }
    return true;
  }

  /** By position; at one position the write comes first, and then the reads in their own order. */
  private int compare(int one, int other) {
    int byPosition = Long.compare(history.position(one), history.position(other));
    if (byPosition != 0) {
      return byPosition;
    }
    int byEffect = Boolean.compare(copy.isRead(one), copy.isRead(other));
    return byEffect != 0 ? byEffect : Long.compare(history.invoked(one), history.invoked(other));
  }

  private int stateOf(int key) {
    return state.getOrDefault(key, copy.initial());
  }

  /** Whether the answers of a group fit, perhaps after something unknown that comes just before. */
  private boolean explain(int head) {
    for (int i = head; copy.isInGroup(i, head); i++) {
      while (copy.step(i, stateBefore(head, i)) == Model.IMPOSSIBLE) {
        if (!placeUnknownBefore(i, head)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The state of an operation's key, after what the same group does to it before. */
  private int stateBefore(int head, int i) {
    int before = stateOf(history.key(i));
    for (int other = head; other < i && before != Model.IMPOSSIBLE; other++) {
      before = history.key(other) == history.key(i) ? copy.step(other, before) : before;
    }
    return before;
  }

  /** Places the fewest unknown operations after which an answer fits. */
  private boolean placeUnknownBefore(int i, int head) {
    for (int most = 1; most <= MOST_UNKNOWN_AT_ONCE; most++) {
      List<Integer> found = new ArrayList<>();
      if (reaches(i, stateBefore(head, i), most, found)) {
        found.forEach(each -> place(history.group(each)));
        return true;
      }
    }
    return false;
  }

  private boolean reaches(int i, int before, int most, List<Integer> taken) {
    if (before != Model.IMPOSSIBLE && copy.step(i, before) != Model.IMPOSSIBLE) {
      return !taken.isEmpty();
    }
    if (most == 0 || before == Model.IMPOSSIBLE) {
      return false;
    }
    for (int candidate : unknown.getOrDefault(history.key(i), List.of())) {
      int after = copy.step(candidate, before);
      if (!placed[history.group(candidate)]
          && !taken.contains(candidate)
          && history.invoked(candidate) <= history.returned(i)
          && after != before) {
        taken.add(candidate);
        if (reaches(i, after, most - 1, taken)) {
          return true;
        }
        taken.remove(taken.size() - 1);
      }
    }
    return false;
  }

  private void place(int head) {
    for (int i = head; copy.isInGroup(i, head); i++) {
      int after = copy.step(i, stateOf(history.key(i)));
      if (after != Model.IMPOSSIBLE) { // an unknown compare-and-set has just not taken place
        state.put(history.key(i), after);
      }
    }
    placed[head] = true;
    order.add(head);
  }

  // The order

  private boolean keepsSessions() {
    Map<Integer, Integer> latest = new HashMap<>(); // by process: its last operation in the order
    boolean[] isBefore = new boolean[history.size()];
    for (int head : order) {
      if (history.follows(head) != Values.NONE && !isBefore[history.group(history.follows(head))]) {
        return false;
      }
      isBefore[head] = true;
      boolean isKnown = history.outcome(head) == Outcome.OK;
      if (isKnown && head < latest.getOrDefault(history.process(head), Values.NONE)) {
        return false;
      }
      latest.merge(history.process(head), head, Math::max);
    }
    return true;
  }

  private boolean keepsTime() {
    long latest = Long.MIN_VALUE;
    for (int head : order) {
      if (history.returned(head) < latest) {
        return false;
      }
      latest = Math.max(latest, history.invoked(head));
    }
    return true;
  }
}
