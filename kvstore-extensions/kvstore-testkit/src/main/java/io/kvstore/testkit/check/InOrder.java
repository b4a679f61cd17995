package io.kvstore.testkit.check;

import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether a history is explained by an order of its writes that is known, such as the one in which
 * a replica applied them.
 *
 * <p>The order is played on one copy: each answer must be the one that was given. Operations that
 * change nothing need not be in the order; each gets the earliest place that explains its answer
 * and is not before what must be before it. That is never a disadvantage to others, so it is found
 * out in about as many steps as there are operations, where no order is known it is a hard search.
 */
public final class InOrder {
  private static final int NONE = Values.NONE;

  private final History history;
  private final boolean inRealTime;
  private final OneCopy copy;
  private final ByKey keys;
  private final int[] keyOf;

  /** By operation: its place in the order, counted from 1; 0 if it is not there. */
  private final int[] place;

  /** By operation: the place up to which its session had come with it. */
  private final int[] reached;

  /** By key: the places where its value changed, the values, and who changed it. */
  private final int[][] changes;

  private final int[][] contents;
  private final int[][] changers;
  private final int[] changeCount;

  private InOrder(History history, Model model, boolean inRealTime) {
    this.history = history;
    this.inRealTime = inRealTime;
    copy = new OneCopy(history, model);
    keys = new ByKey(history);
    keyOf = new int[history.size()];
    for (int key = 0; key < keys.count(); key++) {
      for (int i = keys.from(key); i < keys.to(key); i++) {
        keyOf[keys.operations()[i]] = key;
      }
    }
    place = new int[history.size()];
    reached = new int[history.size()];
    changes = new int[keys.count()][];
    contents = new int[keys.count()][];
    changers = new int[keys.count()][];
    changeCount = new int[keys.count()];
  }

  /**
   * Whether the order explains all answers and respects that of each session.
   *
   * @param order numbers of operations; all that were answered and changed something are in it, of
   *     those of unknown outcome the ones that happened
   */
  public static Verdict checkSequential(History history, Model model, int[] order) {
    return new InOrder(history, model, false).judge(order);
  }

  /** Whether the order explains all answers and respects that of each session and real time. */
  public static Verdict checkLinearizable(History history, Model model, int[] order) {
    return new InOrder(history, model, true).judge(order);
  }

  private Verdict judge(int[] order) {
    return play(order)
        .or(this::missing)
        .or(inRealTime ? this::placeByTime : this::placeBySession)
        .map(Verdict.class::cast)
        .orElseGet(Holds::new);
  }

  // The order

