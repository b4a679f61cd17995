package io.kvstore.core.cluster;

/** The clock of a node, which may be wrong, and run at a wrong speed. It never goes back. */
final class NodeClock {
  private record Skew(long since, long offset, double drift) {
    long at(long time) {
      return time + offset + (drift == 0 ? 0 : (long) ((time - since) * drift));
    }
  }

  private volatile Skew skew = new Skew(0, 0, 0);

  /** What it shows at a true time. */
  long at(long time) {
    return skew.at(time);
  }

  /** Makes it wrong from now on. */
  void skew(long now, long offsetNanos, double drift) {
    skew = new Skew(now, offsetNanos, drift);
  }
}
