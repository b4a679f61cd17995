package io.kvstore.testkit.check;

import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;

/**
 * The compare-and-sets that appends and adds amount to, where it is sure what they found: one that
 * was answered tells it by its answer, an append that was not by the only value that is needed and
 * that it can have made. Of a key that takes given values more is known beforehand ({@link
 * FixedProspects}) than of one whose values grow.
 */
final class Replacements {
  private static final int NONE = Values.NONE;

  private final Parts parts;
  private final Values values;
  private final int slot;
  private final int absent;

  /**
   * By append or add: what was there before, and what it made of it; {@link #NONE} where what it
   * made is not needed.
   */
  private final int[] found;

  private final int[] made;

  /** The values that operations on the key need. */
  private final LongTable known = new LongTable();

  private int[] needed = new int[16];

  private Replacements(Parts parts, Values values, int slot, int absent, int[] found, int[] made) {
    this.parts = parts;
    this.values = values;
    this.slot = slot;
    this.absent = absent;
    this.found = found;
    this.made = made;
  }

  /** Makes them on the keys where that is sure of all that grows. */
  static void make(KeyOperations operations, Values values, int initial) {
    Parts parts = operations.parts;
    int[] found = new int[parts.kind.length];
    int[] made = new int[parts.kind.length];
    Arrays.fill(found, NONE);
    boolean isAny = false;
    for (int slot = 0; slot < parts.slots(); slot++) {
      Replacements ofKey = new Replacements(parts, values, slot, operations.absent, found, made);
      if (ofKey.areOfOneSort(initial) && ofKey.findAnswered() && ofKey.findUnanswered()) {
        ofKey.replace();
        isAny = true;
      }
    }
    if (isAny) {
      operations.describe();
    }
  }

  /**
   * Whether something grows, all values are texts, or all are numbers, and all adds were answered:
   * one that was not may have made any number of another. And no operation needs only that some
   * value is not there: that could be what an append was for whose value is never seen.
   */
  private boolean areOfOneSort(int initial) {
    boolean isText = false;
    boolean isNumber = false;
    for (int part = 0; part < parts.kind.length; part++) {
      if (parts.slot[part] == slot) {
        isText |= parts.kind[part] == Kind.APPEND;
        isNumber |= parts.kind[part] == Kind.ADD;
      }
    }
    if (isText == isNumber || !isOfSort(initial, isText)) {
      return false;
    }
    for (int part = 0; part < parts.kind.length; part++) {
      boolean isOfSort =
          parts.avoids[part] == Parts.NO_VALUE
              && !(parts.kind[part] == Kind.ADD && parts.isUnknown[part])
              && isOfSort(parts.argument[part], isText)
              && isOfSort(parts.expected[part], isText)
              && (parts.kind[part] == Kind.CAS || isOfSort(parts.result[part], isText));
      if (parts.slot[part] == slot && !isOfSort) {
        return false;
      }
    }
    return true;
  }

  /** Whether a value is absent, or of the sort, and unlike what an absent one counts as. */
  private boolean isOfSort(int value, boolean isText) {
    if (value == NONE || value == absent) {
      return true;
    }
    return value > Values.TRUE
        && (isText
            ? values.get(value) instanceof String text && !text.isEmpty()
            : values.get(value) instanceof Long number && number != 0);
  }

  /** Finds what those found that were answered; whether all of them have told it. */
  private boolean findAnswered() {
    for (int part = 0; part < parts.kind.length; part++) {
      if (parts.slot[part] != slot) {
        continue;
      }
      if (grows(part) && !parts.isUnknown[part]) {
        made[part] = parts.result[part];
        found[part] = before(part, made[part]);
        if (found[part] == NONE) {
          return false;
        }
        need(found[part]);
      }
      need(parts.needs[part]);
      need(parts.waitsFor[part]);
    }
    return true;
  }

  /**
   * Finds what those can have found that were not answered; whether it is at most one value each.
   */
  private boolean findUnanswered() {
    for (int i = 0; i < known.size(); i++) {
      for (int operation = 0; operation + 1 < parts.first.length; operation++) {
        for (int part = parts.first[operation]; part < parts.first[operation + 1]; part++) {
          boolean mayGrow = parts.isUnknown[part] && parts.kind[part] == Kind.APPEND;
          if (parts.slot[part] != slot || !mayGrow) {
            continue;
          }
          int before = before(part, needed[i]);
          if (before != NONE) {
            boolean isAlone = parts.onlySlot(operation) != KeyOperations.NOWHERE;
            if (found[part] != NONE || !isAlone) {
              return false;
            }
            found[part] = before;
            made[part] = needed[i];
            need(before);
          }
        }
      }
    }
    return true;
  }

  /** What was there before the part made a value; {@link #NONE} if it cannot have made it. */
  private int before(int part, int after) {
    int added = parts.argument[part];
    if (after == NONE || after == absent || added == absent) {
      return NONE;
    }
    if (parts.kind[part] == Kind.ADD) {
      return values.get(after) instanceof Long sum && values.get(added) instanceof Long number
          ? (sum.equals(number) ? absent : values.of(sum - number))
          : NONE;
    }
    String text = String.valueOf(values.get(after));
    String end = String.valueOf(values.get(added));
    if (!text.endsWith(end)) {
      return NONE;
    }
    return after == added ? absent : values.of(text.substring(0, text.length() - end.length()));
  }

  private void need(int value) {
    if (value != Parts.NO_VALUE && value != NONE && known.get(value) == LongTable.ABSENT) {
      int number = known.size();
      needed = number < needed.length ? needed : Arrays.copyOf(needed, number * 2);
      needed[number] = value;
      known.put(value, number);
    }
  }

  private void replace() {
    for (int part = 0; part < parts.kind.length; part++) {
      if (parts.slot[part] == slot && grows(part)) {
        if (found[part] == NONE) {
          // What it makes is not needed: it may as well make another value that is not.
          parts.replace(part, Kind.WRITE, parts.argument[part], NONE, NONE);
        } else {
          parts.replace(part, Kind.CAS, made[part], found[part], Values.TRUE);
        }
      }
    }
  }

  private boolean grows(int part) {
    return parts.kind[part] == Kind.APPEND || parts.kind[part] == Kind.ADD;
  }
}
