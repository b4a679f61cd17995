package io.kvstore.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.membership.Control.Frozen;
import io.kvstore.core.membership.Control.Install;
import io.kvstore.core.membership.Control.Installing;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.MemberReport;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewChangeTest {
  private static final NodeId A = NodeId.of(0);
  private static final NodeId B = NodeId.of(1);
  private static final NodeId C = NodeId.of(2);
  private static final Cell CELL = new Cell(Consistency.LINEARIZABLE, Replication.PRIMARY);

  private record Standing(NodeId member, boolean isBlank) implements MemberReport {}

  /** What a datalet has kept, with or without the member's memory. */
  private record Kept(NodeId member, boolean remembers) implements MemberReport {}

  /** From view 3 of the first two to view 4 of all three. */
  private final ViewChange change = changeFrom(3);

  private static ViewChange changeFrom(long epoch) {
    return new ViewChange(
        4,
        CELL.view(epoch, List.of(A, B)),
        new LinkedHashSet<>(List.of(A, B, C)),
        List.of(C, B, A),
        CELL,
        /* since= */ 1_000);
  }

  private static Frozen frozen(NodeId member, long installed) {
    return new Frozen(1, 4, installed, false, new Standing(member, installed == 0));
  }

  private static Frozen damaged(NodeId member) {
    return new Frozen(1, 4, 0, true, new Standing(member, true));
  }

  private Install install() {
    return change.install(CELL.view(4, change.going()));
  }

  @Test
  void thoseWhoHaveNotSaidHowTheyStandAreAwaited() {
    change.onFrozen(B, frozen(B, 3), 0);
    assertThat(change.silent()).containsExactly(A, C);
    change.giveUp(C);

    assertThat(change.silent()).containsExactly(A);
    assertThat(change.going()).containsExactly(B);
    assertThat(change.includes(C)).isFalse();
  }

  @Test
  void oneOfTheViewDecidedLastHasEverything() {
    change.onFrozen(C, frozen(C, 0), 0);
    change.onFrozen(A, frozen(A, 2), 0);
    assertThat(change.hasEverything()).isFalse();
    change.onFrozen(B, frozen(B, 3), 0);

    assertThat(change.hasEverything()).isTrue();
  }

  @Test
  void allIsLostOnceEveryMemberOfTheViewBeforeHasSaidThatItsFilesWereDamaged() {
    change.onFrozen(A, damaged(A), 0);
    change.onFrozen(C, frozen(C, 2), 0);
    assertThat(change.isAllLost()).as("the other member may have kept it").isFalse();
    change.onFrozen(B, damaged(B), 0);

    assertThat(change.isAllLost()).isTrue();
  }

  @Test
  void allMembersTogetherHaveEverythingThoughTheyHaveBeenAway() {
    change.onFrozen(A, frozen(A, 0), 0);
    change.onFrozen(B, frozen(B, 0), 0);

    assertThat(change.hasEverything()).isTrue();
    assertThat(change.isAllBlank()).isTrue();
  }

  @Test
  void theFirstViewNeedsAllOfItsMembers() {
    ViewChange first = changeFrom(0);
    first.onFrozen(A, frozen(A, 0), 0);
    assertThat(first.hasEverything()).isFalse();
    first.onFrozen(B, frozen(B, 0), 0);

    assertThat(first.hasEverything()).isTrue();
  }

  private static ViewChange electedChange() {
    return changeFrom(Replication.RAFT, 3);
  }

  private static ViewChange changeFrom(Replication replication, long epoch) {
    Cell cell = new Cell(Consistency.LINEARIZABLE, replication);
    List<NodeId> all = List.of(A, B, C);
    View from = cell.view(epoch, all);
    return new ViewChange(epoch + 1, from, new LinkedHashSet<>(all), all, cell, 1_000);
  }

  /** What it reads alone by was created before a majority could not hold any more of it. */
  @Test
  void aLeaderThatHasNotAnsweredMayReadAloneForAWhileAfterTheLastThatHas() {
    ViewChange guarded = changeFrom(Replication.LEASEGUARD, 3);
    guarded.onFrozen(B, frozen(B, 3), 1_000);
    guarded.onFrozen(C, frozen(C, 3), 1_100);
    guarded.onFrozen(B, frozen(B, 3), 1_200); // said once more
    guarded.onFrozen(NodeId.of(7), frozen(NodeId.of(7), 0), 1_200); // not asked
    assertThat(guarded.logLeaseLeft(1_100, 100)).isEqualTo(50);
    assertThat(guarded.logLeaseLeft(1_150, 100)).isZero();
    guarded.onFrozen(A, frozen(A, 3), 1_100);
    assertThat(guarded.logLeaseLeft(1_100, 100)).isZero();
  }

  @Test
  void whereTheLogIsNoLeaseOrNoViewHasServedNoLeaderReadsAlone() {
    ViewChange elected = changeFrom(Replication.RAFT, 3);
    elected.onFrozen(B, frozen(B, 3), 1_000);
    assertThat(elected.logLeaseLeft(1_000, 100)).isZero();
    ViewChange first = changeFrom(Replication.LEASEGUARD, 0);
    first.onFrozen(B, frozen(B, 0), 1_000);
    assertThat(first.logLeaseLeft(1_000, 100)).isZero();
  }

  @Test
  void whereALeaderIsElectedAMajorityOfMemoriesHasEverything() {
    ViewChange elected = electedChange();
    elected.onFrozen(A, frozen(A, 3), 0);
    assertThat(elected.hasTargets()).isFalse();
    elected.onFrozen(B, frozen(B, 0), 0);
    assertThat(elected.hasEverything()).isFalse();
    assertThat(elected.hasTargets()).isTrue();
    elected.onFrozen(C, frozen(C, 3), 0);

    assertThat(elected.hasEverything()).isTrue();
  }

  /** What a minority has may lack what was answered; when none has anything, all is lost. */
  @Test
  void aMinorityOfMemoriesDoesNotGoOnUnlessDisksHaveKeptTheRest() {
    ViewChange elected = electedChange();
    elected.onFrozen(A, frozen(A, 3), 0);
    elected.onFrozen(B, frozen(B, 0), 0);
    elected.onFrozen(C, frozen(C, 0), 0);
    assertThat(elected.hasEverything()).isFalse();

    ViewChange lost = electedChange();
    List.of(A, B, C).forEach(each -> lost.onFrozen(each, frozen(each, 0), 0));
    assertThat(lost.hasEverything()).isTrue();
  }

  @Test
  void membersComeInTheOrderOfTheirViewAndOthersJoin() {
    change.onFrozen(C, frozen(C, 1), 0);
    change.onFrozen(B, frozen(B, 3), 0);
    change.onFrozen(A, frozen(A, 3), 0);
    Install install = install();

    assertThat(install.members()).containsExactly(frozen(A, 3).report(), frozen(B, 3).report());
    assertThat(install.joiners()).containsExactly(frozen(C, 1).report());
    assertThat(install.next().members()).containsExactly(C, B, A);
  }

  @Test
  void whatAnOlderViewHadIsBetterThanNothing() {
    change.onFrozen(A, frozen(A, 0), 0);
    change.onFrozen(B, frozen(B, 0), 0);
    change.onFrozen(C, frozen(C, 2), 0);

    assertThat(install().members()).contains(frozen(C, 2).report());
  }

  @Test
  void whatAnOlderViewRemembersCountsBesideWhatIsKeptWithoutAMemory() {
    change.onFrozen(A, kept(A, false), 0);
    change.onFrozen(B, kept(B, false), 0);
    change.onFrozen(C, kept(C, true), 0);

    assertThat(install().members())
        .containsExactly(new Kept(A, false), new Kept(B, false), new Kept(C, true));
  }

  @Test
  void whatIsKeptWithAMemoryIsAllThatCounts() {
    change.onFrozen(A, kept(A, false), 0);
    change.onFrozen(B, kept(B, true), 0);
    change.onFrozen(C, kept(C, true), 0);

    assertThat(install().members()).containsExactly(new Kept(A, false), new Kept(B, true));
  }

  private static Frozen kept(NodeId member, boolean remembers) {
    return new Frozen(1, 4, 0, false, new Kept(member, remembers));
  }

  @Test
  void whoSaysSomethingAfterItIsDecidedWhatGoesOnDoesNotCount() {
    change.onFrozen(A, frozen(A, 3), 0);
    install();
    change.onFrozen(B, frozen(B, 3), 0);

    assertThat(change.hasAnswered(B)).isFalse();
    assertThat(change.notInstalled()).containsExactly(A);
    change.onInstalled(A);
    assertThat(change.notInstalled()).isEmpty();
  }

  @Test
  void itIsNotWaitedForForeverButLongerWhileSomethingIsTakenOver() {
    assertThat(change.isOverdue(1_200, 100)).isFalse();
    assertThat(change.isOverdue(1_201, 100)).isTrue();
    change.onInstalling(new Installing(3), 1_100);
    assertThat(change.isOverdue(1_201, 100)).isTrue();
    change.onInstalling(new Installing(4), 1_100);

    assertThat(change.isOverdue(3_100, 100)).isFalse();
    assertThat(change.isOverdue(3_101, 100)).isTrue();
  }

  @Test
  void whileSomethingIsTakenOverItsSourceIsAwaitedToo() {
    change.onFrozen(A, frozen(A, 3), 0);
    change.onFrozen(B, frozen(B, 3), 0);
    install();
    change.onInstalled(A);
    assertThat(change.awaited()).containsExactly(B);
    change.onInstalling(new Installing(4), 1_100);

    assertThat(change.awaited()).containsExactly(A, B);
  }
}
