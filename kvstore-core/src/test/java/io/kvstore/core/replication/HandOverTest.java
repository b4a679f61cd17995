package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Get;
import io.kvstore.spi.Tick;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandOverTest {
  private static Asking asking(int client, long sequence) {
    return new Asking(client, sequence, new Tick(), Consistency.SEQUENTIAL);
  }

  private final RememberedAnswers answers = new RememberedAnswers();
  private final HandOver handOver = new HandOver(7, 30, answers);
  private final RecordedReply reply = new RecordedReply();

  private void remember(int client, long sequence) {
    answers.remember(
        new Ordered(5, 0, client, sequence, new Tick()), new Counted(1, Long.MAX_VALUE));
  }

  @Test
  void itIsKnownByBeingTheOnlyReport() {
    MemberReport another = new MemberReport() {};

    assertThat(HandOver.in(List.of(handOver))).contains(handOver);
    assertThat(HandOver.in(List.of(handOver, handOver))).isEmpty();
    assertThat(HandOver.in(List.of(another))).isEmpty();
  }

  @Test
  void aCommandThatWasPerformedIsAnsweredAsItWas() {
    remember(1, 4);

    assertThat(handOver.answerIfRemembered(asking(1, 4), reply)).isTrue();
    assertThat(reply.told()).singleElement().asString().endsWith("at 5");
    assertThat(handOver.answerIfRemembered(asking(1, 5), reply)).isFalse();
    Asking query = new Asking(1, 4, new Get(Bytes.of("k")), Consistency.SEQUENTIAL);
    assertThat(handOver.answerIfRemembered(query, reply)).isFalse();
    assertThat(reply.told()).hasSize(1);
  }

  @Test
  void whereNoMemberHasRememberedAnythingAnyCommandThatHadBegunMayBePerformed() {
    HandOver forgetful = new HandOver(7, 30, null);

    assertThat(forgetful.mayHaveForgotten(asking(1, 4), 3)).isTrue();
    assertThat(forgetful.mayHaveForgotten(asking(1, 4), Long.MAX_VALUE)).isFalse();
    assertThat(handOver.mayHaveForgotten(asking(1, 4), 3)).isFalse();
  }

  @Test
  void theNextProtocolRemembersOrKnowsThatItDoesNot() {
    remember(1, 4);
    RememberedAnswers heir = new RememberedAnswers();
    handOver.passOnTo(heir, 9);
    assertThat(heir.hasBegun(1, 4)).isTrue();
    assertThat(heir.mayHaveForgotten(2, 1, 8)).isFalse();
    new HandOver(7, 30, null).passOnTo(heir, 9);

    assertThat(heir.mayHaveForgotten(2, 1, 8)).isTrue();
    assertThat(heir.mayHaveForgotten(2, 1, 9)).isFalse();
  }
}
