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
 *   <li>Of interchangeable operations only the one that returns first is tried.
 *   <li>What makes the state that the returning operation needs is tried first.
 *   <li>A step that takes away what someone still needs is {@link Hopeless}.
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

  private static final int PASSES = 2;

  private final KeyOperations operations;
  private final States states;
  private final Memory.Share memory;
  private final Remembered remembered;

  /** By key. */
  private final Hopeless[] hopeless;

  private final int mustWords;
  private final int words;

  private int nextReturn;
  private int opened;
  private int state;
  private final long[] open;

  /** Who is at which place; it differs from return to return for those that return. */
  private final int[] holder;

  private final int[] unknown;
  private final int[] order;
  private int ordered;

  /** The stack: for each frame the next return, the state, the length of the order, the cursor. */
  private int[] frames = new int[64];

  private long[] frameOpen;
  private int depth;

  /** The longest order found, and how much of it is also the beginning of the present one. */
  private int[] best = new int[16];

  private int bestLength;
  private int bestReturn = -1;
  private int common;
  private boolean begun;

  Search(KeyOperations operations, Values values, int initial, Memory.Share memory) {
    this.operations = operations;
    this.memory = memory;
    Parts parts = operations.parts;
    states = parts.isOfOneKey() ? new OneKey(parts, initial) : new ManyKeys(parts, initial, memory);
    mustWords = (operations.places + Long.SIZE - 1) / Long.SIZE;
    words = mustWords + (operations.unknowns + Long.SIZE - 1) / Long.SIZE;
    remembered = new Remembered(mustWords, words, memory);
    hopeless =
        Arrays.stream(Demands.of(parts, memory))
            .map(demands -> new Hopeless(operations, demands, values, initial))
            .toArray(Hopeless[]::new);
    open = new long[words];
    frameOpen = new long[16 * words];
    holder = new int[mustWords * Long.SIZE];
    unknown = new int[operations.unknowns];
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
    for (long step = 0; step < steps; step++) {
      if (depth == 0) {
        return Status.BROKEN;
      }
      int operation = nextCandidate();
      if (operation == KeyOperations.NOBODY) {
        depth--;
        if (depth > 0) {
          rewind();
        }
        continue;
      }
      int old = state;
      state = states.step(operation, state);
      take(operation);
      order[ordered++] = operation;
      if (!isHopeless(old)) {
        if (state != old) {
          placePure();
        }
        if (settle()) {
          return Status.HOLDS;
        }
        if (remembered.isNew(nextReturn, state, open)) {
          push();
          continue;
        }
      }
      rewind();
    }
    return depth == 0 ? Status.BROKEN : Status.SEARCHING;
  }

  /** The longest order of operations found. */
  int[] longestOrder() {
    return Arrays.copyOf(best, bestLength);
  }

  /** The operation that could not be placed by the time it returned. */
  int stuck() {
    int lost = lost();
    return lost == KeyOperations.NOBODY ? operations.returning[Math.max(bestReturn, 0)] : lost;
  }

  private int lost() {
    for (Hopeless each : hopeless) {
      if (each.lost() != KeyOperations.NOBODY) {
        return each.lost();
      }
    }
    return KeyOperations.NOBODY;
  }

  private boolean isHopeless(int old) {
    if (old == state) {
      return false;
    }
    for (int slot = 0; slot < hopeless.length; slot++) {
      int was = states.value(old, slot);
      if (hopeless[slot].after(was, states.value(state, slot), opened, holder, unknown, open)) {
        return true;
      }
    }
    return false;
  }

  /** Passes the returns of what is placed, and opens what was invoked; whether none is left. */
  private boolean settle() {
    while (nextReturn < operations.returns) {
      while (opened < operations.invokedBy[nextReturn]) {
        open(opened++);
      }
      int place = operations.place[operations.returning[nextReturn]];
      if ((open[place >> 6] & 1L << place) != 0) {
        return false;
      }
      nextReturn++;
    }
    return true;
  }

  private void open(int operation) {
    int place = operations.place[operation];
    if (operations.returnOf[operation] == Integer.MAX_VALUE) {
      unknown[place] = operation;
      open[mustWords + (place >> 6)] |= 1L << place;
      return;
    }
    holder[place] = operation;
    if (operations.pure[operation] && states.step(operation, state) != Model.IMPOSSIBLE) {
      order[ordered++] = operation;
    } else {
      open[place >> 6] |= 1L << place;
    }
  }

  private void take(int operation) {
    int place = operations.place[operation];
    int first = operations.returnOf[operation] == Integer.MAX_VALUE ? mustWords : 0;
    open[first + (place >> 6)] &= ~(1L << place);
  }

  private void placePure() {
    for (int word = 0; word < mustWords; word++) {
      for (long bits = open[word]; bits != 0; bits &= bits - 1) {
        int operation = holder[(word << 6) + Long.numberOfTrailingZeros(bits)];
        if (operations.pure[operation] && states.step(operation, state) != Model.IMPOSSIBLE) {
          open[word] &= ~(bits & -bits);
          order[ordered++] = operation;
        }
      }
    }
  }

  /** The next operation to try at the top of the stack, in its state. */
  private int nextCandidate() {
    int frame = (depth - 1) * 4;
    int end = words << 6;
    int returning = operations.returning[nextReturn];
    for (int cursor = frames[frame + 3]; cursor < PASSES * end; cursor++) {
      boolean preferred = cursor < end;
      int at = preferred ? cursor : cursor - end;
      long bits = open[at >> 6] >>> at;
      if (bits == 0) {
        cursor |= 63;
        continue;
      }
      int skipped = Long.numberOfTrailingZeros(bits);
      cursor += skipped;
      at += skipped;
      int operation = at < mustWords << 6 ? holder[at] : unknown[at - (mustWords << 6)];
      if (operations.pure[operation]) {
        continue;
      }
      int next = states.step(operation, state);
      if (next == Model.IMPOSSIBLE
          || preferred != isPreferred(operation, next, returning)
          || (next == state && operations.returnOf[operation] == Integer.MAX_VALUE)
          || hasTwin(operation)) {
        continue;
      }
      frames[frame + 3] = cursor + 1;
      return operation;
    }
    return KeyOperations.NOBODY;
  }

  private boolean isPreferred(int operation, int next, int returning) {
    int missing = states.missing(returning, state);
    return missing == 0 ? operation == returning : states.missing(returning, next) < missing;
  }

  /** Whether an interchangeable operation that returns earlier is open. */
  private boolean hasTwin(int operation) {
    int twin = operations.twin[operation];
    int itsReturn = operations.returnOf[operation];
    for (int word = 0; word < words; word++) {
      for (long bits = open[word]; bits != 0; bits &= bits - 1) {
        int at = (word << 6) + Long.numberOfTrailingZeros(bits);
        int other = word < mustWords ? holder[at] : unknown[at - (mustWords << 6)];
        if (operations.twin[other] == twin
            && other != operation
            && (operations.returnOf[other] < itsReturn
                || (operations.returnOf[other] == itsReturn && other < operation))) {
          return true;
        }
      }
    }
    return false;
  }

  private void push() {
    if (depth * 4 == frames.length || depth * words == frameOpen.length) {
      memory.takeArray(depth * 2L * Math.max(4, words), 2 * Long.BYTES);
      frames = Arrays.copyOf(frames, Math.max(64, depth * 8));
      frameOpen = Arrays.copyOf(frameOpen, Math.max(16, depth * 2) * words);
    }
    int frame = depth * 4;
    frames[frame] = nextReturn;
    frames[frame + 1] = state;
    frames[frame + 2] = ordered;
    frames[frame + 3] = 0;
    System.arraycopy(open, 0, frameOpen, depth * words, words);
    depth++;
    keepIfBest();
  }

  /** Back to the top of the stack. */
  private void rewind() {
    int frame = (depth - 1) * 4;
    nextReturn = frames[frame];
    state = frames[frame + 1];
    ordered = frames[frame + 2];
    common = Math.min(common, ordered);
    System.arraycopy(frameOpen, (depth - 1) * words, open, 0, words);
    while (opened > operations.invokedBy[nextReturn]) {
      int operation = --opened;
      if (operations.before[operation] != KeyOperations.NOBODY) {
        holder[operations.place[operation]] = operations.before[operation];
      }
    }
  }

  private void keepIfBest() {
    if (nextReturn < bestReturn || (nextReturn == bestReturn && ordered <= bestLength)) {
      return;
    }
    if (best.length < ordered) {
      best = Arrays.copyOf(best, Math.min(order.length, Math.max(ordered, best.length * 2)));
    }
    System.arraycopy(order, common, best, common, ordered - common);
    common = ordered;
    bestLength = ordered;
    bestReturn = nextReturn;
  }
}
