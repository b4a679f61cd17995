package io.kvstore.testkit.check;

import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;

/**
 * What is certain beforehand of compare-and-sets that do not say whether they took place: one did
 * if nothing else can have made what another operation found; one did not if what it expects cannot
 * have been there while it was open.
 */
final class Foregone {
  /** So many makers of a value are looked at before it is said that there are several. */
  private static final int MOST_MAKERS = 64;

  private static final int MOST_ROUNDS = 8;
  private static final int NOTHING = -1;
  private static final int INITIALLY = -2;
  private static final int SEVERAL = -3;

  private final KeyOperations operations;
  private final Parts parts;
  private final Demands demands;
  private final int initial;

  /** By value that some operation makes: those that make it, ascending. */
  private final LongTable numberOf = new LongTable();

  private int[][] makers = {};
  private int[] sizes = {};
  private Evidence evidence;

  private Foregone(KeyOperations operations, Demands demands, int initial) {
    this.operations = operations;
    this.demands = demands;
    this.initial = initial;
    parts = operations.parts;
    evidence = new Evidence(operations, demands);
  }

  /** Says of some compare-and-sets on a key whether they took place, as long as there are more. */
  static void decide(KeyOperations operations, Demands demands, int initial) {
    boolean isAny = false;
    for (boolean optional : demands.optional) {
      isAny |= optional;
    }
    if (!isAny || !operations.parts.isOfOneKey() || demands.isOpen || demands.grows) {
      return;
    }
    Foregone foregone = new Foregone(operations, demands, initial);
    int rounds = 0;
    while (rounds < MOST_ROUNDS && foregone.decideSome()) {
      rounds++;
    }
    if (rounds > 0) {
      operations.describe();
    }
  }

  private boolean decideSome() {
    evidence = new Evidence(operations, demands);
    findMakers();
    boolean isAny = false;
    for (int i = 0; i < operations.count; i++) {
      if (demands.optional[i] && onlyMaker(demands.waitsFor[i], i) == NOTHING) {
        parts.answer(i, Values.FALSE);
        isAny = true;
      }
    }
    for (int i = 0; i < operations.count; i++) {
      if (demands.needs[i] != Parts.NO_VALUE) {
        int maker = onlyMaker(demands.needs[i], i);
        if (maker >= 0 && demands.optional[maker]) {
          parts.answer(maker, Values.TRUE);
          isAny = true;
        }
      }
    }
    return isAny;
  }

  private void findMakers() {
    Arrays.fill(sizes, 0);
    for (int i = 0; i < operations.count; i++) {
      int made = demands.makes[i];
      if (made == Parts.NO_VALUE) {
        continue;
      }
      int number = numberOf.get(made);
      if (number == LongTable.ABSENT) {
        number = numberOf.size();
        numberOf.put(made, number);
        makers = Arrays.copyOf(makers, number + 1);
        sizes = Arrays.copyOf(sizes, number + 1);
        makers[number] = new int[4];
      }
      if (sizes[number] == makers[number].length) {
        makers[number] = Arrays.copyOf(makers[number], sizes[number] * 2);
      }
      makers[number][sizes[number]++] = i;
    }
  }

  /** The only one that can have made a value which an operation finds, or why there is not one. */
  private int onlyMaker(int value, int finder) {
    int found = NOTHING;
    if (value == initial && finder < evidence.lostFor(-1, value)) {
      found = INITIALLY;
    }
    int number = numberOf.get(value);
    if (number == LongTable.ABSENT) {
      return found;
    }
    int itsReturn = operations.returnOf[finder];
    int end = itsReturn == KeyOperations.NEVER ? operations.count : operations.invokedBy[itsReturn];
    int at = Arrays.binarySearch(makers[number], 0, sizes[number], end);
    int last = at < 0 ? -at - 2 : at - 1;
    for (int i = last; i >= 0; i--) {
      int maker = makers[number][i];
      boolean isInTime =
          maker != finder && finder < evidence.lostFor(operations.returnOf[maker], value);
      if (last - i > MOST_MAKERS || (isInTime && found != NOTHING)) {
        return SEVERAL;
      }
      found = isInTime ? maker : found;
    }
    return found;
  }
}
