package io.kvstore.testkit.check;

import io.kvstore.testkit.history.Values;
import java.util.Arrays;

/**
 * The search for an order of one key's operations, after Wing and Gong, "Testing and verifying
 * concurrent objects" (JPDC 17, 1993), and Lowe, "Testing for linearizability" (Concurrency and
 * Computation 29(4), 2017).
 *
 * <p>It walks from return to return. An operation must have its place in the order by the time that
 * it returns, and can have it as soon as it is invoked; so at each return some open operations are
 * placed, until the returning one is. What makes it fast:
 *
 * <ul>
 *   <li>A place that led nowhere is {@link Remembered}: the next return, the state and the open
 *       operations, which is as large as there are clients, however long the history is.
 *   <li>An operation that changes nothing in any state is placed as soon as the state allows it,
 *       without an alternative.
 *   <li>A write that no other needs to see is not placed at all: just before another write it
 *       cannot be seen. So as soon as the key is overwritten, the other open writes need no place
 *       any more, but may still have one, like those of unknown outcome.
 *   <li>Of interchangeable operations only the one that returns first is tried.
 *   <li>What makes the state that the returning operation needs is tried first; what no other waits
 *       for is not tried before it has to be.
 *   <li>A step that takes away what is still needed is hopeless ({@link Prospects}).
 * </ul>
 *
 * <p>It keeps its own stack, and can be interrupted and continued.
 */
final class Search {
  /** How far the search has come. */
  enum Status {
    HOLDS,
    BROKEN,
    SEARCHING
  }

  /** Choices that are no operation. */
  private static final int NOTHING = -1;

  private static final int LEAVE_OUT = -2;
  private static final int INSIST = -3;

  /** The stack: for each frame the next return, the state, the length of the order, the cursor. */
  private static final int FRAME = 4;

  private static final int STATE = 1;
  private static final int ORDERED = 2;
  private static final int CURSOR = 3;
  private static final int PASSES = 2;

  private final KeyOperations operations;
  private final States states;
  private final Memory.Share memory;
  private final Remembered remembered;

  /** By key. */
  private final Prospects[] prospects;

  private int nextReturn;
  private int state;
  private final Open open;
  private final int[] order;
  private int ordered;

  private int[] frames = new int[64];

  private long[] frameOpen;
  private int depth;
  private final LongestOrder longest = new LongestOrder();
  private boolean begun;

  Search(KeyOperations operations, Values values, int initial, Memory.Share memory) {
    this.operations = operations;
    this.memory = memory;
    Parts parts = operations.parts;
    Replacements.make(operations, values, initial);
    states = parts.isOfOneKey() ? new OneKey(parts, initial) : new ManyKeys(parts, initial, memory);
    Demands[] demands = Demands.of(parts, memory);
    for (Demands each : demands) {
      Foregone.decide(operations, each, initial);
    }
    open = new Open(operations);
    remembered = new Remembered(open.mustWords(), open.words(), memory);
    prospects = new Prospects[demands.length];
    for (int slot = 0; slot < demands.length; slot++) {
      prospects[slot] = Prospects.of(operations, demands[slot], open, values, initial);
    }
    frameOpen = new long[16 * open.words()];
    order = new int[operations.count];
    state = states.initial();
  }

  /** Goes on for so many steps. */
  Status run(long steps) {
    if (!begun) {
      begun = true;
      if (lost() != KeyOperations.NOBODY) {
        return Status.BROKEN;
      }
      if (settle()) {
        return Status.HOLDS;
      }
      push();
    }
    for (long step = 0; step < steps && depth > 0; step++) {
      int choice = nextChoice();
      if (choice == NOTHING) {
        depth--;
        int frame = depth * FRAME;
        int from = depth * open.words();
        remembered.add(frames[frame], frames[frame + STATE], frameOpen, from);
      } else if (take(choice)) {
        if (settle()) {
          return Status.HOLDS;
        }
        if (!remembered.isKnown(nextReturn, state, open.bits())) {
          push();
          continue;
        }
      }
      if (depth > 0) {
        rewind();
      }
    }
    return depth == 0 ? Status.BROKEN : Status.SEARCHING;
  }

  /** The longest order of operations found. */
  int[] longestOrder() {
    return longest.operations();
  }

