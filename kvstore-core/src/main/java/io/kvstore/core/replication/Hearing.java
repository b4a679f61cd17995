package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Timer;

/**
 * When a member was last heard from that is to do something for this one. The group may be well and
 * both be heard by all others, and yet the link between the two be broken: one that was not heard
 * for long is complained of.
 */
public final class Hearing {
  private final Env env;
  private long since; // by the stopwatch

  /** Nothing is waited for yet. */
  public Hearing(Env env) {
    this.env = env;
  }

  /** Its silence is counted from now on: it was just asked for something, or heard. */
  public void restart() {
    since = env.elapsed();
  }

  /**
   * It was just asked for something, and is asked again by this timer, unless that runs already.
   */
  public void begin(Timer retry, long nanos) {
    if (!retry.isRunning()) {
      restart();
      retry.start(nanos);
    }
  }

  /** Whether it has been silent for long, although it was asked again and again. */
  public boolean isSilent() {
    return env.elapsed() - since > Retry.SUSPECT_AFTER_NANOS;
  }

  /**
   * Complains of it if it has been silent for long, where a group can go on without one of the two.
   */
  public void complainIfSilent(NodeId member) {
    if (isSilent() && Cell.isStrong(env.view()) && !member.equals(env.self())) {
      env.reached(Moment.SERVER_NOT_HEARD);
      env.suspect(member);
    }
  }
}
