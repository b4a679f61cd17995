package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Tick;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwedRepliesTest {
  private final PendingRequests pendingRequests = new PendingRequests();
  private final RememberedAnswers answers = new RememberedAnswers();
  private final OrderedLog log = new OrderedLog();
  private final OwedReplies replies = new OwedReplies(pendingRequests, log, answers);
  private final RecordedReply reply = new RecordedReply();

  private void perform(long position) {
    replies.onPerformed(at(position), new Counted(position, Long.MAX_VALUE));
  }

  private static Ordered at(long position) {
    return new Ordered(position, 0, 1, position, new Tick());
  }

  @Test
  void aClientIsAnsweredOnceAndForItsOwnOperation() {
    replies.owe(2, reply);
    perform(1);
    assertThat(reply.told()).isEmpty();
    perform(2);
    perform(2);

    assertThat(reply.told()).singleElement().asString().endsWith("at 2");
    assertThat(answers.find(1, 2)).isNotNull();
  }

  @Test
  void nothingIsToldOfAViewThatIsNotDecided() {
    RecordedReply again = new RecordedReply();
    replies.owe(1, reply);
    replies.defer();
    perform(1);
    replies.answerAgain(1, 1, again);
    assertThat(reply.told()).isEmpty();
    assertThat(again.told()).isEmpty();
    assertThat(answers.find(1, 1)).isNotNull();
    replies.decide();

    assertThat(reply.told()).hasSize(1).isEqualTo(again.told());
    replies.owe(2, reply);
    perform(2);
    assertThat(reply.told()).hasSize(2);
  }

  @Test
  void requestsThatWaitForAnOperationGoOnWhenItIsTold() {
    boolean[] isReady = new boolean[1];
    pendingRequests.until(() -> isReady[0], reply, "more", () -> reply.refuse("resumed"));
    isReady[0] = true;
    replies.defer();
    perform(1);
    assertThat(reply.told()).doesNotContain("refused: resumed");
    replies.decide();

    assertThat(reply.told()).contains("refused: resumed");
  }

  @Test
  void whoTheGroupHasGoneOnWithoutTellsItsClientsNothing() {
    replies.owe(1, reply);
    replies.owe(2, reply);
    replies.defer();
    perform(1);
    replies.forget(List.of(at(2)), true, 1);
    answers.adopt(new RememberedAnswers()); // as the others have them
    replies.decide();
    replies.settle();
    perform(2);

    assertThat(reply.told()).isEmpty();
  }

  @Test
  void whatWasDoneInAViewThatWasNeverDecidedIsAnsweredIfTheOthersHaveDoneItToo() {
    RecordedReply other = new RecordedReply();
    replies.owe(1, reply);
    replies.owe(2, other);
    replies.defer();
    perform(1);
    perform(2);
    replies.forget(List.of(), false, 1);
    answers.adopt(new RememberedAnswers());
    answers.remember(at(1), new Counted(1, Long.MAX_VALUE));
    replies.decide();
    replies.settle();

    assertThat(reply.told()).singleElement().asString().endsWith("at 1");
    assertThat(other.told()).singleElement().asString().startsWith("refused: ");
    assertThat(replies.size()).isZero();
  }

  @Test
  void whatOthersHaveDoneOfWhatWasOwedIsAnsweredOnceTheMemberIsBackAndTheRestRefused() {
    RecordedReply other = new RecordedReply();
    replies.owe(1, reply);
    replies.owe(2, other);
    replies.forget(List.of(at(1), at(2)), false, 1);
    assertThat(replies.size()).isEqualTo(2);
    log.offer(at(1)); // as the others have it
    replies.settle();
    perform(1);

    assertThat(reply.told()).last().asString().endsWith("at 1");
    assertThat(other.told()).singleElement().asString().startsWith("refused: ");
    assertThat(replies.size()).isZero();
  }

  @Test
  void whatMayHaveBeenForgottenIsNeitherAnsweredNorRefused() {
    replies.owe(1, reply);
    replies.forget(List.of(at(1)), false, 1);
    answers.forgetBefore(2);
    replies.settle();

    assertThat(reply.told()).isEmpty();
  }
}
