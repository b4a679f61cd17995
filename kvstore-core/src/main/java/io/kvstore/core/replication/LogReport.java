package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.replication.CompactedLog.Segment;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a member is: what it has performed, and what it holds beyond.
 *
 * @param hasServed whether it was in the last view; one that has just started knows what its
 *     datalet has kept
 * @param remembers whether it knows what clients were answered up to there
 * @param epoch the view that it was in last
 * @param performed up to where it is known what came of each operation, here or at another member
 * @param recent at the eventual level, and where datalets are durable, all that is still in its log
 * @param compacted at the eventual level, what it has performed before that and others may lack
 * @param before how it was before it was installed in a view of which it does not know that it was
 *     decided: the group may have gone on without it; null when there is none
 */
public record LogReport(
    NodeId member,
    boolean hasServed,
    boolean remembers,
    Contents contents,
    long applied,
    List<Ordered> unapplied,
    RememberedAnswers answers,
    long epoch,
    EpochStarts starts,
    long performed,
    List<Ordered> recent,
    List<Segment> compacted,
    @Nullable LogReport before)
    implements MemberReport {
  @Override
  public boolean isBlank() {
    return !hasServed && applied == 0 && contents.entries().isEmpty();
  }

  @Override
  public List<MemberReport> neededBy(
      NodeId self, boolean isDurable, List<MemberReport> members, List<MemberReport> joiners) {
    LogReport best = bestIfNeeded(self, isDurable, members, joiners, false);
    LogReport bestOfStrays = bestIfNeeded(self, isDurable, members, joiners, true);
    List<MemberReport> needed = new ArrayList<>();
    if (best != null) {
      needed.add(best);
    }
    if (bestOfStrays != null && !(best != null && best.member().equals(bestOfStrays.member()))) {
      needed.add(bestOfStrays);
    }
    return needed;
  }

  private static @Nullable LogReport bestIfNeeded(
      NodeId self,
      boolean isDurable,
      List<MemberReport> members,
      List<MemberReport> joiners,
      boolean mayStray) {
    LogMerge merge = LogMerge.of(self, members, joiners, mayStray);
    boolean isNeeded = isDurable ? !merge.isContinued() : merge.mayDiffer();
    return isNeeded ? merge.best() : null;
  }

  /** The position of the last operation that it holds. */
  public long last() {
    return applied + unapplied.size();
  }

  /** The position of the first operation that it can tell of, or the one after the last. */
  long firstKept() {
    if (!compacted.isEmpty()) {
      return compacted.get(0).first();
    }
    return recent.isEmpty() ? last() + 1 : recent.get(0).position();
  }

  /** Whether all that another member has performed comes first here, and the rest is at hand. */
  public boolean goesOnFrom(LogReport other) {
    long shared = epoch == other.epoch ? last() : starts.endOf(other.epoch).orElse(-1);
    long firstKept = recent.isEmpty() ? last() + 1 : recent.get(0).position();
    return other.epoch > 0 && other.applied <= shared && firstKept <= other.applied + 1;
  }

  /**
   * Two members that have performed the same order, one perhaps more of it, differ if either of
   * these does.
   */
  public boolean differsFrom(LogReport other) {
    return applied != other.applied || contents.entries().size() != other.contents.entries().size();
  }
}
