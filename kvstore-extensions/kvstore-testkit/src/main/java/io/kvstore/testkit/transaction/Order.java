package io.kvstore.testkit.transaction;

/** Which order of transactions an anomaly contradicts, beside what they read. */
public enum Order {
  /** None: what was read is enough. */
  VALUES(""),
  /** That of each client: the anomaly's name ends in -process. */
  PROCESS("-process"),
  /** That of time: the anomaly's name ends in -realtime. */
  REAL_TIME("-realtime");

  private final String suffix;

  Order(String suffix) {
    this.suffix = suffix;
  }

  String suffix() {
    return suffix;
  }
}
