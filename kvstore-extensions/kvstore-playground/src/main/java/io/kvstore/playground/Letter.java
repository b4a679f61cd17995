package io.kvstore.playground;

import io.kvstore.core.spi.Decider.Passage;

/** A message on the stage, with a number by which one decides about it. */
final class Letter {
  final int number;
  final Passage passage;
  boolean isHeld;

  Letter(int number, Passage passage) {
    this.number = number;
    this.passage = passage;
  }

  /** Beats and what answers them are so many that they would hide the rest: they are not shown. */
  static boolean isShown(Passage passage) {
    String kind = kind(passage);
    return !kind.equals("Beat") && !kind.equals("Heard");
  }

  static String kind(Passage passage) {
    return passage.message().getClass().getSimpleName(); // not by its text: many are never shown
  }
}
