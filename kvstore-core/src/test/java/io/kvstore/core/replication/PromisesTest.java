package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.spi.VectorClock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromisesTest {
  private static final NodeId SELF = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);

  private final Promises<String> promises =
      new Promises<>(new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.TOTAL_ORDER).env(0));

  @BeforeEach
  void begin() {
    List<NodeId> all = List.of(SELF, SECOND, THIRD);
    promises.restart(new View(1, all, SELF, Consistency.LINEARIZABLE, Replication.TOTAL_ORDER));
  }

  @Test
  void proposalsComeInTheirMembersOrder() {
    assertThat(promises.receive(SECOND, 2, "b")).isEmpty();
    assertThat(promises.receive(SECOND, 3, "c")).isEmpty();
    assertThat(promises.receive(THIRD, 1, "x")).containsExactly("x");
    assertThat(promises.receive(SECOND, 1, "a")).containsExactly("a", "b", "c");
    assertThat(promises.received()).isEqualTo(VectorClock.of(0, 3, 1));
  }

  @Test
  void whatHasComeIsNoNews() {
    promises.receive(SECOND, 1, "a");
    promises.receive(SECOND, 3, "c");

    assertThat(promises.isNews(SECOND, 1)).isFalse();
    assertThat(promises.isNews(SECOND, 2)).isTrue();
    assertThat(promises.isNews(SECOND, 3)).isTrue();
  }

  @Test
  void aProposalIsSettledOnceAllHoldItAndNoneCanProposeAnythingEarlier() {
    promises.receive(SECOND, 1, "a");
    promises.promise(SECOND, 5, 1);
    assertThat(promises.isSettled(1, 1, 5)).isFalse();
    assertThat(promises.missingFor(1, 1, 5)).containsExactly(THIRD);
    promises.promise(THIRD, 5, 0);
    assertThat(promises.isSettled(1, 1, 5)).as("the third may not hold it").isFalse();
    promises.holds(THIRD, VectorClock.of(0, 1));

    assertThat(promises.isSettled(1, 1, 5)).isTrue();
    assertThat(promises.isSettled(1, 1, 6)).as("an earlier one may come").isFalse();
    assertThat(promises.missingFor(1, 1, 5)).isEmpty();
  }

  @Test
  void aPromiseCountsOnceAllThatWasProposedBeforeItIsHere() {
    promises.promise(SECOND, 9, 2);
    promises.promise(THIRD, 9, 0);
    promises.holds(SECOND, VectorClock.of(1));
    promises.holds(THIRD, VectorClock.of(1));
    assertThat(promises.isSettled(0, 1, 9)).isFalse();
    promises.receive(SECOND, 1, "a");
    assertThat(promises.isSettled(0, 1, 9)).isFalse();
    promises.receive(SECOND, 2, "b");

    assertThat(promises.isSettled(0, 1, 9)).isTrue();
    assertThat(promises.ownHeldBy(THIRD)).isOne();
  }

  @Test
  void aPromiseThatWasOvertakenTakesNothingBack() {
    promises.promise(SECOND, 9, 0);
    promises.promise(SECOND, 4, 0);
    promises.promise(THIRD, 9, 0);

    assertThat(promises.isSettled(1, 0, 9)).isTrue();
  }

  @Test
  void inAnotherViewNothingWasPromised() {
    promises.promise(SECOND, 9, 0);
    promises.promise(THIRD, 9, 0);
    begin();

    assertThat(promises.isSettled(1, 0, 9)).isFalse();
  }
}
