package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.replication.RememberedAnswers.Remembered;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Tick;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RememberedAnswersTest {
  private final RememberedAnswers answers = new RememberedAnswers();
  private final PendingRequests pendingRequests = new PendingRequests();

  private static Answer answer(long number) {
    return new Counted(number, Entry.NEVER);
  }

  private static Ordered ordered(long position, int client, long sequence) {
    return new Ordered(position, 0, client, sequence, new Tick());
  }

  @Test
  void aRequestThatHasBegunIsKnownWithAllBeforeIt() {
    answers.begin(3, 5);

    assertThat(answers.hasBegun(3, 5)).isTrue();
    assertThat(answers.hasBegun(3, 4)).isTrue();
    assertThat(answers.hasBegun(3, 6)).isFalse();
    assertThat(answers.hasBegun(2, 1)).isFalse();
    assertThat(answers.hasBegun(100_000, 1)).isFalse();
    assertThat(answers.find(3, 5)).isNull();
  }

  @Test
  void whatIsNotRememberedMayHaveBeenForgottenIfItIsFromBeforeTheGap() {
    answers.begin(1, 5);
    assertThat(answers.mayHaveForgotten(1, 6, 0)).isFalse();

    answers.forgetBefore(3);
    assertThat(answers.mayHaveForgotten(1, 6, 2)).isTrue();
    assertThat(answers.mayHaveForgotten(2, 1, 2)).isTrue();
    assertThat(answers.mayHaveForgotten(1, 5, 2)).isFalse();
    assertThat(answers.mayHaveForgotten(1, 6, 3)).isFalse();
  }

  @Test
  void whoTakesMemoriesOverKnowsOfTheirGap() {
    answers.forgetBefore(3);
    RememberedAnswers adopted = new RememberedAnswers();
    adopted.adopt(answers);

    assertThat(adopted.mayHaveForgotten(1, 1, 2)).isTrue();
    assertThat(answers.copy().mayHaveForgotten(1, 1, 2)).isTrue();
  }

  @Test
  void anAnswerIsRememberedUntilALaterRequestOfItsClient() {
    answers.remember(ordered(10, 1, 1), answer(1));
    assertThat(answers.find(1, 1)).isEqualTo(new Remembered(1, answer(1), 10));

    answers.remember(ordered(11, 1, 2), answer(2));
    assertThat(answers.find(1, 1)).isNull();
    assertThat(answers.find(1, 2)).isEqualTo(new Remembered(2, answer(2), 11));
  }

  @Test
  void theAnswerOfARequestThatWasGivenUpDoesNotTakeTheLaterOnesPlace() {
    answers.begin(1, 1);
    answers.begin(1, 2);
    answers.remember(ordered(11, 1, 2), answer(2));
    answers.remember(ordered(10, 1, 1), answer(1));

    assertThat(answers.find(1, 2)).isEqualTo(new Remembered(2, answer(2), 11));
  }

  @Test
  void nothingIsRememberedForNobody() {
    answers.begin(Ordered.NO_CLIENT, 1);
    answers.remember(ordered(1, Ordered.NO_CLIENT, 1), answer(1));

    assertThat(answers.hasBegun(Ordered.NO_CLIENT, 1)).isFalse();
    assertThat(answers.find(Ordered.NO_CLIENT, 1)).isNull();
  }

  @Test
  void aRepeatedRequestIsAnsweredAgainNowOrWhenItIsDone() {
    RecordedReply early = new RecordedReply();
    answers.begin(1, 1);
    answers.answerAgain(1, 1, early, pendingRequests);
    pendingRequests.resumeReady();
    assertThat(early.told()).containsExactly("waits for this request, which is under way");

    answers.remember(ordered(10, 1, 1), answer(7));
    pendingRequests.resumeReady();
    assertThat(early.told()).endsWith("answer " + answer(7) + " at 10");
    RecordedReply late = new RecordedReply();
    answers.answerAgain(1, 1, late, pendingRequests);
    assertThat(late.told()).containsExactly("answer " + answer(7) + " at 10");
  }

  @Test
  void aCopyGoesItsOwnWay() {
    answers.remember(ordered(1, 0, 1), answer(1));
    RememberedAnswers copy = answers.copy();
    answers.remember(ordered(2, 0, 2), answer(2));
    copy.remember(ordered(9, 50, 9), answer(9));

    assertThat(copy.find(0, 1)).isNotNull();
    assertThat(copy.hasBegun(0, 2)).isFalse();
    assertThat(answers.hasBegun(50, 9)).isFalse();
    answers.adopt(copy);
    assertThat(answers.find(50, 9)).isNotNull();
    assertThat(answers.hasBegun(0, 2)).isFalse();
  }

  @Test
  void aMergeKnowsWhatEitherHasKnown() {
    answers.remember(ordered(1, 0, 3), answer(1));
    answers.remember(ordered(2, 1, 1), answer(2));
    RememberedAnswers other = new RememberedAnswers();
    other.remember(ordered(3, 0, 2), answer(3));
    other.remember(ordered(4, 1, 2), answer(4));
    other.remember(ordered(5, 70, 1), answer(5));
    other.begin(2, 8);
    answers.merge(other);

    assertThat(answers.find(0, 3)).isNotNull();
    assertThat(answers.find(1, 2)).isEqualTo(new Remembered(2, answer(4), 4));
    assertThat(answers.find(70, 1)).isNotNull();
    assertThat(answers.hasBegun(2, 8)).isTrue();
  }

  /** As in each change of a view: twice as large each time, it would be too large in the end. */
  @Test
  void thoseThatMergeAgainAndAgainDoNotOutgrowEachOther() {
    RememberedAnswers one = new RememberedAnswers();
    one.begin(5, 1);
    RememberedAnswers other = new RememberedAnswers();
    other.begin(10, 1);
    for (int view = 0; view < 100; view++) {
      RememberedAnswers said = one.copy();
      one.merge(other);
      other.mergeDone(said);
      other.merge(said);
    }
    assertThat(one).hasToString("the last answers of 11 clients");
    assertThat(other).hasToString("the last answers of 11 clients");
    assertThat(other.hasBegun(5, 1)).isTrue();
    assertThat(one.hasBegun(10, 1)).isTrue();
  }

  @Test
  void answersAreThoseOfAPlainMap() {
    for (long seed = 1; seed <= 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      RememberedAnswers tested = new RememberedAnswers();
      Map<Integer, Long> begun = new HashMap<>();
      Map<Integer, Remembered> done = new HashMap<>();
      for (int step = 0; step < 20_000; step++) {
        int client = random.nextInt(40);
        long sequence = begun.getOrDefault(client, 0L) + random.nextInt(2);
        if (random.nextBoolean()) {
          tested.begin(client, sequence);
          begun.merge(client, sequence, Math::max);
        } else if (sequence > 0) {
          tested.remember(ordered(step, client, sequence), answer(step));
          begun.merge(client, sequence, Math::max);
          done.put(client, new Remembered(sequence, answer(step), step));
        }
        int asked = random.nextInt(60);
        long which = begun.getOrDefault(asked, 0L);
        Remembered last = done.get(asked);
        String where = "seed " + seed + ", step " + step;
        assertThat(tested.find(asked, which))
            .as(where)
            .isEqualTo(last != null && last.sequence() == which ? last : null);
        assertThat(tested.hasBegun(asked, which + 1)).as(where).isFalse();
      }
    }
  }
}
