package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.spi.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who has answered a question about a register. */
final class RegisterRoundTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);
  private static final View VIEW =
      new Cell(Consistency.LINEARIZABLE, Replication.QUORUM).view(1, List.of(FIRST, SECOND, THIRD));

  private final RegisterRound round = new RegisterRound(VIEW);

  private static Accepted accepted(long ballot) {
    return new Accepted(ballot, new State(null, 0, List.of()));
  }

  @Test
  void aMajorityIsMoreThanHalfAndAMemberCountsOnce() {
    round.holds(FIRST, accepted(1));
    round.holds(FIRST, accepted(1));
    assertThat(round.hasMajority()).isFalse();
    assertThat(round.lacks(FIRST)).isFalse();
    assertThat(round.lacks(SECOND)).isTrue();

    round.holds(SECOND, accepted(1));
    assertThat(round.hasMajority()).isTrue();
    assertThat(round.isAgreed()).isTrue();
  }

  @Test
  void thatMembersAnswerIsNotThatTheyHoldTheLatest() {
    round.holds(FIRST, accepted(1));
    round.holds(SECOND, accepted(2));
    assertThat(round.hasMajority()).isTrue();
    assertThat(round.isAgreed()).isFalse();
    assertThat(round.latest().ballot()).isEqualTo(2);

    RegisterRound next = round.spreading(VIEW);
    assertThat(next.lacks(SECOND)).isFalse();
    assertThat(next.lacks(FIRST)).isTrue();
    next.holds(FIRST, accepted(2));
    assertThat(next.isAgreed()).isTrue();
  }

  /** The second one's clock is ahead; a read that finds nothing must leave nothing. */
  @Test
  void whatWasThereBeforeAllBallotsIsGoneAsSoonAsItHasPassedForOne() {
    Entry value = new Entry(Bytes.of("v"), 0, 7, 50, null);
    round.holds(FIRST, new Accepted(0, new State(value, 10, List.of())));
    round.holds(SECOND, new Accepted(0, new State(null, 10, List.of())));
    round.holds(THIRD, new Accepted(0, new State(value, 10, List.of())));

    assertThat(round.hasMajority()).isTrue();
    assertThat(round.isAgreed()).isFalse();
    assertThat(round.hasPassedForSome()).isTrue();
    assertThat(round.latest().state().isGone()).isTrue();
    assertThat(round.latest().state().time()).isEqualTo(50);
  }

  @Test
  void whatIsOfABallotDoesNotMeetWhatWasThereBefore() {
    Entry value = new Entry(Bytes.of("v"), 0, 7, 50, null);
    round.holds(FIRST, new Accepted(0, new State(value, 10, List.of())));
    round.holds(SECOND, new Accepted(0, new State(null, 10, List.of())));
    round.holds(THIRD, accepted(1));

    assertThat(round.hasPassedForSome()).isFalse();
    assertThat(round.latest()).isEqualTo(accepted(1));
  }

  @Test
  void whereAMajorityRefusesThereIsNoHope() {
    round.refuses(FIRST);
    assertThat(round.isRefused()).isTrue();
    assertThat(round.isHopeless()).isFalse();

    round.refuses(FIRST);
    round.refuses(THIRD);
    assertThat(round.isHopeless()).isTrue();
    assertThat(round).hasToString("answered by [], refused by [n0, n2]");
  }
}
