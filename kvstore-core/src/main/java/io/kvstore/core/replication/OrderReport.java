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
 * How far a member is in its group's one order: what it has performed, and what it holds beyond.
 *
 * @param hasServed whether it was in the last view; one that has just started knows what its
 *     datalet has kept
 * @param remembers whether it knows what clients were answered up to there
 * @param epoch the view that it was in last
 * @param recent at the eventual level, and where datalets are durable, all that is still in its
 *     log; at the eventual level with what it did, as far as it is performed
 * @param compacted at the eventual level, what it has performed before that and others may lack
 * @param before how it was before it was installed in a view of which it does not know that it was
 *     decided: the group may have gone on without it; null when there is none
 * @param proposals what it holds whose positions are not known yet; null in a group whose members
 *     give an operation its position when they order it
 * @param terms in which term it is, and its log; null in a group that elects no leader
 */
public record OrderReport(
    NodeId member,
    boolean hasServed,
    boolean remembers,
    Contents contents,
    long applied,
    List<Ordered> unapplied,
    RememberedAnswers answers,
    long epoch,
    EpochStarts starts,
    List<Ordered> recent,
    List<Segment> compacted,
    @Nullable OrderReport before,
    @Nullable Proposals<?> proposals,
    @Nullable Terms terms)
    implements MemberReport {
  /**
   * In which terms a member of a group is that elects its leader.
   *
   * @param current the highest that it has heard of
   * @param last that of the last entry of its log
   */
  public record Terms(long current, long last) {
    static final Terms NONE = new Terms(0, 0);
  }

  /**
   * What a member holds of a group in which all members propose.
   *
   * @param lastStamp of the last proposal that it has performed; unknown to one that has just
   *     started
   * @param pending what it holds beyond, of any member
   * @param count of its Lamport clock
   * @param <P> the type of proposals
   */
  public record Proposals<P extends Proposal>(long lastStamp, List<P> pending, long count) {}

  /** The same, in these terms. */
  OrderReport in(Terms its) {
    return with(hasServed, unapplied, recent, its);
  }

  /** What was elected without a majority of memories may be wrong: what was performed is not. */
  @Override
  public OrderReport ofWhatIsKept() {
    List<Ordered> kept = recent.stream().filter(each -> each.position() <= applied).toList();
    return terms == null ? this : with(false, List.of(), kept, terms);
  }

  private OrderReport with(boolean served, List<Ordered> held, List<Ordered> known, Terms its) {
    return new OrderReport(
        member, served, remembers, contents, applied, held, answers, epoch, starts, known,
        compacted, before, proposals, its);
  }

  /** Its terms; those of a member that has lost its memory, where none are told. */
  Terms termsOrNone() {
    return terms == null ? Terms.NONE : terms;
  }

  @Override
  public boolean isBlank() {
    return !hasServed && applied == 0 && contents.entries().isEmpty();
  }

  @Override
  public List<MemberReport> neededBy(
      NodeId self, boolean isDurable, List<MemberReport> members, List<MemberReport> joiners) {
    OrderReport best = bestIfNeeded(self, isDurable, members, joiners, false);
    OrderReport bestOfStrays = bestIfNeeded(self, isDurable, members, joiners, true);
    List<MemberReport> needed = new ArrayList<>();
    if (best != null) {
      needed.add(best);
    }
    if (bestOfStrays != null && !(best != null && best.member().equals(bestOfStrays.member()))) {
      needed.add(bestOfStrays);
    }
    return needed;
  }

  private static @Nullable OrderReport bestIfNeeded(
      NodeId self,
      boolean isDurable,
      List<MemberReport> members,
      List<MemberReport> joiners,
      boolean mayStray) {
    OrderMerge merge = OrderMerge.of(self, isDurable, members, joiners, mayStray);
    boolean isNeeded = isDurable ? !merge.isContinued() : merge.mayDiffer();
    return isNeeded ? merge.best() : null;
  }

  /** The position of the last operation that it holds. */
  public long last() {
    return applied + unapplied.size();
  }

  /** The position of the first operation that it can tell of, or the one after the last. */
  long firstKept() {
    return compacted.isEmpty() ? firstRecent() : compacted.get(0).first();
  }

  private long firstRecent() {
    return recent.isEmpty() ? last() + 1 : recent.get(0).position();
  }

  /** Whether all that another member has performed comes first here, and the rest is at hand. */
  public boolean goesOnFrom(OrderReport other) {
    long shared = epoch == other.epoch ? last() : starts.endOf(other.epoch).orElse(-1);
    return other.epoch > 0 && other.applied <= shared && firstRecent() <= other.applied + 1;
  }

  /**
   * Two members that have performed the same order, one perhaps more of it, differ if either of
   * these does.
   */
  public boolean differsFrom(OrderReport other) {
    return applied != other.applied || contents.entries().size() != other.contents.entries().size();
  }
}
