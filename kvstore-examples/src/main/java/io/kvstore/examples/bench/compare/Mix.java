package io.kvstore.examples.bench.compare;

/** What part of the operations writes. */
public enum Mix {
  /** All. */
  WRITES(100, "writes only"),
  /** Every second. */
  HALF(50, "50% writes"),
  /** One in twenty. */
  FEW(5, "5% writes"),
  /** None. */
  READS(0, "reads only");

  private final int percent;
  private final String words;

  Mix(int percent, String words) {
    this.percent = percent;
    this.words = words;
  }

  int percentOfWrites() {
    return percent;
  }

  @Override
  public String toString() {
    return words;
  }
}
