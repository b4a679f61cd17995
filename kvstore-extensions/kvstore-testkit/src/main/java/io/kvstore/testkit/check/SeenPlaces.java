package io.kvstore.testkit.check;

import io.kvstore.testkit.history.LongTable;
import java.util.Arrays;
import java.util.BitSet;

/** The places that a search has come to, each a row of numbers. */
final class SeenPlaces {
  private static final int FIRST_PLACES = 64;

  private final int width;
  private final Spending spending;
  private final int[] place;
  private int[] table = new int[2 * FIRST_PLACES];
  private int[] places;
  private int size;
  private int number;

  /** Those that may be new again. */
  private final BitSet forgotten = new BitSet();

  SeenPlaces(int width, Spending spending) {
    this.width = width;
    this.spending = spending;
    place = new int[width];
    places = spending.ints((long) FIRST_PLACES * width);
    spending.take((long) table.length * Integer.BYTES);
  }

  /** Where the place that is asked for is written down. */
  int[] place() {
    return place;
  }

  /** Whether the place was not seen before, or forgotten; from now on it is seen. */
  boolean isNew() {
    int mask = table.length - 1;
    int slot = hash(place, 0) & mask;
    for (; table[slot] != 0; slot = (slot + 1) & mask) {
      int from = (table[slot] - 1) * width;
      if (Arrays.equals(places, from, from + width, place, 0, width)) {
        number = table[slot] - 1;
        boolean wasForgotten = forgotten.get(number);
        forgotten.clear(number);
        return wasForgotten;
      }
    }
    if ((size + 1L) * width > places.length) {
      int[] larger = spending.ints(places.length * 2L);
      System.arraycopy(places, 0, larger, 0, places.length);
      spending.give(places);
      places = larger;
    }
    System.arraycopy(place, 0, places, size * width, width);
    number = size;
    table[slot] = ++size;
    if (size * 2 > table.length) {
      grow();
    }
    return true;
  }

  /** The number of the place that was last asked for. */
  int number() {
    return number;
  }

  /** Makes a place new again. */
  void forget(int numberOfPlace) {
    forgotten.set(numberOfPlace);
  }

  private void grow() {
    spending.give(table);
    table = spending.ints(table.length * 2L);
    int mask = table.length - 1;
    for (int i = 0; i < size; i++) {
      int slot = hash(places, i * width) & mask;
      while (table[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      table[slot] = i + 1;
    }
  }

  private int hash(int[] from, int start) {
    long hash = 0;
    for (int i = start; i < start + width; i++) {
      hash = LongTable.mixed(hash ^ from[i]);
    }
    return (int) LongTable.mixed(hash);
  }
}
