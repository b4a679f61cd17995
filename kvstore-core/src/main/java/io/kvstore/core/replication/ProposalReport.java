package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How far a member is: what it has performed, and what it holds beyond.
 *
 * @param hasServed whether it was in the last view; one that has just started knows what its
 *     datalet has kept, but not by which proposals it came there
 * @param pending what it holds beyond, of any member
 * @param <P> the type of proposals
 * @param epoch the view that it was in last
 * @param recent where datalets are durable, the operations that it has performed last
 */
public record ProposalReport<P>(
    NodeId member,
    boolean hasServed,
    Contents contents,
    long applied,
    long lastStamp,
    Collection<P> pending,
    RememberedAnswers answers,
    long count,
    long epoch,
    EpochStarts starts,
    List<Ordered> recent)
    implements MemberReport {
  @Override
  public boolean isBlank() {
    return !hasServed && applied == 0 && contents.entries().isEmpty();
  }

  @Override
  public List<MemberReport> neededBy(
      NodeId self, boolean isDurable, List<MemberReport> members, List<MemberReport> joiners) {
    ProposalReport<?> best = best(members.stream().map(ProposalReport::read), isDurable);
    boolean isAtHand =
        isDurable
            ? Stream.concat(members.stream(), joiners.stream())
                .map(ProposalReport::read)
                .anyMatch(each -> each.member().equals(self) && best.goesOnFrom(each))
            : members.stream()
                .map(ProposalReport::read)
                .anyMatch(each -> each.member().equals(self) && !each.differsFrom(best));
    return isAtHand ? List.of() : List.of(best);
  }

  private static ProposalReport<?> read(MemberReport report) {
    return (ProposalReport<?>) report;
  }

  /**
   * The member that has performed most. One that has just started may have performed more, but its
   * peers hold all of that.
   */
  public static <S extends ProposalReport<?>> S best(Stream<S> all, boolean isDurable) {
    return all.max(
            Comparator.comparing((S each) -> each.hasServed())
                .thenComparing(each -> isDurable ? each.epoch() : 0)
                .thenComparing(each -> each.applied()))
        .orElseThrow();
  }

  /** Whether all that another member has performed comes first here, and the rest is at hand. */
  public boolean goesOnFrom(ProposalReport<?> other) {
    long shared = epoch == other.epoch ? applied : starts.endOf(other.epoch).orElse(-1);
    long firstKept = recent.isEmpty() ? applied + 1 : recent.get(0).position();
    return other.epoch > 0 && other.applied <= shared && firstKept <= other.applied + 1;
  }

  /** Two members that have performed the same order, one perhaps more of it, differ if these do. */
  public boolean differsFrom(ProposalReport<?> other) {
    return applied != other.applied || contents.entries().size() != other.contents.entries().size();
  }
}