  private Optional<Broken> play(int[] order) {
    int[] state = new int[keys.count()];
    Arrays.fill(state, copy.initial());
    int next = 1;
    for (int i = 0; i < order.length; i++) {
      int row = order[i];
      if (place[row] != 0) {
        if (place[row] != next - 1 || history.group(row) == row || isTwice(order, i)) {
          return broken("it was applied twice, or not at one moment with others", row);
        }
        continue; // it was played with the first of its group
      }
      if (history.outcome(row) == Outcome.FAIL) {
        return broken("it failed, and was applied", row);
      }
      for (int part = history.group(row); isOfGroup(part, row); part++) {
        Optional<Broken> wrong = play(part, state, next);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
      next++;
    }
    return Optional.empty();
  }

  private boolean isTwice(int[] order, int at) {
    for (int i = at - 1; i >= 0 && history.group(order[i]) == history.group(order[at]); i--) {
      if (order[i] == order[at]) {
        return true;
      }
    }
    return false;
  }

  private boolean isOfGroup(int part, int row) {
    return part < history.size() && history.group(part) == history.group(row);
  }

  private Optional<Broken> play(int row, int[] state, int itsPlace) {
    int key = keyOf[row];
    int after = copy.step(row, state[key]);
    if (after == Model.IMPOSSIBLE) {
      String found = "it does not fit " + copy.show(state[key]) + ", which was there";
      int changed = changeCount[key];
      return changed == 0 ? broken(found, row) : broken(found, changers[key][changed - 1], row);
    }
    place[row] = itsPlace;
    if (after != state[key]) {
      state[key] = after;
      note(key, itsPlace, after, row);
    }
    return Optional.empty();
  }

  private void note(int key, int itsPlace, int value, int row) {
    int count = changeCount[key]++;
    if (count == 0) {
      changes[key] = new int[4];
      contents[key] = new int[4];
      changers[key] = new int[4];
    } else if (count == changes[key].length) {
      changes[key] = Arrays.copyOf(changes[key], count * 2);
      contents[key] = Arrays.copyOf(contents[key], count * 2);
      changers[key] = Arrays.copyOf(changers[key], count * 2);
    }
    changes[key][count] = itsPlace;
    contents[key][count] = value;
    changers[key][count] = row;
  }

  private Optional<Broken> missing() {
    for (int row = 0; row < history.size(); row++) {
      if (place[row] == 0 && history.outcome(row) == Outcome.OK && !mayChangeNothing(row)) {
        return broken("it was answered, and is not in the order", row);
      }
    }
    return Optional.empty();
  }

  private boolean mayChangeNothing(int row) {
    return switch (history.kind(row)) {
      case READ -> true;
      case CAS -> history.result(row) != Values.TRUE;
      case DELETE -> history.result(row) == copy.absent() || history.result(row) == Values.NIL;
      case WRITE, APPEND, ADD -> false;
    };
  }

  // Places of all that is not in the order

  private Optional<Broken> placeBySession() {
    LongTable last = new LongTable(); // by process
    for (int row = 0; row < history.size(); row++) {
      if (history.group(row) == row && matters(row)) {
        Optional<Broken> wrong = place(row, last, 0, NONE);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Broken> placeByTime() {
    int[] rows = new int[history.size()];
    int count = 0;
    for (int row = 0; row < history.size(); row++) {
      if (history.group(row) == row && matters(row)) {
        rows[count++] = row;
      }
    }
    int[] byInvocation = Sorting.by(Arrays.copyOf(rows, count), history::invoked);
    int[] byReturn = Sorting.by(byInvocation, history::returned);
    LongTable last = new LongTable();
    int returned = 0;
    int floor = 0;
    int reason = NONE;
    for (int row : byInvocation) {
      for (; history.returned(byReturn[returned]) < history.invoked(row); returned++) {
        if (reached[byReturn[returned]] >= floor) {
          reason = byReturn[returned];
          floor = reached[reason];
        }
      }
      Optional<Broken> wrong = place(row, last, floor, reason);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }

  private boolean matters(int row) {
    return history.outcome(row) == Outcome.OK || place[row] != 0;
  }

  /** Finds the place of an operation, which is not before a place that was reached. */
  private Optional<Broken> place(int row, LongTable last, int atLeast, int because) {
    int process = history.process(row);
    int before = last.get(process);
    int floor = atLeast;
    int reason = because;
    for (int earlier : new int[] {before, history.follows(row)}) {
      if (earlier != NONE && reached[history.group(earlier)] >= floor) {
        reason = history.group(earlier);
        floor = reached[reason];
      }
    }
    int found = place[row] == 0 ? earliest(row, floor) : place[row];
    if (found == NONE || (place[row] != 0 && found <= floor)) {
      String what =
          found == NONE
              ? "no place in the order explains it, after what was seen and done before it"
              : "its place in the order is before what was seen and done before it";
      return reason == NONE ? broken(what, row) : broken(what, reason, row);
    }
    reached[row] = found;
    if (history.outcome(row) == Outcome.OK) {
      last.put(process, row);
    }
    return Optional.empty();
  }

  /** The earliest place, from one on, where all parts of an operation are explained. */
  private int earliest(int row, int floor) {
    int at = floor;
    int part = row;
    int explained = 0;
    int parts = 0;
    while (isOfGroup(row + parts, row)) {
      parts++;
    }
    while (explained < parts) {
      int next = earliestOf(part, at);
      if (next == NONE) {
        return NONE;
      }
      explained = next == at ? explained + 1 : 1;
      at = next;
      part = part + 1 < row + parts ? part + 1 : row;
    }
    return at;
  }

  private int earliestOf(int row, int floor) {
    int key = keyOf[row];
    int change = 0;
    if (changeCount[key] > 0) {
      int found = Arrays.binarySearch(changes[key], 0, changeCount[key], floor);
      change = found >= 0 ? found + 1 : -found - 1;
      while (change < changeCount[key] && changes[key][change] == floor) {
        change++; // the last of one moment
      }
    }
    // So many changes have been made by then.
    if (isExplained(row, change == 0 ? copy.initial() : contents[key][change - 1])) {
      return floor;
    }
    for (; change < changeCount[key]; change++) {
      boolean isLastOfMoment =
          change + 1 == changeCount[key] || changes[key][change + 1] != changes[key][change];
      if (isLastOfMoment && isExplained(row, contents[key][change])) {
        return changes[key][change];
      }
    }
    return NONE;
  }

  private boolean isExplained(int row, int state) {
    int after = copy.step(row, state);
    return after == state || (history.kind(row) == Kind.CAS && history.result(row) == NONE);
  }

  private Optional<Broken> broken(String reason, Integer... rows) {
    List<Integer> all = new ArrayList<>(List.of(rows));
    int last = all.get(all.size() - 1);
    return Optional.of(
        new Broken(
            copy.show(history.key(last)),
            reason + ": " + history.operation(last),
            all.stream().map(history::operation).toList(),
            List.of()));
  }
}
