package io.kvstore.testkit.check;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The search for one order of all operations that agrees with that of each session, and explains
 * all answers.
 *
 * <p>A place in the search is how far each session has come, which unknown operations were put in,
 * and what the keys hold; one that led nowhere is remembered. What changes nothing is put in as
 * soon as it fits, without an alternative. Nothing is put in before what must be before it by
 * {@link TotalOrder}, and nothing that takes away a value which is still needed and which none is
 * left to write.
 */
final class OrderSearch {
  private static final int NONE = Units.NONE;
  private static final int FIRST_ENTRIES = 64;
  private static final long FIRST_STEPS = 1 << 10;
  private static final int FRAME = 5;
  private static final long BYTES_OF_A_VALUE = 80;

  private final Units units;
  private final Sessions sessions;
  private final Optional<TotalOrder> mustBe;
  private final Spending spending;

  /** By process: how many units are placed; by optional unit: whether it is. */
  private final int[] placed;

  private final boolean[] isIn;
  private final int[] state;

  /** By session of {@link Sessions}: how many operations are done. */
  private final int[] done;

  private final Demand demand;

  /** What was placed: units of processes as they are, optional ones as their complement. */
  private final int[] order;

  private int ordered;

  /** What was there before: pairs of keys and values. */
  private int[] changes = new int[FIRST_ENTRIES];

  private int changed;

  /**
   * By level of the search: how much was placed and changed; the next of its choices, and where
   * they end; which place it is.
   */
  private int[] frames = new int[FRAME * FIRST_ENTRIES];

  private int depth;
  private int[] choices = new int[FIRST_ENTRIES];
  private int[] ranks = new int[FIRST_ENTRIES];
  private int choiceCount;

  private final SeenPlaces seen;

  private int attempt;
  private final SplittableRandom random = new SplittableRandom(0);
  private int[] best = {};

  OrderSearch(
      Units units, int initial, Sessions sessions, Optional<TotalOrder> mustBe, Spending spending) {
    this.units = units;
    this.sessions = sessions;
    this.mustBe = mustBe;
    this.spending = spending;
    placed = new int[units.processes];
    isIn = new boolean[units.optional.length];
    state = new int[units.grows.length];
    Arrays.fill(state, initial);
    done = new int[sessions.count];
    demand = new Demand(units);
    order = spending.ints(units.key.length);
    seen = new SeenPlaces(placed.length + (isIn.length + 31) / 32 + state.length, spending);
  }

  /** Whether there is such an order. */
  boolean exists() {
    if (settle()) {
      return true;
    }
    for (long steps = FIRST_STEPS; isNew(); steps += steps / 2) {
      push();
      if (exists(steps)) {
        return true;
      }
      if (depth == 0) {
        return false;
      }
      attempt++;
      giveUp();
    }
    return false;
  }

  private boolean exists(long steps) {
    int known = units.values.size();
    for (long step = 0; depth > 0 && step < steps; step++) {
      spending.checkTimeSometimes();
      int frame = (depth - 1) * FRAME;
      if (frames[frame + 2] == frames[frame + 3]) {
        pop();
        continue;
      }
      int choice = choices[frames[frame + 2]++];
      if (place(choice)) {
        if (settle()) {
          return true;
        }
        if (units.values.size() > known) {
          spending.take((units.values.size() - known) * BYTES_OF_A_VALUE);
          known = units.values.size();
        }
        if (isNew()) {
          push();
          continue;
        }
      }
      rewind();
    }
    return false;
  }

  /** Back to the beginning: what is on the stack has not been searched through. */
  private void giveUp() {
    while (depth > 1) {
      seen.forget(frames[(depth - 1) * FRAME + 4]);
      pop();
    }
    seen.forget(frames[4]);
    rewind();
    pop();
  }

  /** What was placed in the longest order that was found. */
  int[] longest() {
    int[] rows = new int[best.length];
    Arrays.setAll(rows, i -> best[i] < 0 ? ~best[i] : best[i]);
    return rows;
  }

  // Placing

  /** Places all that changes nothing as far as it goes; whether nothing is left. */
  private boolean settle() {
    boolean again = true;
    boolean isAll = true;
    while (again) {
      again = false;
      isAll = true;
      for (int process = 0; process < placed.length; process++) {
        while (placed[process] < units.length(process)) {
          int unit = units.at(process, placed[process]);
          if (!units.isPure(unit) || !isAllowed(unit) || !place(unit)) {
            isAll = false;
            break;
          }
          again = true;
        }
      }
    }
    return isAll;
  }

  private boolean isAllowed(int unit) {
    for (int row = unit; units.isOf(row, unit); row++) {
      int told = sessions.follows(row);
      if (told != NONE && done[sessions.session[told]] < sessions.position[told]) {
        return false;
      }
      if (sessions.session[row] != NONE && mustBe.isPresent() && !mustBe.get().allows(row, done)) {
        return false;
      }
    }
    return true;
  }

  /** Places a unit; false, and half of it placed, if it does not fit. */
  private boolean place(int choice) {
    int unit = choice < 0 ? units.optional[~choice] : choice;
    int before = changed;
    for (int row = unit; units.isOf(row, unit); row++) {
      int key = units.key[row];
      int after = units.step(row, state[key]);
      if (after == Model.IMPOSSIBLE) {
        undoChanges(before);
        return false;
      }
      if (after != state[key]) {
        change(key, after);
      }
    }
    demand.count(unit, -1);
    if (choice < 0) {
      isIn[~choice] = true;
    } else {
      placed[units.process[unit]]++;
    }
    advance(unit, 1);
    order[ordered++] = choice < 0 ? ~unit : unit;
    return !isHopeless(before);
  }

