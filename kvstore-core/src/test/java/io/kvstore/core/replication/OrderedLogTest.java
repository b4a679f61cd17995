package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Tick;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class OrderedLogTest {
  private static final Answer COUNTED = new Counted(7, Long.MAX_VALUE);

  private final OrderedLog log = new OrderedLog();

  private static Ordered at(long position) {
    return new Ordered(position, position * 10, 1, position, new Tick());
  }

  private static List<Ordered> between(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(OrderedLogTest::at).toList();
  }

  @Test
  void anEarlyOperationWaitsForThoseBeforeIt() {
    log.offer(at(2));
    log.offer(at(3));
    assertThat(log.last()).isZero();
    assertThat(log.from(1, 10)).isEmpty();

    log.offer(at(1));
    assertThat(log.last()).isEqualTo(3);
    assertThat(log.from(1, 10)).isEqualTo(between(1, 3));
  }

  @Test
  void itHoldsWhatIsEarlyAndWhatItHadAndForgot() {
    log.offer(at(1));
    log.offer(at(3));
    assertThat(log.holds(1)).isTrue();
    assertThat(log.holds(2)).isFalse();
    assertThat(log.holds(3)).isTrue();

    log.forgetUpTo(1);
    assertThat(log.holds(1)).isTrue();
    log.restartAfter(1);
    assertThat(log.holds(3)).isFalse();
  }

  @Test
  void aRepeatedOperationIsThereOnce() {
    log.offer(at(1));
    log.offer(at(1));
    log.offer(at(3));
    log.offer(at(3));
    log.offer(at(2));

    assertThat(log.from(0, 10)).isEqualTo(between(1, 3));
  }

  @Test
  void whatAnOperationDidIsToldWithItAndNotNotedInIt() {
    Ordered first = at(1);
    log.offer(first);
    log.offer(at(2));
    log.noteEffect(1, COUNTED);

    assertThat(log.withEffects()).isEqualTo(between(1, 2));
    assertThat(log.withEffects()).extracting(Ordered::effect).containsExactly(COUNTED, null);
    assertThat(log.from(1, 10)).extracting(Ordered::effect).containsOnlyNulls();
    assertThat(first.effect()).isNull();
  }

  @Test
  void whatAnOperationDidIsTakenOverWithIt() {
    log.offer(at(1).withEffect(COUNTED));

    assertThat(log.withEffects()).extracting(Ordered::effect).containsExactly(COUNTED);
  }

  @Test
  void whatAnOperationDidIsForgottenWithIt() {
    for (long position = 1; position <= 3; position++) {
      log.offer(at(position));
      log.noteEffect(position, COUNTED);
    }
    log.truncateAfter(2);
    log.offer(at(3));
    log.forgetUpTo(1);
    log.noteEffect(1, COUNTED);
    log.noteEffect(4, COUNTED);
    log.offer(at(4));

    assertThat(log.withEffects()).extracting(Ordered::effect).containsExactly(COUNTED, null, null);
    log.restartAfter(1);
    between(2, 4).forEach(log::offer);
    assertThat(log.withEffects()).extracting(Ordered::effect).containsOnlyNulls();
  }

  @Test
  void inWhateverOrderOperationsComeTheyAreKeptInTheirs() {
    for (long seed = 1; seed <= 200; seed++) {
      OrderedLog tested = new OrderedLog();
      List<Ordered> arriving = new ArrayList<>(between(1, 300));
      arriving.addAll(between(50, 80));
      Collections.shuffle(arriving, new Random(seed));
      arriving.forEach(tested::offer);

      assertThat(tested.last()).as("seed " + seed).isEqualTo(300);
      assertThat(tested.from(1, 1_000)).as("seed " + seed).isEqualTo(between(1, 300));
    }
  }

  @Test
  void aCopyHasNoMoreThanIsAskedFor() {
    between(1, 10).forEach(log::offer);

    assertThat(log.from(4, 3)).isEqualTo(between(4, 6));
    assertThat(log.from(9, 5)).isEqualTo(between(9, 10));
    assertThat(log.from(11, 5)).isEmpty();
  }

  @Test
  void whatIsForgottenIsGoneAndTheRestStays() {
    between(1, 10).forEach(log::offer);
    log.offer(at(13));
    log.forgetUpTo(4);

    assertThat(log.first()).isEqualTo(5);
    assertThat(log.from(1, 100)).isEqualTo(between(5, 10));
    log.forgetUpTo(100);
    assertThat(log.first()).isEqualTo(11);
    assertThat(log.last()).isEqualTo(10);
    between(11, 12).forEach(log::offer);
    assertThat(log.from(1, 100)).isEqualTo(between(11, 13));
  }

  @Test
  void aNewBeginningForgetsWhatCameEarlyToo() {
    between(1, 5).forEach(log::offer);
    between(8, 9).forEach(log::offer);
    log.restartAfter(6);

    assertThat(log.last()).isEqualTo(6);
    assertThat(log.first()).isEqualTo(7);
    Ordered another = new Ordered(8, 0, 2, 2, new Tick());
    log.offer(another);
    log.offer(at(7));
    assertThat(log.from(7, 10)).containsExactly(at(7), another);
  }

  @Test
  @Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
  void aNewBeginningDoesNotLookForWhatIsEarlyNoMore() {
    log.offer(at(3));
    log.offer(at(2));
    log.offer(at(1));
    log.restartAfter(3);

    assertThat(log.last()).isEqualTo(3);
  }

  @Test
  void aNewBeginningCanBeEarlierThanTheEnd() {
    between(1, 5).forEach(log::offer);
    log.restartAfter(2);
    log.offer(at(3));

    assertThat(log.from(1, 10)).isEqualTo(between(3, 3));
  }

  @Test
  void whatComesFarTooEarlyIsNotKept() {
    log.offer(at(10_000_000));
    between(1, 5_000).forEach(log::offer);

    assertThat(log.last()).isEqualTo(5_000);
  }
}