  /** The operation that could not be placed by the time it returned. */
  int stuck() {
    int lost = lost();
    if (lost != KeyOperations.NOBODY) {
      return lost;
    }
    return operations.returning[longest.returnsPassed()];
  }

  private int lost() {
    for (Prospects each : prospects) {
      if (each.lost() != KeyOperations.NOBODY) {
        return each.lost();
      }
    }
    return KeyOperations.NOBODY;
  }

  // Going on

  /** Passes the returns of what is placed, and opens what was invoked; whether none is left. */
  private boolean settle() {
    while (nextReturn < operations.returns) {
      while (open.opened() < operations.invokedBy[nextReturn]) {
        openNext();
      }
      int returning = operations.returning[nextReturn];
      if (open.must(returning)) {
        return false;
      }
      if (open.may(returning)) {
        if (prospects[operations.excusedIn(returning)].isWanted(returning)) {
          return false;
        }
        open.take(returning);
      }
      nextReturn++;
    }
    return true;
  }

  private void openNext() {
    int operation = open.opened();
    int slot = operations.parts.onlySlot(operation);
    if (slot != KeyOperations.NOWHERE && prospects[slot].isCertain(operation)) {
      open.openPlaced();
    } else if (isDoneAtOnce(operation)) {
      order[ordered++] = operation;
      open.openPlaced();
    } else {
      open.open(!isInvisible(operation));
    }
  }

  /** Whether the operation changes nothing in any state, and is possible in this one. */
  private boolean isDoneAtOnce(int operation) {
    return operations.pure[operation] && states.step(operation, state) != Model.IMPOSSIBLE;
  }

  /** Whether a place now would not be seen, so that the operation need not have another. */
  private boolean isInvisible(int operation) {
    return operations.excusedIn(operation) != KeyOperations.NOWHERE
        && states.step(operation, state) == state;
  }

  /** Goes on by a choice; whether that can lead anywhere. */
  private boolean take(int choice) {
    if (choice == INSIST) {
      open.insist(operations.returning[nextReturn]);
      return true;
    }
    if (choice == LEAVE_OUT) {
      int left = operations.returning[nextReturn];
      open.take(left);
      int slot = operations.excusedIn(left);
      return !prospects[slot].areGoneWithout(left, states.value(state, slot));
    }
    int old = state;
    if (operations.parts.onlySlot(choice) != KeyOperations.NOWHERE
        && operations.parts.overwrites(choice, operations.parts.first[choice])) {
      placeInPassing(choice);
    }
    place(choice);
    for (int slot = 0; state != old && slot < prospects.length; slot++) {
      int was = states.value(old, slot);
      int is = states.value(state, slot);
      if (was != is && prospects[slot].areGone(was, is, nextReturn)) {
        return false;
      }
    }
    placePure();
    return true;
  }

