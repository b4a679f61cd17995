package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.ShardMove;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.node.Replica;
import io.kvstore.core.node.ReplicaSlot;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a shard that is on its way from one node to another: by the same changes of the view by
 * which nodes join and leave.
 *
 * <pre>
 *   to:    gets a place ── opens, joins, takes over ── serves
 *                                                        │
 *   from:                                                ╰─ is to leave ── in no view ── place and files go
 * </pre>
 */
final class MovingShard {
  private static final Logger logger = LoggerFactory.getLogger(MovingShard.class);
  private static final long OPENS_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Group group;
  private final Layout layout;
  private final Driver driver;
  private final Predicate<NodeId> isUp;
  private @Nullable NodeId from;
  private @Nullable NodeId to;
  private long openedAt;
  private volatile boolean hasJoined; // before, the coordinators know nothing of the new holder
  private boolean isLeaving;
  private @Nullable ReplicaSlot left; // whose replica is stopping
  private @Nullable Replica stopping;
  private boolean isDiscarding;
  private volatile boolean isDiscarded; // what the old holder had kept

  MovingShard(ShardMove move, Group group, Layout layout, Driver driver, Predicate<NodeId> isUp) {
    this.group = group;
    this.layout = layout;
    this.driver = driver;
    this.isUp = isUp;
    from = move.from().orElse(null);
    to = move.to().orElse(null);
  }

  Group group() {
    return group;
  }

  ShardMove move() {
    return new ShardMove(group.shard(), Optional.ofNullable(from), Optional.ofNullable(to));
  }

  /** Gives the new holder its place. */
  void begin() {
    logger.info("{} begins to move", move());
    NodeId joiner = to;
    if (joiner != null) {
      group.add(layout.slot(joiner, group.shard()));
      group.coordinators().execute(() -> join(joiner));
      openedAt = driver.now();
    }
  }

  /** On the loop of the coordinators, which may have been held up until the move was given up. */
  private void join(NodeId joiner) {
    if (group.holds(joiner)) {
      group.coordinators().add(joiner, true);
      hasJoined = true;
      open(joiner);
    }
  }

  private void open(NodeId joiner) {
    group
        .replicas()
        .slot(joiner)
        .loop()
        .execute(cause -> hasFailed(joiner, cause), () -> openHere(joiner));
  }

  private void hasFailed(NodeId joiner, Throwable cause) {
    logger.error("node {} cannot hold shard {} yet", joiner, group.shard(), cause);
  }

  /** On the loop of the replica. The node may have crashed, and started again, meanwhile. */
  private void openHere(NodeId joiner) {
    if (isUp.test(joiner) && group.holds(joiner) && group.replicaOrNull(joiner) == null) {
      Replica opened = group.open(joiner);
      if (isUp.test(joiner)) {
        group.start(joiner);
      } else {
        opened.stop("was crashed");
      }
    }
  }

  /**
   * Looks how far it is, and does what comes next; tells whether that is all.
   *
   * @param isWanted whether a node is still to hold shards
   */
  boolean goOn(Predicate<NodeId> isWanted) {
    if (left != null) {
      return endIfStopped();
    }
    NodeId joiner = to;
    if (joiner != null && !(isUp.test(joiner) && isWanted.test(joiner))) {
      giveUp(joiner);
    } else if (joiner != null && !isLeaving && !group.isServing(joiner)) {
      openIfItFailed(joiner);
      return false;
    }
    NodeId leaver = from;
    if (leaver == null) {
      return true;
    }
    if (isLeaving && group.isGone(leaver)) {
      forget(leaver);
    } else {
      isLeaving = true;
      // again: a node that was to be removed may stay
      group.coordinators().leave(leaver, joiner == null ? leaver : joiner);
    }
    return false;
  }

  private void openIfItFailed(NodeId joiner) {
    boolean isDue = driver.now() - openedAt > OPENS_AGAIN_NANOS;
    if (hasJoined && isDue && group.replicaOrNull(joiner) == null) {
      openedAt = driver.now();
      open(joiner);
    }
  }

  /** The new holder is not one after all, and the old one stays. */
  private void giveUp(NodeId joiner) {
    logger.info("{} does not move: {} is down, or to leave", move(), joiner);
    if (isLeaving && from != null) {
      group.coordinators().stay(from);
    }
    from = joiner;
    to = null;
    isLeaving = false;
  }

  private void forget(NodeId leaver) {
    Replica replica = group.replicaOrNull(leaver);
    left = group.forget(leaver);
    stopping = replica;
    if (replica != null) {
      replica.loop().execute(replica, () -> replica.stop("has given its shard to another node"));
    }
  }

  private void discard(NodeId leaver) {
    group.discard(leaver);
    isDiscarded = true;
  }

  private void hasKept(NodeId leaver, Throwable cause) {
    logger.warn("what node {} had kept of shard {} stays", leaver, group.shard(), cause);
    isDiscarded = true;
  }

  private boolean endIfStopped() {
    ReplicaSlot slot = left;
    Replica replica = stopping;
    if (slot == null || (replica != null && !replica.isStopped())) {
      return false;
    }
    if (!isDiscarding) {
      isDiscarding = true;
      slot.onDisk(failure -> hasKept(slot.node(), failure), () -> discard(slot.node()));
    }
    if (!isDiscarded) {
      return false;
    }
    slot.end(driver);
    logger.info("{} has moved", move());
    return true;
  }
}
