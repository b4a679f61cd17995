package io.kvstore.core.membership;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.machine.Courier;
import io.kvstore.core.machine.NodeClock;
import io.kvstore.core.machine.Pause;
import io.kvstore.core.machine.Recipient;
import io.kvstore.core.membership.Control.Activate;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Freeze;
import io.kvstore.core.membership.Control.Frozen;
import io.kvstore.core.membership.Control.Heard;
import io.kvstore.core.membership.Control.Install;
import io.kvstore.core.membership.Control.Installed;
import io.kvstore.core.membership.Control.Installing;
import io.kvstore.core.membership.Control.Stage;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Timer;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A replica's part in the life of its group: it beats, holds a lease, and follows the coordinator
 * from one view to the next.
 */
public final class MemberAgent {
  /** What a member does when it is told to. */
  public interface Participant {
    /**
     * Stops, and says how it stands once that is certain.
     *
     * @param decided the view in which the group is
     */
    void freeze(View decided, Consumer<MemberReport> then);

    /**
     * Takes its place in the next view; tells whether it could.
     *
     * @param then once what it has taken over comes back after a crash, if it is to
     */
    boolean install(Install install, Runnable then);

    /** Whether it knows nothing, though it has been there: its files were damaged. */
    boolean hasLostAll();

    /** Grows while it takes over what it needs for its place. */
    long steps();

    /** Serves. */
    void activate();
  }

  /**
   * A lease ends after this part of the time that detection takes: so even a clock that runs at
   * half its speed has it end before the coordinator relies on that.
   */
  private static final double LEASE_PART = 0.45;

  /** A beat, and a look around, in each part of the time that detection takes. */
  private static final int BEATS_PER_DETECTION = 5;

  private final Recipient replica;
  private final Participant member;
  private final Members group;
  private final NodeClock clock;
  private final Courier courier;
  private final Pause pause;
  private final long incarnation;
  private final Timer beatTimer;
  private final TreeSet<NodeId> suspects = new TreeSet<>(); // since the last beat
  private Stage stage = Stage.FRESH;
  private long promised; // the highest epoch for which it was frozen
  private long installing; // the highest epoch whose view it has begun to take its place in
  private volatile long installed; // the epoch of the view that it took its place in last
  private long stepsTold; // how far it had got when it said last that it goes on
  private @Nullable Frozen frozen; // what it has said about how it stands, until it serves
  private long beatAt; // the last time, by the stopwatch
  private long heardAt; // of the coordinator, by the stopwatch
  private long leaseUntil = Long.MIN_VALUE; // by the stopwatch
  private long leaseEpoch = Control.NO_EPOCH;
  private boolean restedWithLease;

  public MemberAgent(
      Recipient replica,
      Participant member,
      Members group,
      NodeClock clock,
      Courier courier,
      Pause pause,
      long incarnation) {
    this.replica = replica;
    this.member = member;
    this.group = group;
    this.clock = clock;
    this.courier = courier;
    this.pause = pause;
    this.incarnation = incarnation;
    beatTimer = replica.loop().timer(replica, this::beat);
  }

  /** How long it is from one beat to the next. */
  static long intervalFor(long detection) {
    return detection / BEATS_PER_DETECTION;
  }

  /** What its stopwatch shows as of the event that is handled. */
  public long elapsed() {
    return clock.elapsedAt(replica.loop().now());
  }

  /** As of this moment, not as of when the turn came: it may have been held since. */
  public long stopwatch() {
    return clock.elapsedAt(replica.loop().clockNow());
  }

  public long installed() {
    return installed;
  }

  /** Whether no view that comes after this one can be serving. */
  public boolean holdsLease(View view) {
    return leaseEpoch == view.epoch()
        && (group.rest().isOn() ? restedWithLease : stopwatch() < leaseUntil);
  }

  public void suspect(NodeId node) {
    if (!node.equals(replica.self())) {
      suspects.add(node);
      group.wake();
    }
  }

  /** Begins to beat. */
  public void start() {
    heardAt = stopwatch();
    beat();
  }

  public void stop() {
    beatTimer.stop();
  }

  public void expel() {
    stage = Stage.FROZEN;
    beatTimer.stop();
  }

