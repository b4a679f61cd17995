package io.kvstore.core.machine;

/** The clock of a node, which may be wrong, and run at a wrong speed. It never goes back. */
public final class NodeClock {
  private record Skew(long since, long offset, double drift, long gained) {
    long at(long time) {
      return time + offset + gainedSince(time);
    }

    long gainedSince(long time) {
      return drift == 0 ? 0 : (long) (Math.max(0, time - since) * drift);
    }
  }

  private volatile Skew skew = new Skew(0, 0, 0, 0);

  /** What it shows at a true time. */
  public long at(long time) {
    return skew.at(time);
  }

  /** What a stopwatch of this node shows at a true time: it runs as wrong, but is never set. */
  public long elapsedAt(long time) {
    Skew now = skew;
    return time + now.gained() + now.gainedSince(time);
  }

  /** Makes it wrong from now on. */
  public void skew(long now, long offsetNanos, double drift) {
    skew = new Skew(now, offsetNanos, drift, elapsedAt(now) - now);
  }
}
