package io.kvstore.testkit.check;

import io.kvstore.testkit.history.LongTable;
import java.util.Arrays;

/**
 * The prospects of a key of which it can be said beforehand which operation makes which value.
 *
 * <p>A value that an operation must still find must not go away when none is left that could make
 * it in time.
 */
final class FixedProspects extends Prospects {
  private static final int NONE = LongTable.ABSENT;

  private final KeyOperations operations;
  private final Demands demands;
  private final Open open;

  /** By operation that needs a value: the last one invoked before its return that may make it. */
  private final int[] lastMaker;

  /** By value: which list of {@link #waiting} is of those that wait for it. */
  private final LongTable listOf = new LongTable();

  /** Lists of the operations that wait for the same value, ascending. */
  private final int[][] waiting;

  /** Lists of the operations that make the same value, ascending. */
  private final int[][] making;

  /** By list: where those that are not open yet begin, as of the last time. */
  private final int[] waitingFrom;

  private final int[] makingFrom;

  /** Whether some make a value only where another one is. */
  private final boolean isAnyConditional;

  /** By operation: the list of those that wait for what it makes, and the one that it is in. */
  private final int[] madeFor;

  private final int[] waitingIn;

  /** By operation: the first that comes too late to find what it makes. */
  private final int[] lostFor;

  /** By operation: itself or the next one that needs that a certain value is not there. */
  private final int[] nextAvoiding;

  /**
   * By list: the number of the last look that found an open operation in it, or a pure one only.
   */
  private final int[] seen;

  private final int[] seenPure;

  /** By operation: whether it can be placed in whatever order. */
  private final boolean[] isCertain;

  private int looks;
  private boolean anyChange;
  private boolean anyAvoids;

  private int lost = KeyOperations.NOBODY;

  FixedProspects(KeyOperations operations, Demands demands, Open open, int initial) {
    this.operations = operations;
    this.demands = demands;
    this.open = open;
    Evidence evidence = new Evidence(operations, demands);
    lastMaker = new int[operations.count];
    lostFor = new int[operations.count];
    nextAvoiding = new int[operations.count + 1];
    isCertain = new boolean[operations.count];
    numberValues();
    waitingIn = Arrays.stream(demands.waitsFor).map(listOf::get).toArray();
    madeFor = Arrays.stream(demands.makes).map(listOf::get).toArray();
    waiting = membersOf(waitingIn);
    making = membersOf(madeFor);
    seen = new int[waiting.length];
    seenPure = new int[waiting.length];
    waitingFrom = new int[waiting.length];
    makingFrom = new int[waiting.length];
    boolean found = false;
    for (int i = 0; i < madeFor.length; i++) {
      found |= madeFor[i] != NONE && waitingIn[i] != NONE;
    }
    isAnyConditional = found;
    findLastMakers(initial, evidence);
    findAvoiding(evidence);
  }

  @Override
  int lost() {
    return lost;
  }

  @Override
  boolean areGone(int old, int value, int nextReturn) {
    return isGone(old, value) || isGoneWith(old, value) || isTooLong(value, nextReturn);
  }

  @Override
  boolean areGoneWithout(int operation, int value) {
    int made = demands.makes[operation];
    return made != value && (isGone(made, value) || isGoneWith(made, value));
  }

  @Override
  boolean isCertain(int operation) {
    return isCertain[operation];
  }

  @Override
  boolean isWanted(int operation) {
    return isWantedLater(operation) || isWantedNow(operation);
  }

  @Override
  boolean isWantedNowOnly(int operation) {
    int list = madeFor[operation];
    return !anyAvoids
        && list != NONE
        && seenPure[list] == looks
        && seen[list] != looks
        && !isWantedLater(operation);
  }

  /** Whether one that is not open yet may need what the operation makes. */
  private boolean isWantedLater(int operation) {
    int opened = open.opened();
    if (nextAvoiding[opened] < lostFor[operation]) {
      return true;
    }
    int list = madeFor[operation];
    if (list == NONE) {
      return false;
    }
    int next = firstFrom(waiting[list], waitingFrom, list, opened);
    return next < waiting[list].length && waiting[list][next] < lostFor[operation];
  }

