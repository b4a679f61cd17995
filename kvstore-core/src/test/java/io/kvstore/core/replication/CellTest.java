package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.spi.Settings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CellTest {
  private static final Cell STRONG = new Cell(Consistency.SEQUENTIAL, Replication.PRIMARY);
  private static final NodeId A = NodeId.of(0);
  private static final NodeId B = NodeId.of(1);
  private static final NodeId C = NodeId.of(2);

  @Test
  void theFirstViewIsInTheCellForWhichTheStoreWasBuilt() {
    Settings settings =
        new Settings(
            Consistency.SEQUENTIAL,
            Replication.PRIMARY,
            3,
            5,
            1,
            Limits.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            Failover.DEFAULT);

    View first = Cell.firstView(settings, List.of(B, C, A));

    assertThat(first.members()).containsExactly(B, C, A);
    assertThat(first.primary()).isEqualTo(B);
    assertThat(first.epoch()).isZero();
    assertThat(Cell.of(first)).isEqualTo(STRONG);
  }

  @Test
  void aViewInAnotherCellHasTheSameMembersAndNumber() {
    View view = STRONG.view(7, List.of(B, A));
    Cell another = new Cell(Consistency.CAUSAL, Replication.BROADCAST);
    View moved = another.view(view);

    assertThat(STRONG.view(view)).isSameAs(view);
    assertThat(moved.epoch()).isEqualTo(7);
    assertThat(moved.members()).containsExactly(B, A);
    assertThat(moved.primary()).isEqualTo(B);
    assertThat(another.isOf(moved)).isTrue();
    assertThat(STRONG.isOf(moved)).isFalse();
  }

  @Test
  void thoseWhoMayReadByThemselvesHoldLeases() {
    List<NodeId> all = List.of(A, B, C);

    assertThat(leaseHolders(Consistency.LINEARIZABLE, Replication.PRIMARY, 1)).containsExactly(A);
    assertThat(leaseHolders(Consistency.LINEARIZABLE, Replication.CHAIN, 1)).containsExactly(C);
    assertThat(leaseHolders(Consistency.LINEARIZABLE, Replication.CRAQ, 1)).isEqualTo(all);
    assertThat(leaseHolders(Consistency.LINEARIZABLE, Replication.LOCKING, 1)).isEqualTo(all);
    assertThat(leaseHolders(Consistency.SEQUENTIAL, Replication.CHAIN, 1)).isEmpty();
    assertThat(leaseHolders(Consistency.LINEARIZABLE, Replication.RAFT, 1)).isEmpty();
    assertThat(leaseHolders(Consistency.LINEARIZABLE, Replication.LEASEGUARD, 1)).isEmpty();
    assertThat(leaseHolders(Consistency.LINEARIZABLE, Replication.SHARED_LOG, 1))
        .containsExactly(A);
    assertThat(leaseHolders(Consistency.LINEARIZABLE, Replication.QUORUM, 1)).isEmpty();
    assertThat(leaseHolders(Consistency.LINEARIZABLE, Replication.CRAQ, 0)).isEmpty();
  }

  @Test
  void whereTheLogIsTheLeaseTheCoordinatorGivesNone() {
    Cell guard = new Cell(Consistency.LINEARIZABLE, Replication.LEASEGUARD);
    Cell raft = new Cell(Consistency.LINEARIZABLE, Replication.RAFT);

    assertThat(Cell.isLogTheLease(guard.view(1, List.of(A, B, C)))).isTrue();
    assertThat(Cell.isLogTheLease(guard.view(0, List.of(A, B, C)))).isFalse();
    assertThat(Cell.isLogTheLease(raft.view(1, List.of(A, B, C)))).isFalse();
    assertThat(guard.toleratesSilence()).isTrue();
    assertThat(guard.isKeptByMajority()).isTrue();
    assertThat(guard.neededAmong(5)).isEqualTo(3);
    assertThat(guard.witnessesAmong(5)).isEqualTo(3);
  }

  @Test
  void whereAMajorityElectsItsLeaderAMajorityKnowsWhatWasAnswered() {
    Cell raft = new Cell(Consistency.EVENTUAL, Replication.RAFT);

    assertThat(raft.witnessesAmong(1)).isEqualTo(1);
    assertThat(raft.neededAmong(4)).isEqualTo(3);
    assertThat(raft.neededAmong(2)).isEqualTo(2);
    assertThat(raft.witnessesAmong(2)).isEqualTo(1);
    assertThat(raft.witnessesAmong(4)).isEqualTo(2);
    assertThat(STRONG.neededAmong(5)).isEqualTo(1);
    assertThat(raft.witnessesAmong(5)).isEqualTo(3);
    assertThat(STRONG.witnessesAmong(5)).isEqualTo(1);
    assertThat(raft.toleratesSilence()).isTrue();
    assertThat(STRONG.toleratesSilence()).isFalse();
    assertThat(raft.isStrong()).isTrue();
    assertThat(raft.letsAnyGoOn()).isFalse();
  }

  @Test
  void whereAMajorityKeepsALogOneOfEachMajorityGoesOnWithIt() {
    Cell log = new Cell(Consistency.EVENTUAL, Replication.SHARED_LOG);

    assertThat(log.witnessesAmong(1)).isEqualTo(1);
    assertThat(log.witnessesAmong(2)).isEqualTo(1);
    assertThat(log.witnessesAmong(3)).isEqualTo(2);
    assertThat(log.witnessesAmong(4)).isEqualTo(2);
    assertThat(log.witnessesAmong(5)).isEqualTo(3);
    assertThat(log.neededAmong(5)).isEqualTo(1);
    assertThat(log.toleratesSilence()).isFalse();
    assertThat(log.isStrong()).isTrue();
    assertThat(log.letsAnyGoOn()).isFalse();
  }

  @Test
  void whereEachKeyIsARegisterAMajorityKnowsWhatWasAnsweredAndThereIsNoOneOrder() {
    Cell quorum = new Cell(Consistency.LINEARIZABLE, Replication.QUORUM);

    assertThat(quorum.neededAmong(5)).isEqualTo(3);
    assertThat(quorum.witnessesAmong(4)).isEqualTo(2);
    assertThat(quorum.toleratesSilence()).isTrue();
    assertThat(quorum.isStrong()).isTrue();
    assertThat(quorum.letsAnyGoOn()).isFalse();
    assertThat(quorum.hasOneOrder()).isFalse();
    assertThat(STRONG.hasOneOrder()).isTrue();
    assertThatThrownBy(quorum::requireSupportForDisks).hasMessageContaining("in memory only");
    assertThatCode(STRONG::requireSupportForDisks).doesNotThrowAnyException();
  }

  @Test
  void withQuorumsOfChoiceAnyMemberGoesOnAndNoneIsLeftOutForItsSilence() {
    Cell quorum = new Cell(Consistency.EVENTUAL, Replication.QUORUM);

    assertThat(quorum.hasQuorumsOfChoice()).isTrue();
    assertThat(quorum.toleratesSilence()).isTrue();
    assertThat(quorum.letsAnyGoOn()).isTrue();
    assertThat(quorum.neededAmong(5)).isEqualTo(1);
    assertThat(quorum.witnessesAmong(5)).isEqualTo(1);
    assertThat(quorum.isStrong()).isFalse();
    assertThat(quorum.isKeptByMajority()).isFalse();
    assertThat(quorum.keepsKeysApart()).isFalse();
    assertThatCode(quorum::requireSupportForDisks).doesNotThrowAnyException();
    assertThat(new Cell(Consistency.LINEARIZABLE, Replication.QUORUM).hasQuorumsOfChoice())
        .isFalse();
  }

  @Test
  void quorumsAreMajoritiesOfTheViewUnlessTheStoreSaysOtherwise() {
    Settings unsaid = settings(OptionalInt.empty(), OptionalInt.empty());
    Settings said = settings(OptionalInt.of(3), OptionalInt.of(1));
    View ofThree = new Cell(Consistency.EVENTUAL, Replication.QUORUM).view(1, List.of(A, B, C));
    View ofOne = new Cell(Consistency.EVENTUAL, Replication.QUORUM).view(2, List.of(A));
    View broadcast = new Cell(Consistency.EVENTUAL, Replication.BROADCAST).view(3, List.of(A, B));

    assertThat(Cell.acks(unsaid, ofThree)).isEqualTo(2);
    assertThat(Cell.readsFrom(unsaid, ofThree)).isEqualTo(2);
    assertThat(Cell.acks(unsaid, ofOne)).isEqualTo(1);
    assertThat(Cell.acks(unsaid, broadcast)).isEqualTo(1);
    assertThat(Cell.acks(said, ofThree)).isEqualTo(3);
    assertThat(Cell.readsFrom(said, ofThree)).isEqualTo(1);
    assertThat(Cell.acks(said, broadcast)).isEqualTo(3);
  }

  private static Settings settings(OptionalInt acks, OptionalInt readsFrom) {
    return new Settings(
        Consistency.EVENTUAL,
        Replication.QUORUM,
        3,
        3,
        1,
        List.of(),
        acks,
        readsFrom,
        Limits.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        Failover.DEFAULT,
        Settings.REPLACES_LOST_AFTER,
        Optional.empty());
  }

  private static List<NodeId> leaseHolders(Consistency level, Replication by, long epoch) {
    return Cell.leaseHolders(new Cell(level, by).view(epoch, List.of(A, B, C)));
  }

  @Test
  void onlyMembersThatWriteIndependentlyGoOnWhateverTheOthersHave() {
    assertThat(new Cell(Consistency.CAUSAL, Replication.BROADCAST).letsAnyGoOn()).isTrue();
    assertThat(new Cell(Consistency.EVENTUAL, Replication.KEY_OWNER).letsAnyGoOn()).isTrue();
    assertThat(new Cell(Consistency.EVENTUAL, Replication.PRIMARY).letsAnyGoOn()).isFalse();
    assertThat(STRONG.letsAnyGoOn()).isFalse();
  }
}
