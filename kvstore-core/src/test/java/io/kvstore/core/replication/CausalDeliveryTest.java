package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.Undelivered.Waiting;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 5.2 of Birman, Schiper and Stephenson (1991): delivery in causal order. */
class CausalDeliveryTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final View NEXT =
      new View(2, List.of(FIRST, SECOND), FIRST, Consistency.CAUSAL, Replication.BROADCAST);
  private static final long FIRST_COUNT = Deliveries.firstCountIn(2);

  private final List<Long> delivered = new ArrayList<>();
  private final CausalDelivery delivery =
      new CausalDelivery(1 << 20, update -> delivered.add(update.number()));

  private static Update update(long number, long... context) {
    Ordered origin = new Ordered(number, 0, Ordered.NO_CLIENT, 0, new Tick());
    Counted nothing = new Counted(0, Entry.NEVER);
    return new Update(1, number, origin, nothing, List.of(), VectorClock.of(context));
  }

  private static UpdatesReport share(NodeId member, boolean isNew) {
    return new UpdatesReport(member, isNew ? null : NEXT, null);
  }

  @Test
  void anUpdateIsDeliveredAtOnceWhenItsCausesAreHere() {
    assertThat(delivery.receive(FIRST, update(1, 1))).isTrue();
    assertThat(delivery.receive(SECOND, update(2, 1, 1))).isTrue();

    assertThat(delivered).containsExactly(1L, 2L);
    assertThat(delivery.has(VectorClock.of(1, 1))).isTrue();
    assertThat(delivery.has(VectorClock.of(2))).isFalse();
  }

  @Test
  void anUpdateWaitsForWhatItsWriterHadSeen() {
    assertThat(delivery.receive(SECOND, update(2, 1, 1))).isFalse();
    assertThat(delivered).isEmpty();
    assertThat(delivery.isEmpty()).isFalse();

    delivery.receive(FIRST, update(1, 1));
    assertThat(delivered).containsExactly(1L, 2L);
    assertThat(delivery.isEmpty()).isTrue();
  }

  @Test
  void whatThisMemberWritesCountsAsDelivered() {
    delivery.receive(SECOND, update(2, 1, 1));
    assertThat(delivery.nextOf(FIRST)).isOne();
    delivery.performed(FIRST, 1);
    delivery.deliverReady();

    assertThat(delivered).containsExactly(2L);
    assertThat(delivery.nextOf(FIRST)).isEqualTo(2);
  }

  /** Else those that wait for it would wait for ever. */
  @Test
  void whatIsReadyHasRoomHoweverMuchWaits() {
    CausalDelivery small = new CausalDelivery(1, update -> {});
    small.receive(SECOND, update(2, 1, 1));

    assertThat(small.hasRoomFor(SECOND, update(3, 1, 2))).isFalse();
    assertThat(small.hasRoomFor(FIRST, update(1, 1))).isTrue();
  }

  @Test
  void anUpdateThatSomebodyCouldNotDeliverWaitsOnInTheNextView() {
    Waiting waiting = new Waiting(SECOND, update(2, 1, 1));
    assertThat(delivery.carryOver(waiting)).isTrue();
    assertThat(delivery.isEmpty()).isFalse();
    delivery.performed(SECOND, 1);

    assertThat(delivery.carryOver(waiting)).isFalse();
  }

  @Test
  void inTheNextViewMembersCountOnAboveAllThatAnybodyMayHaveCounted() {
    delivery.performed(FIRST, 7);
    delivery.countOn(NEXT, List.of(share(FIRST, false), share(SECOND, false)), true, false);

    assertThat(delivery.nextOf(FIRST)).isEqualTo(FIRST_COUNT + 1);
    assertThat(delivery.nextOf(SECOND)).isEqualTo(FIRST_COUNT + 1);
    assertThat(delivery.has(VectorClock.of(8))).isTrue();
  }

  @Test
  void whatALostMemberHadCountedIsMissedWhileSomebodyIsAwayWhoMayHaveIt() {
    delivery.countOn(NEXT, List.of(share(FIRST, false), share(SECOND, true)), false, false);
    assertThat(delivery.has(VectorClock.of(0, 1))).isFalse();
    assertThat(delivery.has(VectorClock.of(1))).isTrue();

    delivery.countOn(NEXT, List.of(share(FIRST, false), share(SECOND, true)), true, false);
    assertThat(delivery.has(VectorClock.of(0, 1))).isTrue();
  }

  @Test
  void aMemberThatHasSaidNothingMayHaveTheRestOnDisk() {
    delivery.countOn(NEXT, List.of(share(FIRST, false)), true, true);

    assertThat(delivery.has(VectorClock.of(0, 1))).isFalse();
  }

  @Test
  void numbersOfAnotherProtocolCountAsDelivered() {
    delivery.beginAfter(FIRST_COUNT + 5, NEXT);

    assertThat(delivery.has(VectorClock.of(0, FIRST_COUNT + 5))).isTrue();
    assertThat(delivery.nextOf(SECOND)).isEqualTo(FIRST_COUNT + 6);
    assertThat(delivery.highest()).isEqualTo(FIRST_COUNT + 5);
  }

  @Test
  void whatAnotherMemberHasDeliveredIsTakenOverWithItsEntries() {
    CausalDelivery other = new CausalDelivery(1 << 20, update -> {});
    other.receive(FIRST, update(1, 1));
    other.receive(SECOND, update(3, 2, 1));
    CausalDelivery.Progress progress = other.progress();
    assertThat(progress.waiting()).hasSize(1);
    delivery.merge(progress);

    assertThat(delivery.has(VectorClock.of(1))).isTrue();
    assertThat(delivery.has(VectorClock.of(2))).isFalse();
  }
}
