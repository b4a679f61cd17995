package io.kvstore.testkit.transaction;

import java.util.Locale;

/** Levels of isolation of transactions, by the anomalies that they do not have. */
public enum Isolation {
  /** Writes are in one order (Adya's PL-1). */
  READ_UNCOMMITTED(Order.VALUES, Anomaly.G0),
  /** What is read was committed (PL-2). */
  READ_COMMITTED(Order.VALUES, Anomaly.G1C),
  /** Each transaction reads at one moment, and no two that overlap write the same (PL-SI). */
  SNAPSHOT(Order.VALUES, Anomaly.G_NONADJACENT),
  /** What was read stays as it was until the end (PL-2.99). */
  REPEATABLE_READ(Order.VALUES, Anomaly.G2_ITEM),
  /** As if one after another (PL-3); of keys that are known, the same as repeatable read. */
  SERIALIZABLE(Order.VALUES, Anomaly.G2_ITEM),
  /** Snapshots that go forward for each client. */
  STRONG_SESSION_SNAPSHOT(Order.PROCESS, Anomaly.G_NONADJACENT),
  /** Snapshots of what was committed when the transaction began, or of later. */
  STRONG_SNAPSHOT(Order.REAL_TIME, Anomaly.G_NONADJACENT),
  /** Serializable, in the order of each client. */
  STRONG_SESSION_SERIALIZABLE(Order.PROCESS, Anomaly.G2_ITEM),
  /** Serializable, in the order of time (PL-SS). */
  STRICT_SERIALIZABLE(Order.REAL_TIME, Anomaly.G2_ITEM);

  private final Order order;

  /** The least of the anomalies that it does not have; it has none of the worse ones either. */
  private final Anomaly least;

  Isolation(Order order, Anomaly least) {
    this.order = order;
    this.least = least;
  }

  /** Whether the level does not have such an anomaly. */
  public boolean forbids(Anomaly anomaly, Order against) {
    return anomaly.compareTo(least) <= 0 && against.compareTo(order) <= 0;
  }

  /** In plain words. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
