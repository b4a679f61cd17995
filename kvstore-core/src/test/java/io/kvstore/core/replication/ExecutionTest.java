package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Schneider 1990: each member performs the same operations in the same order. */
class ExecutionTest {
  private final FakeGroup group = new FakeGroup(1, 1, Consistency.SEQUENTIAL, Replication.PRIMARY);
  private final OrderedLog log = new OrderedLog();
  private final RememberedAnswers answers = new RememberedAnswers();
  private final List<Long> performed = new ArrayList<>();
  private final Execution execution =
      new Execution(
          group.env(0),
          log,
          answers,
          new EpochStarts(),
          (ordered, answer) -> performed.add(ordered.position()));

  private static Ordered put(long position, long time) {
    Change put = new Change.Put(Bytes.of("v" + position), 0, Change.FOREVER);
    return new Ordered(
        position, time, 1, position, new Write(Bytes.of("k"), Condition.ALWAYS, put));
  }

  private void take(long position, long time) {
    group.run(() -> execution.take(put(position, time)));
  }

  private boolean isSo(Supplier<Boolean> asked) {
    List<Boolean> said = new ArrayList<>();
    group.run(() -> said.add(asked.get()));
    return said.get(0);
  }

  @Test
  void theLogIsPerformedInOrderAndWithoutAGap() {
    take(2, 20);
    assertThat(isSo(() -> execution.upTo(2))).isFalse();
    take(1, 10);
    take(4, 40);

    assertThat(isSo(() -> execution.upTo(4))).isTrue();
    assertThat(performed).containsExactly(1L, 2L);
    assertThat(execution.position()).isEqualTo(2);
    assertThat(execution.applied()).isEqualTo(2);
    assertThat(execution.time()).isEqualTo(20);
    assertThat(answers.hasBegun(1, 2)).isTrue();
    assertThat(answers.hasBegun(1, 3)).isFalse();
    assertThat(isSo(() -> execution.upTo(2))).isFalse();
  }

  @Test
  void theTimeOfAnOperationIsNeverBeforeThatOfAnother() {
    assertThat(execution.stamp(50)).isEqualTo(50);
    assertThat(execution.stamp(40)).isEqualTo(50);
    take(1, 70);
    assertThat(execution.stamp(60)).isEqualTo(60); // it may yet be taken back
    group.run(() -> execution.upTo(1));

    assertThat(execution.stamp(60)).isEqualTo(70);
    execution.beginAfter(9, 65);
    assertThat(execution.time()).isEqualTo(70);
  }

  @Test
  void whatIsNotPerformedForLongIsLate() {
    take(1, 10);
    take(2, 20);
    group.pass(Duration.ofNanos(Retry.SUSPECT_AFTER_NANOS));
    assertThat(isSo(execution::isLate)).isFalse();
    group.run(() -> execution.upTo(1));
    group.pass(Duration.ofNanos(Retry.SUSPECT_AFTER_NANOS));
    assertThat(isSo(execution::isLate)).isFalse();
    group.pass(Duration.ofNanos(1));
    assertThat(isSo(execution::isLate)).isTrue();

    group.run(() -> execution.upTo(2));
    assertThat(isSo(execution::isLate)).isFalse();
  }

  @Test
  void aCopyBringsAllUpToItsPosition() {
    take(1, 10);
    take(2, 20);
    execution.beginAfter(5, 50);

    assertThat(execution.position()).isEqualTo(5);
    assertThat(execution.applied()).isEqualTo(5);
    assertThat(log.last()).isEqualTo(5);
    take(6, 60);
    group.run(() -> execution.upTo(6));
    assertThat(performed).containsExactly(6L);
  }
}
