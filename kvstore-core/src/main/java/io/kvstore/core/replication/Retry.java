package io.kvstore.core.replication;

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

  private Retry() {}
}