  private void advance(int unit, int by) {
    for (int row = unit; units.isOf(row, unit); row++) {
      if (sessions.session[row] != NONE) {
        done[sessions.session[row]] += by;
      }
    }
  }

  private void change(int key, int value) {
    if (changed + 2 > changes.length) {
      changes = larger(changes);
    }
    changes[changed++] = key;
    changes[changed++] = state[key];
    state[key] = value;
  }

  private void undoChanges(int upTo) {
    while (changed > upTo) {
      changed -= 2;
      state[changes[changed]] = changes[changed + 1];
    }
  }

  /** Whether a value has gone that is needed and that none can bring back. */
  private boolean isHopeless(int before) {
    for (int i = before; i < changed; i += 2) {
      int key = changes[i];
      int old = units.numberOf(key, changes[i + 1]);
      if (old != NONE
          && state[key] != changes[i + 1]
          && !units.grows[key]
          && demand.isInVain(old)) {
        return true;
      }
    }
    return false;
  }

  /** Back to the top of the stack. */
  private void rewind() {
    int frame = (depth - 1) * FRAME;
    if (ordered > best.length) {
      best = Arrays.copyOf(order, ordered);
    }
    undoChanges(frames[frame + 1]);
    while (ordered > frames[frame]) {
      int unit = order[--ordered];
      if (unit < 0) {
        isIn[Arrays.binarySearch(units.optional, ~unit)] = false;
        unit = ~unit;
      } else {
        placed[units.process[unit]]--;
      }
      advance(unit, -1);
      demand.count(unit, 1);
    }
  }

  // The stack

  private void push() {
    if ((depth + 1) * FRAME > frames.length) {
      frames = larger(frames);
    }
    int frame = depth++ * FRAME;
    frames[frame] = ordered;
    frames[frame + 1] = changed;
    frames[frame + 2] = choiceCount;
    collectChoices();
    frames[frame + 3] = choiceCount;
    frames[frame + 4] = seen.number();
  }

  private void pop() {
    depth--;
    choiceCount = depth == 0 ? 0 : frames[(depth - 1) * FRAME + 3];
    if (depth > 0) {
      rewind();
    }
  }

  /**
   * What can be placed next: first what makes a value that is waited for, the longest waiting
   * first, and then in the order of the history. In a later attempt now and then otherwise.
   */
  private void collectChoices() {
    int first = choiceCount;
    for (int process = 0; process < placed.length; process++) {
      if (placed[process] < units.length(process)) {
        int unit = units.at(process, placed[process]);
        if (!units.isPure(unit) && isAllowed(unit)) {
          choose(unit, unit, first);
        }
      }
    }
    for (int i = 0; i < isIn.length; i++) {
      int unit = units.optional[i];
      if (!isIn[i]
          && placed[units.process[unit]] >= units.comesAfter[i]
          && isAllowed(unit)
          && demand.isFor(unit)) {
        choose(~i, unit, first);
      }
    }
    if (attempt > 0 && choiceCount > first + 1 && random.nextInt(8) == 0) {
      int other = random.nextInt(first + 1, choiceCount);
      int swapped = choices[first];
      choices[first] = choices[other];
      choices[other] = swapped;
    }
  }

  private void choose(int choice, int unit, int first) {
    if (choiceCount + 1 >= choices.length) {
      choices = larger(choices);
      ranks = larger(ranks);
    }
    int rank = Math.min(waitingFor(unit), units.key.length + (choice < 0 ? unit : 0));
    int at = choiceCount++;
    while (at > first && (ranks[at - 1] > rank || (ranks[at - 1] == rank && isLater(at, choice)))) {
      choices[at] = choices[at - 1];
      ranks[at] = ranks[at - 1];
      at--;
    }
    choices[at] = choice;
    ranks[at] = rank;
  }

  private boolean isLater(int at, int choice) {
    return choice >= 0 && choices[at - 1] > choice;
  }

  /** The first unit that waits for a value that this one makes. */
  private int waitingFor(int unit) {
    int earliest = Integer.MAX_VALUE;
    for (int process = 0; process < placed.length; process++) {
      if (placed[process] < units.length(process)) {
        int waiting = units.at(process, placed[process]);
        for (int row = unit; units.isOf(row, unit); row++) {
          if (waiting != unit && units.makes[row] != NONE && isNeededBy(waiting, row)) {
            earliest = Math.min(earliest, waiting);
          }
        }
      }
    }
    return earliest;
  }

  private boolean isNeededBy(int unit, int maker) {
    for (int row = unit; units.isOf(row, unit); row++) {
      if (units.needs[row] == units.makes[maker]) {
        return true;
      }
    }
    return false;
  }

  /** Whether this place was never seen, or left before all was tried there; it is seen then. */
  private boolean isNew() {
    int[] place = seen.place();
    System.arraycopy(placed, 0, place, 0, placed.length);
    Arrays.fill(place, placed.length, place.length - state.length, 0);
    for (int i = 0; i < isIn.length; i++) {
      if (isIn[i]) {
        place[placed.length + (i >> 5)] |= 1 << i;
      }
    }
    System.arraycopy(state, 0, place, place.length - state.length, state.length);
    return seen.isNew();
  }

  private int[] larger(int[] array) {
    int[] larger = spending.ints(array.length * 2L);
    System.arraycopy(array, 0, larger, 0, array.length);
    return larger;
  }
}