  private void beat() {
    long interval = intervalFor(group.settings().failover().detection().toNanos());
    if (pause.isOn()) {
      beatTimer.start(pause.left());
      return;
    }
    if (group.rest().isOn()) {
      group.wake(); // it was paused when the rest began, and has been taken for lost
      return;
    }
    long now = stopwatch(); // before the beat is sent: its lease is counted from here
    if (now - beatAt > 2 * interval) {
      heardAt = now; // it has not been deaf, but asleep
      if (beatAt > 0) {
        reached(Moment.MEMBER_SLEPT);
      }
    }
    beatAt = now;
    Coordinator coordinator = group.coordinatorOf(replica.self());
    if (coordinator == null) {
      return;
    }
    List<NodeId> owing = List.copyOf(suspects);
    suspects.clear();
    long deaf = Math.max(0, now - heardAt);
    courier.send(coordinator, new Beat(incarnation, stage, promised, installed, now, deaf, owing));
    beatTimer.start(interval);
    group.rest().beginIfContent();
  }

  /**
   * It beats no more, until it is woken, or a pause of its node ends. Its lease ends with the rest
   * at the earliest.
   */
  public void rest(long time) {
    restedWithLease = clock.elapsedAt(time) < leaseUntil;
    if (pause.isOn()) {
      beatTimer.start(pause.left());
    } else {
      beatTimer.stop();
    }
  }

  /**
   * Beats again, as if it had never rested.
   *
   * @param time from which the coordinator counts the lease that it has
   */
  public void wake(long time) {
    long now = clock.elapsedAt(time);
    heardAt = now;
    if (restedWithLease) {
      leaseUntil = now + leaseNanos();
    }
    beatTimer.startIfIdle(1);
  }

  private long leaseNanos() {
    return (long) (group.settings().failover().detection().toNanos() * LEASE_PART);
  }

  public void obey(Control control) {
    if (control instanceof Heard heard) {
      onHeard(heard);
    } else if (control instanceof Freeze freeze) {
      onFreeze(freeze);
    } else if (control instanceof Install install) {
      onInstall(install);
    } else if (control instanceof Activate activate) {
      activateIf(activate.next());
    }
  }

  private void onHeard(Heard heard) {
    heardAt = Math.max(heardAt, heard.sentAt());
    if (heard.leaseEpoch() >= leaseEpoch && heard.leaseEpoch() != Control.NO_EPOCH) {
      leaseEpoch = heard.leaseEpoch();
      leaseUntil = heard.sentAt() + leaseNanos();
    }
  }

  private void onFreeze(Freeze freeze) {
    if (freeze.incarnation() != incarnation || freeze.next() < promised) {
      return;
    }
    if (freeze.next() == promised) {
      if (frozen != null && frozen.next() == promised) {
        reached(Moment.FROZEN_AGAIN);
        tellCoordinator(frozen);
      }
      return;
    }
    if (activateIf(freeze.decided().epoch())) { // it had not heard of that yet
      reached(Moment.DECISION_HEARD_WITH_THE_NEXT_FREEZE);
    }
    promised = freeze.next();
    stage = Stage.FROZEN;
    member.freeze(
        freeze.decided(),
        report -> {
          if (promised == freeze.next() && stage == Stage.FROZEN) {
            frozen = new Frozen(incarnation, promised, installed, member.hasLostAll(), report);
            tellCoordinator(frozen);
          }
        });
  }

  private void onInstall(Install install) {
    View next = install.next();
    if (next.epoch() != promised) {
      return;
    }
    if (installing < promised) {
      installing = promised;
      if (!member.install(install, () -> onKept(next.epoch()))) {
        installing = installed;
      }
    } else if (installed == promised) {
      reached(Moment.INSTALLED_AGAIN);
      tellCoordinator(new Installed(installed));
    } else if (member.steps() != stepsTold) {
      stepsTold = member.steps();
      tellCoordinator(new Installing(promised));
    }
  }

  private void reached(Moment moment) {
    replica.loop().reached(moment);
  }

  /** No member may rely on it before that. */
  private void onKept(long epoch) {
    if (promised == epoch) {
      installed = epoch;
      stage = Stage.INSTALLED;
      tellCoordinator(new Installed(installed));
    }
  }

  private void tellCoordinator(Control message) {
    Coordinator coordinator = group.coordinatorOf(replica.self());
    if (coordinator != null) {
      courier.send(coordinator, message);
    }
  }

  /** Serves if it has its place in this view; tells whether it does so from now on. */
  public boolean activateIf(long epoch) {
    boolean begins = stage == Stage.INSTALLED && installed == epoch;
    if (begins) {
      stage = Stage.SERVING;
      frozen = null; // all that it had then is in it
      member.activate();
      beat();
    }
    return begins;
  }
}
