package io.kvstore.testkit.check;

import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;

/**
 * Sees early that a search cannot go on: a value that someone must still find has just been
 * overwritten, and nobody is left who could write it in time.
 *
 * <p>Where states are texts that grow, the same is asked of beginnings: the state must be a
 * beginning of what is read next, unless someone can still write another one before. Where
 * operations count, nothing is known beforehand.
 */
final class Hopeless {
  private final KeyOperations operations;
  private final Demands demands;
  private final Values values;

  /** By operation that needs a state: the last one invoked before its return that may make it. */
  private final int[] lastMaker;

  /** By state: which list of {@link #needing} is of those that need it. */
  private final LongTable listOf = new LongTable();

  /** The last text that was found to begin with a state, and the state. */
  private int knownText = Parts.NO_VALUE;

  private int knownBeginning = Parts.NO_VALUE;

  /** An operation that needs a state that nobody can have made in time. */
  private int lost = KeyOperations.NOBODY;

  /** For growing states: by operation, itself or the next that needs a state. */
  private final int[] nextNeeding;

  /** Lists of the operations that need the same state, ascending. */
  private final int[][] needing;

  Hopeless(KeyOperations operations, Demands demands, Values values, int initial) {
    this.operations = operations;
    this.demands = demands;
    this.values = values;
    int count = operations.count;
    lastMaker = new int[count];
    nextNeeding = new int[count + 1];
    needing = demands.isOpen ? new int[0][] : new int[count][];
    if (demands.isOpen) {
      return;
    }
    if (demands.grows) {
      prepareGrowing();
    } else {
      prepareFixed(initial);
    }
  }

  /** An operation that no order can explain, {@link KeyOperations#NOBODY} if none was seen. */
  int lost() {
    return lost;
  }

  /** Whether the step from a state to another was one too many. */
  boolean after(int old, int state, int opened, int[] holder, int[] unknown, long[] open) {
    if (old == state || demands.isOpen) {
      return false;
    }
    return demands.grows
        ? afterGrowing(state, opened, holder, unknown, open)
        : afterFixed(old, opened, holder, unknown, open);
  }

  private void prepareFixed(int initial) {
    LongTable makers = new LongTable();
    int invoked = 0;
    int[] sizes = new int[operations.count];
    for (int i = 0; i < operations.returns; i++) {
      for (; invoked < operations.invokedBy[i]; invoked++) {
        if (demands.makes[invoked] != Parts.NO_VALUE) {
          makers.put(demands.makes[invoked], invoked);
        }
      }
      int operation = operations.returning[i];
      int needed = demands.needs[operation];
      if (needed != Parts.NO_VALUE) {
        lastMaker[operation] = makers.get(needed);
        if (makers.get(needed) == LongTable.ABSENT && needed != initial) {
          lost = operation;
        }
      }
    }
    for (int i = 0; i < operations.count; i++) {
      int needed = demands.needs[i];
      if (needed == Parts.NO_VALUE) {
        continue;
      }
      int list = listOf.get(needed);
      if (list == LongTable.ABSENT) {
        list = listOf.size();
        listOf.put(needed, list);
        needing[list] = new int[2];
      } else if (sizes[list] == needing[list].length) {
        needing[list] = Arrays.copyOf(needing[list], sizes[list] * 2);
      }
      needing[list][sizes[list]++] = i;
    }
    for (int list = 0; list < listOf.size(); list++) {
      needing[list] = Arrays.copyOf(needing[list], sizes[list]);
    }
  }

  private void prepareGrowing() {
    int maker = KeyOperations.NOBODY;
    int invoked = 0;
    for (int i = 0; i < operations.returns; i++) {
      for (; invoked < operations.invokedBy[i]; invoked++) {
        if (demands.makes[invoked] != Parts.NO_VALUE) {
          maker = invoked;
        }
      }
      lastMaker[operations.returning[i]] = maker;
    }
    nextNeeding[operations.count] = KeyOperations.NOBODY;
    for (int i = operations.count - 1; i >= 0; i--) {
      boolean needs = demands.needs[i] != Parts.NO_VALUE;
      nextNeeding[i] = needs ? i : nextNeeding[i + 1];
    }
  }

  private boolean afterFixed(int old, int opened, int[] holder, int[] unknown, long[] open) {
    int list = listOf.get(old);
    if (list == LongTable.ABSENT) {
      return false;
    }
    int mustWords = holder.length / Long.SIZE;
    boolean needed = false;
    for (int word = 0; word < open.length; word++) {
      for (long bits = open[word]; bits != 0; bits &= bits - 1) {
        int at = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        int operation = word < mustWords ? holder[at] : unknown[at - mustWords * Long.SIZE];
        if (demands.makes[operation] == old) {
          return false;
        }
        needed |= demands.needs[operation] == old && lastMaker[operation] < opened;
      }
    }
    if (needed) {
      return true;
    }
    int found = Arrays.binarySearch(needing[list], opened);
    int at = found >= 0 ? found : -found - 1;
    return at < needing[list].length && lastMaker[needing[list][at]] < opened;
  }

  private boolean afterGrowing(int state, int opened, int[] holder, int[] unknown, long[] open) {
    int mustWords = holder.length / Long.SIZE;
    for (int word = 0; word < mustWords; word++) {
      for (long bits = open[word]; bits != 0; bits &= bits - 1) {
        int operation = holder[word * Long.SIZE + Long.numberOfTrailingZeros(bits)];
        if (demands.needs[operation] != Parts.NO_VALUE
            && isLost(operation, state, opened, holder, unknown, open)) {
          return true;
        }
      }
    }
    int future = nextNeeding[opened];
    return future != KeyOperations.NOBODY && isLost(future, state, opened, holder, unknown, open);
  }

  private boolean isLost(
      int operation, int state, int opened, int[] holder, int[] unknown, long[] open) {
    int text = demands.needs[operation];
    if (lastMaker[operation] >= opened || beginsWith(text, state)) {
      return false;
    }
    int mustWords = holder.length / Long.SIZE;
    for (int word = 0; word < open.length; word++) {
      for (long bits = open[word]; bits != 0; bits &= bits - 1) {
        int at = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        int maker = word < mustWords ? holder[at] : unknown[at - mustWords * Long.SIZE];
        if (demands.makes[maker] != Parts.NO_VALUE
            && values.startsWith(text, Math.max(demands.makes[maker], Values.NIL))) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean beginsWith(int text, int state) {
    if (text == knownText && state == knownBeginning) {
      return true;
    }
    if (state < 0 || !values.startsWith(text, state)) {
      return false;
    }
    knownText = text;
    knownBeginning = state;
    return true;
  }
}
