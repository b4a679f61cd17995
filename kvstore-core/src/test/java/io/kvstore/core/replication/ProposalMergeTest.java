package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.NodeId;
import io.kvstore.core.replication.PendingProposalsTest.Some;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Tick;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposalMergeTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);

  private static ProposalReport<Some> report(
      NodeId member, boolean hasServed, long applied, long count, Some... pending) {
    List<Ordered> recent =
        applied == 0 ? List.of() : List.of(new Ordered(applied, 0, 0, applied, new Tick()));
    return new ProposalReport<>(
        member,
        hasServed,
        new Contents(List.of(), 0, 0),
        applied,
        applied,
        List.of(pending),
        new RememberedAnswers(),
        count,
        1,
        new EpochStarts(),
        recent);
  }

  private static ProposalMerge<Some> merge(
      NodeId self, boolean isDurable, List<MemberReport> members, List<MemberReport> joiners) {
    return ProposalMerge.of(self, members, joiners, isDurable);
  }

  @Test
  void whoeverHasPerformedMostIsRight() {
    MemberReport behind = report(FIRST, true, 3, 9);
    MemberReport ahead = report(SECOND, true, 5, 7);
    ProposalMerge<Some> merge = merge(FIRST, false, List.of(behind, ahead), List.of());

    assertThat(merge.best()).isSameAs(ahead);
    assertThat(merge.own()).containsSame(standingOf(behind));
    assertThat(merge.mayDiffer(false)).isTrue();
  }

  @SuppressWarnings("unchecked")
  private static ProposalReport<Some> standingOf(MemberReport report) {
    return (ProposalReport<Some>) report;
  }

  @Test
  void oneThatHasJustStartedIsNotRightAboutMore() {
    MemberReport started = report(FIRST, false, 8, 0);
    MemberReport served = report(SECOND, true, 5, 0);

    assertThat(merge(FIRST, false, List.of(started, served), List.of()).best()).isSameAs(served);
  }

  @Test
  void whatAnybodyHoldsBeyondComesNext() {
    MemberReport one = report(FIRST, true, 3, 4, Some.of(0, 5, 1));
    MemberReport other = report(SECOND, true, 3, 6, Some.of(1, 4, 1));
    MemberReport joiner = report(THIRD, false, 0, 11);
    ProposalMerge<Some> merge = merge(FIRST, false, List.of(one, other), List.of(joiner));

    assertThat(merge.pending()).containsExactly(Some.of(0, 5, 1), Some.of(1, 4, 1));
    assertThat(merge.highestCount()).isEqualTo(11);
    assertThat(merge.mayDiffer(false)).isFalse();
  }

  @Test
  void aJoinerIsNoMemberButMayMissOnlyTheRest() {
    MemberReport best = report(FIRST, true, 4, 0);
    MemberReport joiner = report(THIRD, false, 3, 0);
    ProposalMerge<Some> merge = merge(THIRD, true, List.of(best), List.of(joiner));

    assertThat(merge.own()).isEmpty();
    assertThat(merge.missesOnlyRest()).isTrue();
    assertThat(merge(THIRD, false, List.of(best), List.of(joiner)).missesOnlyRest()).isFalse();
    assertThat(
            merge(THIRD, true, List.of(best), List.of(report(THIRD, false, 1, 0))).missesOnlyRest())
        .isFalse();
  }
}