  /** Whether an open one waits for what the operation makes, or for any change. */
  private boolean isWantedNow(int operation) {
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      int other = open.operation(bit);
      boolean waits = waitingIn[other] != NONE && waitingIn[other] == madeFor[operation];
      if (waits || demands.avoids[other] != Parts.NO_VALUE) {
        return true;
      }
    }
    return false;
  }

  @Override
  void lookForPure() {
    looks++;
    anyAvoids = false;
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      int operation = open.operation(bit);
      int list = waitingIn[operation];
      anyAvoids |= demands.avoids[operation] != Parts.NO_VALUE;
      if (list != NONE) {
        seenPure[list] = looks;
        // What reads several keys at once may have to wait for another one.
        boolean isOfOneKey = operations.parts.onlySlot(operation) != KeyOperations.NOWHERE;
        seen[list] = operations.pure[operation] && isOfOneKey ? seen[list] : looks;
      }
    }
  }

  /** Where those in a list begin that are not open yet; near where they began last time. */
  private static int firstFrom(int[] list, int[] last, int number, int opened) {
    int at = last[number];
    while (at > 0 && list[at - 1] >= opened) {
      at--;
    }
    while (at < list.length && list[at] < opened) {
      at++;
    }
    last[number] = at;
    return at;
  }

  @Override
  void look(int value) {
    looks++;
    anyChange = false;
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      int operation = open.operation(bit);
      if (waitingIn[operation] != NONE) {
        seen[waitingIn[operation]] = looks;
      }
      anyChange |= demands.avoids[operation] == value;
    }
  }

  @Override
  boolean isUseful(int operation) {
    return anyChange || (madeFor[operation] != NONE && seen[madeFor[operation]] == looks);
  }

  private void numberValues() {
    for (int value : demands.waitsFor) {
      if (value != Parts.NO_VALUE && listOf.get(value) == NONE) {
        listOf.put(value, listOf.size());
      }
    }
  }

  /** For each list the operations that have its number, ascending. */
  private int[][] membersOf(int[] numbers) {
    int[] sizes = new int[listOf.size()];
    for (int list : numbers) {
      if (list != NONE) {
        sizes[list]++;
      }
    }
    int[][] members = new int[sizes.length][];
    for (int list = 0; list < members.length; list++) {
      members[list] = new int[sizes[list]];
      sizes[list] = 0;
    }
    for (int i = 0; i < numbers.length; i++) {
      int list = numbers[i];
      if (list != NONE) {
        members[list][sizes[list]++] = i;
      }
    }
    return members;
  }

  private void findLastMakers(int initial, Evidence evidence) {
    int[] makers = new int[waiting.length];
    Arrays.fill(makers, NONE);
    int[] lostForAll = new int[waiting.length];
    int initialList = listOf.get(initial);
    if (initialList != NONE) {
      lostForAll[initialList] = evidence.lostFor(-1, initial);
    }
    int invoked = 0;
    for (int i = 0; i < operations.returns; i++) {
      for (; invoked < operations.invokedBy[i]; invoked++) {
        int made = demands.makes[invoked];
        lostFor[invoked] = evidence.lostFor(operations.returnOf[invoked], made);
        if (madeFor[invoked] != NONE) {
          int list = madeFor[invoked];
          makers[list] = invoked;
          lostForAll[list] = Math.max(lostForAll[list], lostFor[invoked]);
        }
      }
      int operation = operations.returning[i];
      int needed = demands.needs[operation];
      if (needed != Parts.NO_VALUE) {
        int list = listOf.get(needed);
        lastMaker[operation] = makers[list];
        if (operation >= lostForAll[list]) {
          lost = operation;
        }
      }
    }
  }

  private void findAvoiding(Evidence evidence) {
    nextAvoiding[operations.count] = KeyOperations.NEVER;
    for (int i = operations.count - 1; i >= 0; i--) {
      int value = demands.avoids[i];
      boolean canBeInAnyOrder = value != Parts.NO_VALUE && evidence.isAgainst(value, i);
      isCertain[i] = canBeInAnyOrder && !demands.optional[i];
      nextAvoiding[i] = value == Parts.NO_VALUE || canBeInAnyOrder ? nextAvoiding[i + 1] : i;
    }
  }

  /** Whether what only a compare-and-set can make is gone with the value that this one needs. */
  private boolean isGoneWith(int value, int now) {
    int list = isAnyConditional ? listOf.get(value) : NONE;
    if (list == NONE) {
      return false;
    }
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      int operation = open.operation(bit);
      if (waitingIn[operation] == list
          && madeFor[operation] != NONE
          && demands.makes[operation] != now
          && isGone(demands.makes[operation], now)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a value is needed that is not there, and that none can make any more. */
  private boolean isGone(int value, int now) {
    int list = listOf.get(value);
    if (list == NONE) {
      return false;
    }
    int opened = open.opened();
    int madeUntil = 0;
    boolean needed = false;
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      int operation = open.operation(bit);
      if (madeFor[operation] == list && canTakeEffect(operation, now)) {
        madeUntil = Math.max(madeUntil, lostFor[operation]);
      }
      needed |= demands.needs[operation] == value && lastMaker[operation] < opened;
    }
    return (needed && madeUntil == 0) || lastAlone(list, madeUntil) != KeyOperations.NOBODY;
  }

  /** Whether the value that an operation waits for is there, or can still be made for it. */
  private boolean canTakeEffect(int operation, int now) {
    int list = waitingIn[operation];
    if (list == NONE || demands.waitsFor[operation] == now) {
      return true;
    }
    int opened = open.opened();
    int next = firstFrom(making[list], makingFrom, list, opened);
    int end =
        operations.returnOf[operation] == KeyOperations.NEVER
            ? operations.count
            : operations.invokedBy[operations.returnOf[operation]];
    if (next < making[list].length && making[list][next] < end) {
      return true;
    }
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      if (madeFor[open.operation(bit)] == list && open.operation(bit) != operation) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a value must stay until one is invoked that needs it, because none can make it again,
   * but another operation that returns before cannot be while it is there.
   */
  private boolean isTooLong(int value, int nextReturn) {
    int list = listOf.get(value);
    if (list == NONE) {
      return false;
    }
    int madeUntil = 0;
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      if (madeFor[open.operation(bit)] == list) {
        madeUntil = Math.max(madeUntil, lostFor[open.operation(bit)]);
      }
    }
    int end = lastAlone(list, madeUntil);
    for (int i = nextReturn; i < operations.returns && operations.invokedBy[i] <= end; i++) {
      int operation = operations.returning[i];
      boolean mustBePlaced = operation >= open.opened() || open.must(operation);
      if (mustBePlaced && !canBeDuring(value, operation)) {
        return true;
      }
    }
    return false;
  }

  /** The last one that needs a value which none makes for it any more but those already open. */
  private int lastAlone(int list, int madeUntil) {
    int opened = open.opened();
    int[] makers = making[list];
    int nextMaker = firstFrom(makers, makingFrom, list, opened);
    int end = nextMaker == makers.length ? operations.count : makers[nextMaker];
    int last = KeyOperations.NOBODY;
    for (int at = firstFrom(waiting[list], waitingFrom, list, opened);
        at < waiting[list].length;
        at++) {
      int operation = waiting[list][at];
      if (operation > end) {
        break;
      }
      if (operation >= madeUntil
          && demands.needs[operation] != Parts.NO_VALUE
          && lastMaker[operation] < opened) {
        last = operation;
      }
    }
    return last;
  }

  private boolean canBeDuring(int value, int operation) {
    int needed = demands.needs[operation];
    int made = demands.makes[operation];
    return (needed == Parts.NO_VALUE || needed == value)
        && (made == Parts.NO_VALUE || made == value || demands.optional[operation])
        && demands.avoids[operation] != value;
  }
}
