package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Storage.Contents;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UpdatesReportTest {
  private static final NodeId A = NodeId.of(0);
  private static final NodeId B = NodeId.of(1);
  private static final NodeId C = NodeId.of(2);
  private static final View VIEW = view(3, A, B);

  private record Brought(UpdatesReport share, Contents contents, long count)
      implements UpdatesReport.Shared {}

  private static View view(long epoch, NodeId... members) {
    return new View(
        epoch, List.of(members), members[0], Consistency.EVENTUAL, Replication.BROADCAST);
  }

  private static UpdatesReport share(
      NodeId member, @Nullable View view, @Nullable List<Update> unreceived) {
    return new UpdatesReport(member, view, unreceived);
  }

  private static MemberReport report(NodeId member, @Nullable View view) {
    return new Brought(share(member, view, List.of()), new Contents(List.of(), 0, 0), 0);
  }

  @Test
  void allMembersOfAViewDifferOnlyInWhatWasToldAndNotReceived() {
    assertThat(
            UpdatesReport.areComplete(
                List.of(share(A, VIEW, List.of()), share(B, VIEW, List.of()))))
        .isTrue();
  }

  @Test
  void aMemberThatIsMissingOrNewOrHasForgottenLeavesMoreOpen() {
    UpdatesReport first = share(A, VIEW, List.of());

    assertThat(UpdatesReport.areComplete(List.of())).isFalse();
    assertThat(UpdatesReport.areComplete(List.of(first))).isFalse();
    assertThat(UpdatesReport.areComplete(List.of(first, share(B, VIEW, null)))).isFalse();
    assertThat(UpdatesReport.areComplete(List.of(first, share(B, null, List.of())))).isFalse();
    assertThat(UpdatesReport.areComplete(List.of(first, share(B, view(2, A, B), List.of()))))
        .isFalse();
  }

  @Test
  void whatIsNoLongerKnownIsNotTold() {
    assertThat(share(A, VIEW, null).told()).isEmpty();
  }

  @Test
  void contentsAreBroughtToThoseWhoWereNotThere() {
    MemberReport first = report(A, VIEW);
    MemberReport second = report(B, VIEW);
    MemberReport joiner = report(C, null);
    List<MemberReport> members = List.of(first, second);

    assertThat(first.neededBy(B, false, members, List.of())).isEmpty();
    assertThat(first.neededBy(C, false, members, List.of(joiner))).containsExactly(joiner, first);
    assertThat(first.neededBy(A, false, members, List.of(joiner))).containsExactly(joiner);
    assertThat(first.neededBy(A, false, List.of(first), List.of())).containsExactly(first);
  }
}
