package io.kvstore.core.membership;

import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges by their beats which replicas are lost, and when the leases that were given to them end.
 * It may be wrong about who is lost, and is not about leases.
 *
 * <p>Time in which it was asleep itself does not count against any member.
 */
final class FailureDetector {
  private final EventLoop loop;
  private final boolean isAutomatic;
  private final Predicate<NodeId> isRunning;
  private final long detection;
  private final long interval;
  private final Map<NodeId, PeerHealth> known = new TreeMap<>();
  private long awakeSince;
  private long lastLeaseOfForgotten = Long.MIN_VALUE;
  private long lastTick;

  /**
   * One that has heard of no member yet.
   *
   * @param isRunning whether there is a replica on a node: asked where failover is not automatic
   */
  FailureDetector(EventLoop loop, Failover failover, Predicate<NodeId> isRunning) {
    this.loop = loop;
    this.isRunning = isRunning;
    isAutomatic = failover.isAutomatic();
    detection = failover.detection().toNanos();
    interval = MemberAgent.intervalFor(detection);
  }

  /** How long a replica may be silent. */
  long detection() {
    return detection;
  }

  /** How often a replica beats. */
  long interval() {
    return interval;
  }

  // Its own time

  void start() {
    awakeSince = loop.clockNow(); // the one before it has given no lease after this
    lastTick = loop.now();
  }

  /** It has slept, like everyone: no member is to blame for that. */
  void wake(long now) {
    awakeSince = Math.max(awakeSince, now);
    lastTick = now;
    known.values().forEach(each -> each.excuse(now));
  }

  /**
   * To be called once in an interval: when it was not, it has been asleep, and suspects no member.
   */
  void tick() {
    long now = loop.now();
    if (now - lastTick > 2 * interval + detection / 4) {
      loop.reached(Moment.COORDINATOR_SLEPT);
      awakeSince = now;
    }
    lastTick = now;
  }

  // Replicas

  /** What is known of the replica on a node: nothing, at first. */
  PeerHealth of(NodeId node) {
    return known.computeIfAbsent(node, first -> new PeerHealth());
  }

  /** The same; null when it was not asked for yet. */
  @Nullable PeerHealth ofOrNull(NodeId node) {
    return known.get(node);
  }

  void forEach(BiConsumer<NodeId, PeerHealth> action) {
    known.forEach(action);
  }

  /**
   * Whether a replica is to be taken for lost. Without automatic failover only one that stopped: a
   * view that is set names members which it does not wait for then, and one that lives must not be
   * named in a view for which it was not frozen.
   */
  boolean isSilent(NodeId node) {
    if (!isAutomatic) {
      return !isRunning.test(node);
    }
    return of(node).isSilent(loop.now(), awakeSince, detection);
  }

  /** Whether a replica has just been heard of: otherwise it may yet turn out to be lost. */
  boolean isHeardLately(NodeId node) {
    return of(node).isHeardSince(loop.now() - 2 * interval);
  }

  /** A member has gone elsewhere, or comes from there: nothing is known of it but its lease. */
  void forget(NodeId node) {
    PeerHealth forgotten = known.remove(node);
    if (forgotten != null) {
      lastLeaseOfForgotten = Math.max(lastLeaseOfForgotten, forgotten.leaseGivenAt());
    }
  }

  /** How long a replica may go on answering by itself, by a lease that it was given. */
  long leaseLeft(NodeId node) {
    PeerHealth replica = known.get(node);
    long given = replica == null ? lastLeaseOfForgotten : replica.leaseGivenAt();
    return Math.max(awakeSince, given) + detection - loop.now();
  }
}
