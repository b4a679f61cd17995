package io.kvstore.micrometer;

/** A count that goes on where what it counts begins at zero again. */
final class GrowingCount {
  private double before;
  private double latest;

  /** The count so far, when the present one is this; it stays as it is when there is none. */
  synchronized double next(double present) {
    if (!Double.isNaN(present)) {
      if (present < latest) {
        before += latest;
      }
      latest = present;
    }
    return before + latest;
  }
}
