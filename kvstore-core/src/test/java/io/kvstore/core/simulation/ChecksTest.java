package io.kvstore.core.simulation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.spi.Entry;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each check lets a good history pass, and finds what is wrong with a bad one. */
class ChecksTest {
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

  @Nested
  class OfOneKey {
    private static final String WHY = "no single copy";

    private static void assertExplained(Story story) {
      assertHolds(() -> OneKey.check(story.history()));
    }

    private static void assertNotExplained(Story story) {
      assertBroken(() -> OneKey.check(story.history()), WHY);
    }

    @Test
    void aReadDuringAWriteMaySeeWhatIsThereBeforeOrAfter() {
      Story both =
          story().write(1, Action.put(X, "1."), 1).writeBetween(20, 50, 1, Action.put(X, "2."), 2);

      assertExplained(
          both.readBetween(25, 30, 2, X, "1.", 1, 1).readBetween(35, 40, 3, X, "2.", 2, 2));
    }

    @Test
    void aReadMustNotGoBackWhileAWriteIsUnderWay() {
      Story both =
          story().write(1, Action.put(X, "1."), 1).writeBetween(20, 50, 1, Action.put(X, "2."), 2);

      assertNotExplained(
          both.readBetween(25, 30, 2, X, "2.", 2, 2).readBetween(35, 40, 3, X, "1.", 1, 1));
    }

    @Test
    void aReadMustSeeAWriteThatWasAnsweredBefore() {
      assertNotExplained(
          story()
              .write(1, Action.put(X, "1."), 1)
              .write(1, Action.put(X, "2."), 2)
              .read(2, X, "1.", 1, 1));
    }

    @Test
    void aWriteOfUnknownOutcomeMayHappenNeverOrLate() {
      Story unknown = story().write(1, Action.put(X, "1."), 1).unknown(1, Action.put(X, "2."));

      assertExplained(unknown.read(2, X, "1.", 1, 1).read(2, X, "2.", 2, 2));
    }

    @Test
    void aWriteOfUnknownOutcomeHappensOnce() {
      assertNotExplained(
          story()
              .unknown(1, Action.put(X, "1."))
              .read(2, X, "1.", 1, 1)
              .write(2, Action.put(X, "2."), 2)
              .read(2, X, "1.", 1, 1));
    }

    @Test
    void anIncrementCountsOnce() {
      assertExplained(story().add(1, "c", 2, 2, 1).add(1, "c", 3, 5, 2));
      assertNotExplained(story().add(1, "c", 2, 2, 1).add(1, "c", 3, 8, 2));
    }

    @Test
    void aConditionMustHaveHeld() {
      Story first = story().write(1, Action.put(X, "1."), 1);

      assertNotExplained(first.write(2, Action.putIfAbsent(X, "2."), 2));
    }

    @Test
    void ofAllInterleavingsTheOnlyOneThatFitsIsFound() {
      Story many = story();
      for (int i = 1; i <= 7; i++) {
        many.writeBetween(i, 100 + i, i, Action.append(X, i + "."), i);
      }
      StringBuilder all = new StringBuilder();
      for (int i = 7; i >= 1; i--) {
        all.append(i).append('.');
      }
      assertExplained(many.readBetween(200, 201, 20, X, all.toString(), 7, 7));
      assertNotExplained(many.readBetween(202, 203, 20, X, "1." + all, 7, 7));
    }
  }

  @Nested
  class OfCausalMemory {
    private static void assertCausal(Story story) {
      assertHolds(() -> CausalMemory.check(story.history()));
    }

    private static void assertNotCausal(Story story, String why) {
      assertBroken(() -> CausalMemory.check(story.history()), why);
    }

    @Test
    void whoDoesNotKnowOfAWriteNeedNotSeeIt() {
      assertCausal(
          story()
              .write(1, Action.put(X, "1."), 0)
              .readNothing(2, X, 0)
              .write(2, Action.put(X, "2."), 0)
              .read(1, X, "1.", 1, 0));
    }

    @Test
    void whoSeesAnAnswerSeesTheQuestion() {
      assertNotCausal(
          story()
              .write(1, Action.put(X, "1."), 0)
              .read(2, X, "1.", 1, 0)
              .write(2, Action.put(Y, "2."), 0)
              .read(3, Y, "2.", 2, 0)
              .readNothing(3, X, 0),
          "found nothing");
    }

    @Test
    void aWriteIsNotSeenOnceItsSuccessorIsKnown() {
      assertNotCausal(
          story()
              .write(1, Action.put(X, "1."), 0)
              .write(1, Action.put(X, "2."), 0)
              .read(2, X, "2.", 2, 0)
              .read(2, X, "1.", 1, 0),
          "had been replaced");
    }

    @Test
    void aWriteDependsOnWhatItsAnswerTold() {
      assertNotCausal(
          story()
              .write(1, Action.put(Y, "1."), 0)
              .write(1, Action.put(X, "2."), 0)
              .replaced(2, Action.put(X, "3."), new Seen("2.", 2), new Seen("3.", 3), 0)
              .read(3, X, "3.", 3, 0)
              .readNothing(3, Y, 0),
          "found nothing");
    }

    @Test
    void aHandedPositionCarriesWhatItsSessionHadSeen() {
      assertNotCausal(
          story()
              .write(1, Action.put(X, "1."), 0)
              .write(1, Action.put(X, "2."), 0)
              .handOver(2, X, "1.", 1, 0),
          "had been replaced");
    }

