package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A deposed primary has performed up to position 6 in epoch 1; the others have gone on in epoch 2
 * from position 3, and have come to position 5.
 */
class LeftOverUpdatesTest {
  private static final long SHARED = 3;
  private static final int CLIENT = 1;
  private static final Write IF_ABSENT =
      new Write(Bytes.of("key"), new Condition.Absent(), new Change.Remove());

  private final FakeGroup group = new FakeGroup(1, 1, Consistency.EVENTUAL, Replication.PRIMARY);
  private final EpochStarts starts = new EpochStarts();
  private final OrderedLog log = new OrderedLog();
  private final RememberedAnswers known = new RememberedAnswers();

  LeftOverUpdatesTest() {
    starts.begin(1, 0);
    starts.begin(2, SHARED);
    starts.orderAfter(SHARED);
    IntStream.rangeClosed(1, 5).forEach(position -> log.offer(tick(position)));
  }

  private static Ordered tick(long position) {
    return new Ordered(position, 0, Ordered.NO_CLIENT, 0, new Tick());
  }

  /** The deposed primary's operation at a position, as the client's request of that number. */
  private static Ordered write(long position) {
    return new Ordered(position, 0, CLIENT, position, IF_ABSENT);
  }

  private static Ordered performed(long position, Outcome outcome) {
    return write(position).withEffect(new Written(outcome, null, null));
  }

  private OrderReport report(long performed, Ordered... recent) {
    return new OrderReport(
        NodeId.of(0),
        true,
        true,
        new Contents(List.of(), 0, 0),
        performed,
        Stream.of(recent).filter(each -> each.position() > performed).toList(),
        known,
        1,
        starts,
        List.of(recent),
        List.of(),
        null,
        null,
        null);
  }

  private void bringBack(OrderReport strayed) {
    LeftOverUpdates.bringBack(group.env(0), strayed, starts, strayed, log);
  }

  @Test
  void whatOnlyOneMemberHasPerformedFollowsWhatTheOthersHave() {
    bringBack(
        report(
            6,
            performed(3, Outcome.APPLIED),
            performed(4, Outcome.APPLIED),
            performed(6, Outcome.APPLIED)));

    assertThat(log.last()).as("what came after position 3").isEqualTo(7);
    assertThat(log.at(6).sequence()).isEqualTo(4);
    assertThat(log.at(7).sequence()).isEqualTo(6);
  }

  /** Its client was told that it took place: so it does, whatever stands there by now. */
  @Test
  void aConditionThatHeldIsNotAskedAgain() {
    bringBack(report(4, performed(4, Outcome.APPLIED)));

    assertThat(log.at(6).operation())
        .isEqualTo(new Write(IF_ABSENT.key(), Condition.ALWAYS, IF_ABSENT.change()));
  }

  @Test
  void whatDidNotTakePlaceDoesNotTakePlaceNow() {
    bringBack(report(5, performed(4, Outcome.CONDITION_FAILED), performed(5, Outcome.APPLIED)));

    assertThat(log.at(6).operation()).isEqualTo(new Tick());
    assertThat(log.at(6).client()).isEqualTo(Ordered.NO_CLIENT);
    assertThat(log.at(7).sequence()).isEqualTo(5);
  }

  @Test
  void theConditionOfWhatWasNotPerformedYetIsAsked() {
    bringBack(report(3, write(4)));

    assertThat(log.at(6).operation()).isEqualTo(IF_ABSENT);
  }

  @Test
  void whatTheGroupHasPerformedForTheSameRequestIsNotBroughtBack() {
    known.remember(write(4), new Written(Outcome.APPLIED, null, null));
    bringBack(report(5, performed(4, Outcome.APPLIED), performed(5, Outcome.APPLIED)));

    assertThat(log.last()).isEqualTo(6);
    assertThat(log.at(6).sequence()).isEqualTo(5);
  }

  @Test
  void whatTwoMembersHaveIsBroughtBackOnce() {
    OrderReport strayed = report(4, performed(4, Outcome.APPLIED));
    bringBack(strayed);
    bringBack(strayed);

    assertThat(log.last()).isEqualTo(6);
  }

  @Test
  void theEndOfAMemberThatBringsBackFewerThanItHasPerformedIsKnown() {
    OrderReport whole = report(5, performed(4, Outcome.APPLIED), performed(5, Outcome.APPLIED));
    OrderReport shortened = report(6, performed(6, Outcome.APPLIED));

    assertThat(LeftOverUpdates.highestOf(List.of(whole), starts)).isZero();
    assertThat(LeftOverUpdates.highestOf(List.of(whole, shortened), starts)).isEqualTo(6);
  }
}
