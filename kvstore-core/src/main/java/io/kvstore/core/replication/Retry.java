package io.kvstore.core.replication;

import io.kvstore.core.spi.Env;

/** How often something that has not been answered is said again. */
public final class Retry {
  /**
   * The time between two attempts: long against a hop inside one process, short against a client's
   * patience.
   */
  public static final long INTERVAL_NANOS = 20_000_000;

  /** How many messages one attempt repeats for one member at the most. */
  public static final int BATCH = 64;

  /** How long a member waits for the others before it complains, and takes no more operations. */
  public static final long SUSPECT_AFTER_NANOS = 500_000_000;

  private static final long SOON_NANOS = 100_000; // less than a hop and back

  /** How many are repeated this time: now and then it is only one. */
  public static int batch(Env env) {
    return env.isUnusual() ? 1 : BATCH;
  }

  /** When something is said again: now and then much sooner. */
  public static long interval(Env env) {
    return env.isUnusual() ? SOON_NANOS : INTERVAL_NANOS;
  }

  private Retry() {}
}