    @Test
    void nobodySeesWhatWasNeverWritten() {
      assertNotCausal(story().read(1, X, "1.", 1, 0), "nobody wrote");
    }

    @Test
    void causesDoNotGoInCircles() {
      assertNotCausal(
          story()
              .read(1, X, "2.", 2, 0)
              .write(1, Action.put(Y, "1."), 0)
              .read(2, Y, "1.", 1, 0)
              .write(2, Action.put(X, "2."), 0),
          "cycle");
    }

    @Test
    void aRemovalExplainsThatSomethingIsGone() {
      assertCausal(
          story()
              .write(1, Action.put(X, "1."), 0)
              .read(2, X, "1.", 1, 0)
              .write(3, Action.remove(X), 0)
              .readNothing(2, X, 0));
    }

    @Test
    void aRemovalThatCameEarlierExplainsNothing() {
      assertNotCausal(
          story()
              .write(1, Action.remove(X), 0)
              .write(1, Action.put(X, "1."), 0)
              .readNothing(1, X, 0),
          "found nothing");
    }

    @Test
    void theHigherVersionWinsForWhoeverKnowsBoth() {
      Story concurrent = story().write(1, Action.put(X, "1."), 0).write(2, Action.put(X, "2."), 0);

      assertCausal(concurrent.read(3, X, "1.", 1, 0).read(3, X, "2.", 2, 0));
      assertNotCausal(concurrent.read(3, X, "1.", 1, 0), "lower version");
    }
  }

  @Nested
  class OfWhatIsPlausible {
    private static void assertPlausible(Story story) {
      assertHolds(() -> Plausible.check(story.history(), false));
    }

    private static void assertNotPlausible(Story story, String why) {
      assertBroken(() -> Plausible.check(story.history(), false), why);
    }

    @Test
    void aRefusedWriteIsNotSeen() {
      assertPlausible(story().unknown(1, Action.put(X, "1.")).read(2, X, "1.", 1, 0));
      assertNotPlausible(
          story().refused(1, Action.put(X, "1.")).read(2, X, "1.", 1, 0), "nobody had written");
    }

    @Test
    void aWriteIsNotSeenBeforeItBegins() {
      assertNotPlausible(
          story().read(2, X, "1.", 1, 0).write(1, Action.put(X, "1."), 0), "nobody had written");
    }

    @Test
    void onlyWhereACrashMayForgetAWriteIsSeenThatWasNotApplied() {
      Story seen =
          story()
              .write(1, Action.put(X, "2."), 0)
              .notApplied(2, Action.putIfAbsent(X, "1."), "2.")
              .read(3, X, "1.", 1, 0);

      assertHolds(() -> Plausible.check(seen.history(), true));
      assertNotPlausible(seen, "nobody had written");
    }

    @Test
    void nothingIsAppendedTwice() {
      assertNotPlausible(
          story().unknown(1, Action.append(X, "1.")).read(2, X, "1.1.", 2, 0), "took effect twice");
    }

    @Test
    void aSumIsNoMoreThanWhatWasAdded() {
      assertNotPlausible(story().add(1, Work.COUNTER, 2, 4, 0), "is more than 2");
    }
  }

  @Nested
  class OfAgreement {
    private static Run run(Story story, Map<Bytes, Entry> one, Map<Bytes, Entry> other) {
      return new Run(
          new Cell(Replication.KEY_OWNER, Consistency.EVENTUAL),
          1,
          story.history(),
          new TreeMap<>(Map.of(NodeId.of(0), one, NodeId.of(1), other)),
          0,
          false);
    }

    private static Map<Bytes, Entry> holding(String key, String value, long version) {
      return Map.of(Bytes.of(key), Entry.of(Bytes.of(value), version));
    }

    @Test
    void replicasThatDifferAreFound() {
      assertHolds(() -> Agreement.check(run(story(), holding(X, "1.", 1), holding(X, "1.", 1))));
      assertBroken(
          () -> Agreement.check(run(story(), holding(X, "1.", 1), holding(X, "2.", 2))),
          "different entries");
      assertBroken(
          () -> Agreement.check(run(story(), holding(X, "1.", 1), Map.of())), "different entries");
    }

    @Test
    void aTombstoneThatStaysIsFound() {
      Map<Bytes, Entry> removed = Map.of(Bytes.of(X), Entry.tombstone(1, null));

      assertBroken(() -> Agreement.check(run(story(), removed, removed)), "never collected");
    }

    @Test
    void anIncrementThatIsLostIsFound() {
      Story added = story().add(1, Work.COUNTER, 2, 2, 0);
      Map<Bytes, Entry> two = holding(Work.COUNTER, "2", 1);
      Map<Bytes, Entry> one = holding(Work.COUNTER, "1", 1);

      assertHolds(() -> Agreement.checkNothingAddedIsLost(run(added, two, two)));
      assertBroken(() -> Agreement.checkNothingAddedIsLost(run(added, one, one)), "is less than 2");
    }

    @Test
    void aWriteThatIsLostIsFound() {
      Story written =
          story().replaced(1, Action.put(X, "2."), new Seen("1.", 1), new Seen("2.", 2), 0);
      Map<Bytes, Entry> old = holding(X, "1.", 1);

      assertBroken(() -> Agreement.checkNothingWrittenIsLost(run(written, old, old)), "is lost");
    }

    @Test
    void aReplicaThatDoesNotServeAgainIsFound() {
      Story refused = story().refused(1, Action.put(X, "1."));

      assertBroken(
          () -> Agreement.checkEverythingServes(run(refused, Map.of(), Map.of())), "was not done");
    }
  }
}
