package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.OrderReport.Proposals;
import io.kvstore.core.replication.PendingProposalsTest.Some;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OrderMergeTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);

  /** A member that has performed and holds so much; its log begins after half of that. */
  private static final class Member {
    private final NodeId node;
    private boolean hasServed = true;
    private boolean remembers = true;
    private long applied;
    private long last;
    private long epoch = 1;
    private final EpochStarts starts = new EpochStarts();
    private final RememberedAnswers answers = new RememberedAnswers();
    private @Nullable OrderReport before;
    private @Nullable Proposals<Some> proposals;

    Member(NodeId node, long applied, long last) {
      this.node = node;
      this.applied = applied;
      this.last = last;
      starts.begin(1, 0);
    }

    Member started() {
      hasServed = false;
      return this;
    }

    Member forgetful() {
      remembers = false;
      return this;
    }

    Member inEpoch(long number, long after) {
      epoch = number;
      starts.begin(number, after);
      return this;
    }

    Member answered(int client, long sequence) {
      answers.remember(
          new Ordered(1, 0, client, sequence, new Tick()), new Counted(1, Long.MAX_VALUE));
      return this;
    }

    Member before(OrderReport report) {
      before = report;
      return this;
    }

    Member proposing(Some... pending) {
      proposals = new Proposals<>(applied, List.of(pending), 0);
      return this;
    }

    OrderReport report() {
      List<Ordered> log =
          LongStream.rangeClosed(applied / 2 + 1, last)
              .mapToObj(position -> new Ordered(position, 0, 7, position, new Tick()))
              .toList();
      return new OrderReport(
          node,
          hasServed,
          remembers,
          new Contents(List.of(), 0, 0),
          applied,
          log.stream().filter(each -> each.position() > applied).toList(),
          answers,
          epoch,
          starts,
          log,
          List.of(),
          before,
          proposals,
          null);
    }
  }

  private static Member member(NodeId node, long applied, long last) {
    return new Member(node, applied, last);
  }

  private static OrderMerge merge(NodeId self, boolean mayStray, OrderReport... members) {
    return OrderMerge.of(self, false, List.of(members), List.of(), mayStray);
  }

  @Test
  void theLongestLogGoesOnHoweverMuchOfItIsPerformed() {
    OrderReport performed = member(FIRST, 5, 5).report();
    OrderReport held = member(SECOND, 2, 7).report();
    OrderMerge merge = merge(FIRST, false, performed, held);

    assertThat(merge.best()).isSameAs(held);
    assertThat(merge.own()).containsSame(performed);
    assertThat(merge.isMember()).isTrue();
    assertThat(merge.mayDiffer()).isTrue();
  }

  @Test
  void oneThatHasServedKnowsMoreThanAnotherWithTheSameLog() {
    OrderReport started = member(FIRST, 5, 5).started().report();
    OrderReport served = member(SECOND, 5, 5).report();

    assertThat(merge(FIRST, false, started, served).best()).isSameAs(served);
    assertThat(merge(FIRST, false, served, started).best()).isSameAs(served);
  }

  @Test
  void whereAnyMemberMayGoOnAloneTheNewestEpochIsRight() {
    OrderReport alone = member(FIRST, 9, 9).report();
    OrderReport newest = member(SECOND, 5, 5).inEpoch(2, 4).report();

    assertThat(merge(FIRST, false, alone, newest).best()).isSameAs(alone);
    OrderMerge merge = merge(FIRST, true, alone, newest);
    assertThat(merge.best()).isSameAs(newest);
    assertThat(merge.isMember()).isFalse();
    assertThat(merge(SECOND, true, alone, newest).isMember()).isTrue();
    assertThat(merge.astray(List.of(alone, newest), List.of())).containsExactly(alone);
  }

  @Test
  void whoEndedWhereTheNewestEpochBeganHasNotStrayed() {
    OrderReport older = member(FIRST, 4, 4).report();
    OrderReport newest = member(SECOND, 5, 5).inEpoch(2, 4).report();

    assertThat(merge(FIRST, true, older, newest).isMember()).isTrue();
  }

  @Test
  void thoseAstrayComeInTheOrderOfTheirOldestOperations() {
    OrderReport before = member(THIRD, 2, 3).report();
    OrderReport best = member(FIRST, 9, 9).inEpoch(2, 1).report();
    OrderReport alone = member(SECOND, 12, 12).report();
    OrderReport joiner = member(THIRD, 8, 8).before(before).report();
    OrderMerge merge = OrderMerge.of(FIRST, false, List.of(best, alone), List.of(joiner), true);

    assertThat(merge.astray(List.of(best, alone), List.of(joiner)))
        .containsExactly(before, joiner, alone);
  }

  @Test
  void whoMissesOnlyTheRestGoesOnFromItsOwn() {
    OrderReport best = member(FIRST, 8, 8).report();

    assertThat(merge(SECOND, false, best, member(SECOND, 4, 4).report()).isContinued()).isTrue();
    assertThat(merge(SECOND, false, best, member(SECOND, 3, 3).report()).isContinued()).isFalse();
    List<MemberReport> joiners = List.of(member(THIRD, 6, 6).started().report());
    OrderMerge joining = OrderMerge.of(THIRD, true, List.of(best), joiners, false);
    assertThat(joining.own()).isEmpty();
    assertThat(joining.isContinued()).isTrue();
  }

  /** It has crashed as soon as it had performed what the others only hold. */
  @Test
  void whoHasPerformedMoreThanTheBestRemembersItsOwnAnswers() {
    OrderReport best = member(FIRST, 4, 5).report();
    OrderReport started = member(SECOND, 5, 5).started().answered(3, 1).report();
    OrderMerge merge = OrderMerge.of(SECOND, true, List.of(best, started), List.of(), true);
    RememberedAnswers answers = started.answers().copy();
    answers.begin(4, 1); // which is in no log any more
    FakeGroup group = new FakeGroup(2, 1, Consistency.EVENTUAL, Replication.PRIMARY);
    merge.teach(answers, group.env(0).view());

    assertThat(merge.best()).isSameAs(best);
    assertThat(answers.find(3, 1)).isNotNull();
    assertThat(answers.hasBegun(4, 1)).isFalse();
  }

  @Test
  void contentsAreBroughtToThoseOnlyThatMayNeedThem() {
    OrderReport best = member(FIRST, 8, 8).report();
    OrderReport behind = member(SECOND, 3, 3).report();
    List<MemberReport> members = List.of(best, behind);

    assertThat(best.neededBy(FIRST, false, members, List.of())).isEmpty();
    assertThat(best.neededBy(SECOND, false, members, List.of())).containsExactly(best);
    OrderReport rest = member(SECOND, 4, 4).report();
    assertThat(best.neededBy(SECOND, true, List.of(best, rest), List.of())).isEmpty();
    assertThat(best.neededBy(THIRD, false, members, List.of())).containsExactly(best);
  }

  @Test
  void answersAreThoseOfAMemberThatRemembers() {
    OrderReport kept = member(FIRST, 8, 8).started().forgetful().report();
    OrderReport witness = member(SECOND, 5, 7).answered(1, 3).report();
    RememberedAnswers answers = new RememberedAnswers();
    OrderMerge merge = merge(FIRST, false, kept, witness);
    FakeGroup group = new FakeGroup(2, 1, Consistency.EVENTUAL, Replication.PRIMARY);
    group.nextEpoch();
    merge.teach(answers, group.env(0).view());

    assertThat(merge.best()).isSameAs(kept);
    assertThat(answers.find(1, 3)).isNotNull();
    assertThat(answers.hasBegun(7, 7)).isTrue();
    assertThat(answers.hasBegun(7, 8)).isFalse();
    assertThat(answers.mayHaveForgotten(2, 1, 1)).isTrue();
  }

  @Test
  void whoHasJustStartedDoesNotKnowByWhichProposalsItCameThere() {
    OrderReport started = member(FIRST, 8, 8).started().proposing().report();
    OrderReport served = member(SECOND, 5, 5).proposing(Some.of(0, 9, 1)).report();
    List<MemberReport> members = new ArrayList<>(List.of(started, served));

    assertThat(OrderMerge.of(FIRST, true, members, List.of(), false).best()).isSameAs(served);
  }

  @Test
  void ofTwoThatProposeTheOneThatHasPerformedMoreIsRight() {
    OrderReport behind = member(FIRST, 3, 3).proposing(Some.of(0, 9, 1)).report();
    OrderReport ahead = member(SECOND, 5, 5).proposing().report();

    assertThat(merge(FIRST, true, behind, ahead).best()).isSameAs(ahead);
    assertThat(merge(FIRST, true, behind, ahead).isMember()).isTrue();
  }
}
