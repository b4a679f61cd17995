package io.kvstore;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When a group of replicas goes on without a member that is not heard from.
 *
 * @param isAutomatic whether it does so by itself; otherwise views change only when they are set
 * @param detection how long a member must have been silent; slow ones are given more
 */
public record Failover(boolean isAutomatic, Duration detection) {
  /** The shortest detection. */
  public static final Duration MIN_DETECTION = Duration.ofMillis(10);

  /** After half a second: a pause of a fifth of a second is survived without a change. */
  public static final Failover DEFAULT = after(Duration.ofMillis(500));

  /** Checks the time. */
  public Failover {
    requireNonNull(detection, "detection");
    if (detection.compareTo(MIN_DETECTION) < 0) {
      throw new IllegalArgumentException(
          "detection must take at least " + MIN_DETECTION + ", not " + detection);
    }
  }

  /** Automatic, without members that have been silent for so long. */
  public static Failover after(Duration detection) {
    return new Failover(true, detection);
  }

  /**
   * None: a group waits for its members until they are back, or another view is set. For those who
   * drive views from outside.
   */
  public static Failover byHand() {
    return new Failover(false, DEFAULT.detection());
  }
}
