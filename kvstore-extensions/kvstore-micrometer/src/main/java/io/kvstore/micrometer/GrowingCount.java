package io.kvstore.micrometer;

/** A count that goes on where what it counts begins at zero again. One thread at a time asks it. */
final class GrowingCount {
  private double before;
  private double latest;

  /** The count so far, when the present one is this; it stays as it is when there is none. */
  double next(double present) {
    if (!Double.isNaN(present)) {
      if (present < latest) {
        before += latest;
      }
      latest = present;
    }
    return before + latest;
  }
}