  /** Places others just before a choice that overwrites the key, if they are not needed later. */
  private void placeInPassing(int choice) {
    int slot = operations.hiddenIn[choice];
    prospects[slot].lookForPure();
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      int operation = open.operation(bit);
      if (operation != choice
          && operations.hiddenIn[operation] == slot
          && operations.parts.onlySlot(operation) == slot
          && prospects[slot].isWantedNowOnly(operation)) {
        place(operation);
        placePure();
        prospects[slot].lookForPure();
      }
    }
  }

  private void place(int operation) {
    state = states.step(operation, state);
    open.take(operation);
    order[ordered++] = operation;
    excuseHiddenBy(operation);
  }

  private void excuseHiddenBy(int operation) {
    Parts parts = operations.parts;
    for (int part = parts.first[operation]; part < parts.first[operation + 1]; part++) {
      if (parts.overwrites(operation, part)) {
        open.excuseHidden(parts.slot[part]);
      }
    }
  }

  /** Places what changes nothing, and excuses what could not be seen. */
  private void placePure() {
    int end = open.mustWords() * Long.SIZE;
    for (int bit = open.next(0); bit >= 0 && bit < end; bit = open.next(bit + 1)) {
      int operation = open.operation(bit);
      if (isDoneAtOnce(operation)) {
        open.take(operation);
        order[ordered++] = operation;
      } else if (isInvisible(operation)) {
        open.excuse(operation);
      }
    }
  }

  // Choices

  /** What to try next at the top of the stack, in its state. */
  private int nextChoice() {
    int frame = (depth - 1) * FRAME;
    int returning = operations.returning[nextReturn];
    int cursor = frames[frame + CURSOR];
    if (open.may(returning)) {
      frames[frame + CURSOR] = cursor + 1;
      return cursor == 0 ? LEAVE_OUT : cursor == 1 ? INSIST : NOTHING;
    }
    for (int slot = 0; slot < prospects.length; slot++) {
      prospects[slot].look(states.value(state, slot));
    }
    int end = open.words() * Long.SIZE;
    while (cursor < PASSES * end) {
      boolean isPreferred = cursor < end;
      int bit = open.next(isPreferred ? cursor : cursor - end);
      if (bit < 0) {
        cursor = isPreferred ? end : PASSES * end;
        continue;
      }
      cursor = isPreferred ? bit + 1 : end + bit + 1;
      int operation = open.operation(bit);
      if (isCandidate(operation, returning, isPreferred)) {
        frames[frame + CURSOR] = cursor;
        return operation;
      }
    }
    return NOTHING;
  }

  private boolean isCandidate(int operation, int returning, boolean isPreferred) {
    if (operations.pure[operation]) {
      return false;
    }
    int next = states.step(operation, state);
    if (next == Model.IMPOSSIBLE || isPreferred != isPreferred(operation, next, returning)) {
      return false;
    }
    boolean isOptional = operations.optionalIn[operation] != KeyOperations.NOWHERE;
    boolean isIdle = next == state && (isOptional || !open.must(operation)) && !excuses(operation);
    return !isIdle && (operation == returning || isOfUse(operation)) && !hasTwin(operation);
  }

  private boolean isPreferred(int operation, int next, int returning) {
    int missing = states.missing(returning, state);
    return missing == 0 ? operation == returning : states.missing(returning, next) < missing;
  }

  /** Whether others need no place any more if the operation has one now. */
  private boolean excuses(int operation) {
    int slot = operations.hiddenIn[operation];
    return slot != KeyOperations.NOWHERE && open.anyHidden(slot);
  }

  /** Whether it makes sense that the operation has a place before it has to. */
  private boolean isOfUse(int operation) {
    int slot = operations.parts.onlySlot(operation);
    boolean isSeenAnyway =
        operations.excusedIn(operation) == KeyOperations.NOWHERE && open.must(operation);
    return slot == KeyOperations.NOWHERE || isSeenAnyway || prospects[slot].isUseful(operation);
  }

  /** Whether an interchangeable operation that returns earlier is open. */
  private boolean hasTwin(int operation) {
    int twin = operations.twin[operation];
    int itsReturn = operations.returnOf[operation];
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      int other = open.operation(bit);
      if (operations.twin[other] == twin
          && other != operation
          && (operations.returnOf[other] < itsReturn
              || (operations.returnOf[other] == itsReturn && other < operation))) {
        return true;
      }
    }
    return false;
  }

  // The stack

  private void push() {
    int words = open.words();
    if (depth * FRAME == frames.length || depth * words == frameOpen.length) {
      memory.takeArray(depth * 2L * Math.max(FRAME, words), 2 * Long.BYTES);
      frames = Arrays.copyOf(frames, Math.max(64, depth * 2 * FRAME));
      frameOpen = Arrays.copyOf(frameOpen, Math.max(16, depth * 2) * words);
    }
    int frame = depth * FRAME;
    frames[frame] = nextReturn;
    frames[frame + STATE] = state;
    frames[frame + ORDERED] = ordered;
    frames[frame + CURSOR] = 0;
    System.arraycopy(open.bits(), 0, frameOpen, depth * words, words);
    depth++;
    longest.offer(order, ordered, nextReturn);
  }

  /** Back to the top of the stack. */
  private void rewind() {
    int frame = (depth - 1) * FRAME;
    nextReturn = frames[frame];
    state = frames[frame + STATE];
    ordered = frames[frame + ORDERED];
    longest.shortenedTo(ordered);
    open.rewind(frameOpen, (depth - 1) * open.words(), operations.invokedBy[nextReturn]);
  }
}
