package io.kvstore.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LocalQueueTest {
  private record Numbered(int number) implements Message {
    @Override
    public long epoch() {
      return 0;
    }
  }

  private static final NodeId SENDER = NodeId.of(7);

  private final Failure failure = new Failure();
  private final LocalQueue queue = new LocalQueue(failure);
  private final List<Integer> ran = new ArrayList<>();

  private void addTask(int number) {
    queue.add(Actors.PATIENT, () -> ran.add(number));
  }

  private void addMessage(int number) {
    queue.add(
        Actors.taking(
            (from, message) -> {
              assertThat(from).isEqualTo(SENDER);
              ran.add(((Numbered) message).number());
            }),
        SENDER,
        new Numbered(number));
  }

  @Test
  void tasksAndMessagesRunInTheOrderInWhichTheyWereAdded() {
    addTask(0);
    addMessage(1);
    addTask(2);

    while (queue.runNext()) {}
    assertThat(ran).containsExactly(0, 1, 2);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void anEventThatThrowsIsGoneAndTheNextOnesAreNot() {
    queue.add(
        Actors.PATIENT,
        () -> {
          throw new IllegalStateException("planted");
        });
    addTask(1);

    assertThat(queue.runNext()).isTrue();
    assertThat(failure.cause).hasMessage("planted");
    assertThat(failure.actor).isSameAs(Actors.PATIENT);
    assertThat(queue.runNext()).isTrue();
    assertThat(ran).containsExactly(1);
  }

  /** The ring is full, or wraps around, at every possible place when it grows or is replaced. */
  @Test
  void nothingIsLostOrReorderedHoweverTheQueueGrowsAndWraps() {
    for (long seed = 1; seed <= 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      LocalQueue tested = new LocalQueue(new Failure());
      List<Integer> seen = new ArrayList<>();
      int added = 0;
      for (int step = 0; step < 20_000; step++) {
        boolean grows = random.nextInt(100) < (step / 500 % 2 == 0 ? 60 : 40);
        if (!grows) {
          tested.runNext();
        } else if (random.nextBoolean()) {
          int number = added++;
          tested.add(Actors.PATIENT, () -> seen.add(number));
        } else {
          tested.add(
              Actors.taking((from, message) -> seen.add(((Numbered) message).number())),
              SENDER,
              new Numbered(added++));
        }
      }
      while (tested.runNext()) {}
      assertThat(seen).as("seed " + seed).hasSize(added).isSorted();
    }
  }
}
