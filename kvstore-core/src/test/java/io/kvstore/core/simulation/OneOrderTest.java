package io.kvstore.core.simulation;

import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.SEQUENTIAL;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The check of one order lets a good history pass, and finds what is wrong with a bad one. */
class OneOrderTest {
  private static final String X = "r1";
  private static final String Y = "r2";

  private static Story story() {
    return new Story();
  }

  private static void assertHolds(ThrowingCallable check) {
    assertThatCode(check).doesNotThrowAnyException();
  }

  private static void assertBroken(ThrowingCallable check, String why) {
    assertThatThrownBy(check).isInstanceOf(Violation.class).hasMessageContaining(why);
  }

  private static void assertSequential(Story story) {
    assertHolds(() -> OneOrder.checkSequential(story.history()));
  }

  private static void assertNotSequential(Story story, String why) {
    assertBroken(() -> OneOrder.checkSequential(story.history()), why);
  }

  @Test
  void aReadMayLagBehindAtTheSequentialLevelOnly() {
    Story late =
        story()
            .write(1, Action.put(X, "1."), 1)
            .write(1, Action.put(X, "2."), 2)
            .read(2, X, "1.", 1, 1);

    assertSequential(late);
    assertBroken(() -> OneOrder.checkLinearizable(late.history()), "stands before it");
  }

  @Test
  void aReadSeesTheLastWriteAtItsPosition() {
    assertNotSequential(
        story()
            .write(1, Action.put(X, "1."), 1)
            .write(1, Action.put(X, "2."), 2)
            .read(2, X, "1.", 1, 2),
        "saw something else");
  }

  @Test
  void aSessionNeverGoesBack() {
    assertNotSequential(
        story()
            .write(1, Action.put(X, "1."), 1)
            .write(1, Action.put(X, "2."), 2)
            .read(2, X, "2.", 2, 2)
            .read(2, X, "1.", 1, 1),
        "goes back");
  }

  @Test
  void aSessionSeesItsOwnWrite() {
    assertNotSequential(
        story().write(1, Action.put(X, "1."), 3).readNothing(1, X, 3), "saw something else");
  }

  @Test
  void aSessionIsNoOlderThanThePositionItBeganWith() {
    assertNotSequential(
        story()
            .write(1, Action.put(X, "1."), 1)
            .write(1, Action.put(X, "2."), 2)
            .handOver(2, X, "1.", 1, 1),
        "is older than what its session began with");
  }

  @Test
  void aScanSeesAllOfABatchOrNothing() {
    Action batch = Action.batch(List.of(Action.put(X, "1."), Action.put(Y, "2.")));
    Story written = story().write(1, batch, 1);

    assertSequential(written.scan(2, 1, Map.of(X, new Seen("1.", 1), Y, new Seen("2.", 1))));
    assertNotSequential(written.scan(3, 1, Map.of(X, new Seen("1.", 1))), "saw something else");
  }

  @Test
  void twoWritesDoNotShareAPosition() {
    assertNotSequential(
        story().write(1, Action.put(X, "1."), 1).write(2, Action.put(X, "2."), 1),
        "two writes at one position");
  }

  @Test
  void aWriteOfUnknownOutcomeTakesEffectAtOnePosition() {
    assertNotSequential(
        story().unknown(1, Action.put(X, "1.")).read(2, X, "1.", 1, 1).read(2, X, "1.", 3, 3),
        "one write at two positions");
  }

  @Test
  void aWriteOfUnknownOutcomeThatWasSeenWithoutItsPlaceMayStandAnywhere() {
    Story unknown = story().write(1, Action.put(X, "1."), 1).unknown(2, Action.put(X, "2."));

    assertSequential(unknown.readAt(SEQUENTIAL, 3, X, "2.", 3).readAt(SEQUENTIAL, 3, X, "2.", 4));
    assertNotSequential(unknown.read(4, X, "2.", 4, 4), "at 3 there was Optional[1.]");
  }

  @Test
  void aBatchOfUnknownOutcomeTakesEffectAsAWhole() {
    Action batch = Action.batch(List.of(Action.put(X, "1."), Action.put(Y, "2.")));
    Story unknown = story().unknown(1, batch).read(2, X, "1.", 3, 3);

    assertSequential(unknown.read(2, Y, "2.", 3, 4));
    assertNotSequential(unknown.readNothing(2, Y, 5), "saw something else");
  }

  @Test
  void aReadAtAWeakerLevelIsHeldToItsOwnPromise() {
    Story late =
        story()
            .write(1, Action.put(X, "1."), 1)
            .write(1, Action.put(X, "2."), 2)
            .readAt(SEQUENTIAL, 2, X, "1.", 1)
            .readAt(EVENTUAL, 1, X, "1.", 2);

    assertHolds(() -> OneOrder.checkLinearizable(late.history()));
    assertNotSequential(late.readAt(SEQUENTIAL, 1, X, "1.", 2), "saw something else");
  }

  @Test
  void aWriteOfUnknownOutcomeDoesNotTakeEffectBeforeItBegan() {
    assertNotSequential(
        story()
            .write(1, Action.put(X, "1."), 5)
            .unknown(1, Action.put(Y, "2."))
            .read(2, Y, "2.", 3, 7),
        "took effect before it");
  }

  @Test
  void whatWasNeverWrittenIsNotSeen() {
    assertNotSequential(story().read(1, X, "1.", 1, 1), "nobody can have written");
  }

  @Test
  void anAnsweredWriteIsNotForgotten() {
    assertNotSequential(
        story().write(1, Action.put(X, "1."), 1).readNothing(2, X, 2), "saw something else");
  }

  @Test
  void onlyARemovalOfUnknownOutcomeExplainsThatSomethingIsGone() {
    Story written = story().write(1, Action.put(X, "1."), 1);

    assertSequential(written.unknown(2, Action.remove(X)).readNothing(3, X, 2));
  }

  @Test
  void whatHasExpiredDoesNotComeBack() {
    Story passing = story().write(1, Action.put("t", "1.").lasting(Duration.ofSeconds(1)), 1);

    assertSequential(passing.read(2, "t", "1.", 1, 2).readNothing(2, "t", 3));
    assertNotSequential(passing.read(2, "t", "1.", 1, 4), "came back");
  }

  @Test
  void somethingElseMayComeWhereSomethingHasExpired() {
    Story passing = story().write(1, Action.put("t", "1.").lasting(Duration.ofSeconds(1)), 1);

    assertSequential(
        passing
            .readNothing(2, "t", 2)
            .unknown(3, Action.put("t", "2.").lasting(Duration.ofSeconds(1)))
            .readAt(SEQUENTIAL, 2, "t", "2.", 3));
  }
}
