package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class InOrderInboxTest {
  private final List<Long> taken = new ArrayList<>();
  private final InOrderInbox<Long> inbox = new InOrderInbox<>(3, 100, number -> 40);

  private boolean offer(long number) {
    return inbox.offer(number, number, taken::add);
  }

  @Test
  void whatComesEarlyWaitsForItsTurn() {
    assertThat(offer(3)).isTrue();
    assertThat(offer(2)).isTrue();
    assertThat(taken).isEmpty();
    assertThat(inbox.early()).isEqualTo(2);
    assertThat(offer(1)).isFalse();

    assertThat(taken).containsExactly(1L, 2L, 3L);
    assertThat(inbox.received()).isEqualTo(3);
    assertThat(inbox.early()).isZero();
  }

  @Test
  void whatComesAgainIsNotTakenAgain() {
    offer(1);
    offer(1);
    offer(3);
    assertThat(offer(3)).isFalse();
    offer(2);
    offer(3);

    assertThat(taken).containsExactly(1L, 2L, 3L);
  }

  @Test
  void noMoreAreKeptThanThereIsRoomFor() {
    InOrderInbox<Long> few = new InOrderInbox<>(2, 100, number -> 0);
    assertThat(few.offer(3, 3L, taken::add)).isTrue();
    assertThat(few.offer(4, 4L, taken::add)).isTrue();
    assertThat(few.offer(2, 2L, taken::add)).isFalse();
    few.offer(1, 1L, taken::add);

    assertThat(taken).containsExactly(1L);
  }

  @Test
  void roomThatWasUsedIsThereAgain() {
    InOrderInbox<Long> small = new InOrderInbox<>(10, 40, number -> 40);
    for (long number = 2; number < 20; number += 2) {
      assertThat(small.offer(number, number, taken::add)).isTrue();
      assertThat(small.offer(number + 1, number + 1, taken::add)).as("40 of 40 bytes").isFalse();
      small.offer(number - 1, number - 1, taken::add);
    }

    assertThat(taken).hasSize(18);
  }

  @Test
  void whatThereIsNoRoomForComesAgain() {
    offer(2);
    inbox.offer(1, 1L, number -> false);
    assertThat(inbox.received()).isZero();
    inbox.offer(1, 1L, number -> number == 1);
    assertThat(inbox.received()).isEqualTo(1);
    assertThat(inbox.early()).as("it was refused, and is sent again").isZero();
    offer(2);

    assertThat(taken).containsExactly(2L);
  }

  @Test
  void whatIsKnownOtherwiseNeedNotCome() {
    offer(3);
    offer(6);
    offer(4);
    inbox.skipTo(4);
    assertThat(inbox.received()).isEqualTo(4);
    assertThat(inbox.early()).isEqualTo(1);
    offer(5);
    inbox.skipTo(2);

    assertThat(taken).containsExactly(5L, 6L);
    assertThat(inbox.received()).isEqualTo(6);
  }

  @Test
  void whatWasKeptAndHasComeAgainIsNotKept() {
    offer(3);
    offer(4);
    inbox.skipTo(2);
    offer(3);

    assertThat(taken).containsExactly(3L, 4L);
    assertThat(inbox.early()).isZero();
    inbox.skipTo(6);
    offer(8);
    inbox.skipTo(7);
    inbox.offer(8, 8L, number -> false);
    offer(8);
    assertThat(inbox.early()).isZero();
  }

  @RepeatedTest(20)
  void allComeInTheirOrderHoweverTheyAreSent(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    while (inbox.received() < 20) {
      List<Long> sent = new ArrayList<>(LongStream.rangeClosed(1, 20).boxed().toList());
      Collections.shuffle(sent, random);
      sent.forEach(this::offer);
    }

    assertThat(taken)
        .as("seed %d", seed)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
    assertThat(inbox.early()).as("seed %d", seed).isZero();
  }
}
