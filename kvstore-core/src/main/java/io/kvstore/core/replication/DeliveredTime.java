package io.kvstore.core.replication;

import io.kvstore.core.spi.Env;

/**
 * The time of a member whose clock goes with what is delivered to it: who knows of a write knows
 * that what had expired when it was made has expired.
 */
public final class DeliveredTime {
  private final Env env;
  private long latest = Long.MIN_VALUE; // of the times stamped on what is here, and of its own

  /** The time of a member to which nothing has been delivered yet. */
  public DeliveredTime(Env env) {
    this.env = env;
  }

  /** The time now: never before a time that was observed, or answered. */
  public long now() {
    observe(env.now());
    return latest;
  }

  /** Something that was stamped with this time is here. */
  public void observe(long time) {
    latest = Math.max(latest, time);
  }
}
