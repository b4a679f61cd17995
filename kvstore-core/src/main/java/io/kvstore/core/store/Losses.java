package io.kvstore.core.store;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.replication.Deliveries;
import io.kvstore.core.replication.HandOver;
import io.kvstore.core.spi.MemberReport;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a group has lost because no member was left that had it, and none had kept it.
 *
 * <p>Such a group goes on with nothing, but above all numbers that it had used: so what a session,
 * a token or a watch has seen from before can be told from what came after.
 */
final class Losses {
  private static final Logger logger = LoggerFactory.getLogger(Losses.class);

  private final Group group;
  private final Announcements announcements;
  private final AtomicInteger times = new AtomicInteger();
  private volatile boolean isPending; // from the loss until the next view is decided
  private volatile long upTo; // what sessions count with, up to here, is of what was lost
  private volatile long beganAnewIn = Long.MAX_VALUE; // the epoch

  Losses(Group group, Announcements announcements) {
    this.group = group;
    this.announcements = announcements;
  }

  /** A node comes back with nothing: perhaps no other is left any more that has something. */
  void onReturn(NodeId node) {
    boolean wasThere = group.replicaOrNull(node) != null;
    boolean mayBeTold = group.view().epoch() > 0 && group.protocol().servesEveryCell();
    if (wasThere && mayBeTold && !isPending && group.holders().stream().noneMatch(this::hasPart)) {
      note(Cell.of(group.view()));
      logger.error("shard {} has lost everything: no replica is left that had it", group.shard());
      announcements.lost(group.shard());
    }
  }

  /** Whether a replica has been in a view since it started; also one that is in none now. */
  private boolean hasPart(NodeId node) {
    return group.isRunning(node) && group.replica(node).hasInstalled();
  }

  private void note(Cell cell) {
    if (cell.consistency() == Consistency.CAUSAL) {
      upTo = Deliveries.firstCountIn(group.coordinators().highestEpoch() + 1);
    } else if (!cell.letsAnyGoOn()) {
      long reached =
          group.holders().stream()
              .map(group::replicaOrNull)
              .filter(Objects::nonNull)
              .mapToLong(each -> each.controlet().position())
              .max()
              .orElse(0);
      upTo = Math.max(upTo, reached + 1); // so that nothing from before is just what comes next
    }
    times.incrementAndGet();
    isPending = true;
  }

  /** A view was decided. */
  void onDecided(long epoch) {
    if (isPending) {
      beganAnewIn = epoch;
      isPending = false;
    }
  }

  /** The first epoch after the last loss; one that never comes when there was none. */
  long beganAnewIn() {
    return beganAnewIn;
  }

  /**
   * From what a group with one order goes on after a loss; nothing when something is left.
   *
   * @param isAllBlank whether no replica that takes part knows of anything
   */
  Optional<List<MemberReport>> reports(Cell cell, boolean isAllBlank) {
    return isPending && isAllBlank && !cell.letsAnyGoOn()
        ? Optional.of(List.of(new HandOver(upTo, 0, null)))
        : Optional.empty();
  }

  int times() {
    return times.get();
  }

  /** Up to which number what a session has seen is of what was lost; 0 when nothing was. */
  long upTo() {
    return upTo;
  }
}
