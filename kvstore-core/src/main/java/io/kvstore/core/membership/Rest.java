package io.kvstore.core.membership;

import io.kvstore.core.flight.Flight;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Fabric;

/**
 * A time in which no member of a group beats, since it would not tell anything.
 *
 * <p>In virtual time that is when all is well, or nothing has changed for long. In real time it is
 * when all is well, nothing was asked for lately, and all that the group does is done on one loop:
 * then no member can fall silent unnoticed, since none does anything. The next request ends it.
 */
public final class Rest {
  /** What rests: a replica. */
  public interface Resting {
    /** It beats no more from this time on, until it is woken: nothing can be learned by it. */
    void rest(long now);

    /** It beats again, as if it had never rested. */
    void wake(long now);
  }

  /**
   * After so many times the detection in which nothing has changed, a simulated group need not go
   * on looking.
   */
  private static final int BEGINS_AFTER = 20;

  private final Members group;
  private final EventLoop coordinatorLoop;
  private final Fabric fabric;
  private final boolean isVirtual;
  private final boolean hasOneLoop; // or else one of its turns may be held while it would rest
  private volatile boolean isOn;
  private boolean isAskedLately; // on that loop; in real time
  private volatile long changedAt;

  public Rest(
      Members group,
      EventLoop coordinatorLoop,
      Fabric fabric,
      boolean isVirtual,
      boolean hasOneLoop) {
    this.group = group;
    this.coordinatorLoop = coordinatorLoop;
    this.fabric = fabric;
    this.isVirtual = isVirtual;
    this.hasOneLoop = hasOneLoop;
  }

  private boolean isPossible() {
    return isVirtual || hasOneLoop;
  }

  boolean isOn() {
    return isOn;
  }

  /** Something has happened. May be called by any thread. */
  void endSoon() {
    if (isPossible()) {
      group.coordinators().execute(this::end);
    }
  }

  /** The same, on the coordinator's loop. */
  public void end() {
    long now = coordinatorLoop.clockNow(); // one for all: from here leases are given and counted
    changedAt = now;
    if (isOn) {
      isOn = false;
      group.coordinators().all().forEach(each -> each.wake(now));
      group.forEach(replica -> replica.wake(now));
    }
  }

  /** A replica is asked for something, on its loop. */
  public void onRequest() {
    if (!isVirtual && hasOneLoop) {
      isAskedLately = true;
      if (isOn) {
        end();
      }
    }
  }

  /** Begins if there is nothing that another beat could bring to light. */
  void beginIfContent() {
    Flight.look();
    if (!isPossible() || isOn) {
      return;
    }
    long now = coordinatorLoop.clockNow(); // first: from here on no turn is held
    if (isAskedLately) {
      isAskedLately = false;
      changedAt = now;
    }
    long quietFor = now - changedAt;
    long detection = group.settings().failover().detection().toNanos();
    if (quietFor <= detection) {
      return;
    }
    Fabric.Conditions conditions = fabric.conditions();
    boolean isWell =
        (conditions == null || conditions.loseNothing())
            && group.coordinators().all().stream().allMatch(Coordinator::isContent);
    boolean isLong = isVirtual && quietFor > BEGINS_AFTER * detection;
    if (hasOneLoop ? isLong || isWell : isLong && isWell) {
      group.forEach(replica -> replica.rest(now)); // first: others may look at their leases
      isOn = true;
    }
  }
}
