package io.kvstore.core.membership;

import io.kvstore.NodeId;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Stage;
import java.util.List;

/** What a coordinator knows of one node's replica, from its last beat. */
final class PeerHealth {
  private static final long NEVER = Long.MIN_VALUE;

  /** Beats that come unevenly earn a node more patience, up to so many times the usual. */
  private static final int MOST_PATIENCE = 4;

  /** Who was left out on complaint is let in again after one detection, two, four and so on. */
  private static final int MOST_DOUBLINGS = 4;

  private static final int FORGIVEN_AFTER = 100;

  private long incarnation;
  private Stage stage = Stage.FRESH;
  private long promised;
  private long installed;
  private long heardAt = NEVER;
  private long deafSince = Long.MAX_VALUE;
  private long lateness; // how much later than usual its beats come, smoothed
  private long leaseGivenAt = NEVER;
  private long shunnedAt = NEVER;
  private long shunnedUntil = NEVER;
  private int shuns;
  private List<NodeId> suspects = List.of();

  /** Takes a beat; tells whether it says something new. */
  boolean onBeat(Beat beat, long now, long interval) {
    boolean isOld = beat.incarnation() == incarnation && beat.promised() < promised;
    boolean isNews =
        heardAt == NEVER || beat.incarnation() != incarnation || (beat.stage() != stage && !isOld);
    if (heardAt != NEVER) {
      long late = Math.max(0, now - heardAt - interval);
      lateness += (late - lateness) / 4;
    }
    if (!isOld) {
      incarnation = beat.incarnation();
      stage = beat.stage();
      promised = beat.promised();
      installed = beat.installed();
    }
    suspects = beat.suspects();
    deafSince = now - beat.deafNanos();
    heardAt = now;
    return isNews;
  }

  /** It was frozen for an epoch. */
  void onFrozen(long epoch) {
    stage = Stage.FROZEN;
    promised = Math.max(promised, epoch);
  }

  /** It has taken its place in the view of an epoch. */
  void onInstalled(long epoch) {
    stage = Stage.INSTALLED;
    installed = Math.max(installed, epoch);
  }

  /** It is as well as it was, as of now. */
  void excuse(long now) {
    if (heardAt != NEVER) {
      heardAt = now;
      deafSince = now;
      givesLease(now);
    }
  }

  /**
   * It is given a lease, by which it answers alone for a while.
   *
   * @param now read after the beat that asked for it was sent: the lease is counted from there
   */
  void givesLease(long now) {
    leaseGivenAt = Math.max(leaseGivenAt, now);
  }

  /** When a lease was given to it last. */
  long leaseGivenAt() {
    return leaseGivenAt;
  }

  /** It is left out of the view for a while, longer each time. */
  void shun(long now, long detection) {
    shuns = shunnedAt != NEVER && now - shunnedAt < FORGIVEN_AFTER * detection ? shuns + 1 : 0;
    shunnedAt = now;
    shunnedUntil = now + (detection << Math.min(shuns, MOST_DOUBLINGS));
  }

  boolean isShunned(long now) {
    return now < shunnedUntil;
  }

  boolean isKnown() {
    return heardAt != NEVER;
  }

  boolean isSilent(long now, long awakeSince, long detection) {
    long patience = Math.min(MOST_PATIENCE * detection, detection + 2 * lateness);
    return now - Math.max(heardAt, awakeSince) > patience
        || (isKnown() && now - Math.max(deafSince, awakeSince) > patience);
  }

  /** Whether a beat has come from this time on. */
  boolean isHeardSince(long time) {
    return isKnown() && heardAt >= time;
  }

  /** Whether it has said last that it serves in the view of this epoch. */
  boolean isServingIn(long epoch) {
    return stage == Stage.SERVING && installed == epoch;
  }

  long incarnation() {
    return incarnation;
  }

  Stage stage() {
    return stage;
  }

  long promised() {
    return promised;
  }

  long installed() {
    return installed;
  }

  List<NodeId> suspects() {
    return suspects;
  }
}
