package io.kvstore.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.core.spi.Timer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimersTest {
  private static final int MODEL_RUNS = 300;
  private static final int MODEL_STEPS = 200;
  private static final int MODEL_TIMERS = 8;

  private final Timers timers = new Timers();
  private final List<String> ran = new ArrayList<>();
  private long now;

  private Timer timer(String name) {
    return timers.timer(Actors.PATIENT, () -> ran.add(name), () -> now);
  }

  private void passUntil(long time) {
    now = time;
    for (Runnable due = timers.pollDue(now); due != null; due = timers.pollDue(now)) {
      due.run();
    }
  }

  @Test
  void aTimerRunsOnceWhenItsTimeHasCome() {
    Timer timer = timer("a");
    timer.start(10);

    passUntil(9);
    assertThat(ran).isEmpty();
    assertThat(timer.isRunning()).isTrue();

    passUntil(10);
    assertThat(timer.isRunning()).isFalse();
    passUntil(1_000);
    assertThat(ran).containsExactly("a");
  }

  @Test
  void aStoppedTimerDoesNotRun() {
    Timer timer = timer("a");
    timer.start(10);
    timer.stop();

    assertThat(timer.isRunning()).isFalse();
    assertThat(timers.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    passUntil(100);
    assertThat(ran).isEmpty();
  }

  @Test
  void aTimerThatIsStartedAgainRunsAtTheLaterTimeOnly() {
    Timer timer = timer("a");
    timer.start(10);
    timer.start(20);

    assertThat(timers.nextDeadline()).isEqualTo(20);
    passUntil(19);
    assertThat(ran).isEmpty();
    passUntil(20);
    assertThat(ran).containsExactly("a");
  }

  @Test
  void aTimerThatIsStartedAgainRunsAtTheEarlierTimeOnly() {
    Timer timer = timer("a");
    timer.start(20);
    timer.start(10);

    assertThat(timers.nextDeadline()).isEqualTo(10);
    passUntil(10);
    passUntil(20);
    assertThat(ran).containsExactly("a");
  }

  @Test
  void aTimerCanStartItselfAgain() {
    Timer[] timer = new Timer[1];
    timer[0] =
        timers.timer(
            Actors.PATIENT,
            () -> {
              ran.add("at " + now);
              timer[0].start(10);
            },
            () -> now);
    timer[0].start(10);

    passUntil(10);
    passUntil(20);
    assertThat(ran).containsExactly("at 10", "at 20");
  }

  @Test
  void timersOfTheSameTimeRunInTheOrderInWhichTheyWereStarted() {
    Timer first = timer("first");
    Timer second = timer("second");
    timer("none").start(20);
    second.start(10);
    first.start(5);
    first.start(10); // after the second, though it was queued before
    timers.at(10, Actors.PATIENT, () -> ran.add("third"));

    passUntil(10);
    assertThat(ran).containsExactly("second", "first", "third");
  }

  @Test
  void aPostponedTimerKeepsItsPlaceBeforeOneThatIsStartedLater() {
    Timer postponed = timer("postponed");
    postponed.start(10);
    postponed.start(20);
    timer("later").start(20);

    passUntil(15);
    passUntil(20);
    assertThat(ran).containsExactly("postponed", "later");
  }

  @Test
  void aTimeThatIsTooFarAwayForTheClockNeverComes() {
    now = 1_000;
    Timer timer = timer("a");
    timer.start(Long.MAX_VALUE);
    timer.start(Long.MAX_VALUE);
    passUntil(Long.MAX_VALUE - 1);
    assertThat(ran).isEmpty();

    now = 1_000;
    timer.start(10);
    passUntil(2_000);
    passUntil(3_000);
    assertThat(ran).containsExactly("a");
  }

  @Test
  void aTimerDoesNotRunInThePast() {
    assertThatThrownBy(() -> timer("a").start(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Against the obvious: a list that is searched for the least deadline. */
  @Test
  void whateverIsStartedAndStoppedTimersRunAsAPlainListWouldHaveThem() {
    for (long seed = 1; seed <= MODEL_RUNS; seed++) {
      runAgainstModel(seed);
    }
  }

  private static final class Modelled {
    private long deadline = Long.MAX_VALUE;
    private long order;
  }

  private static void runAgainstModel(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Timers timers = new Timers();
    List<Integer> ran = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    long[] now = {0};
    Modelled[] model = new Modelled[MODEL_TIMERS];
    Timer[] real = new Timer[MODEL_TIMERS];
    for (int i = 0; i < MODEL_TIMERS; i++) {
      int id = i;
      model[i] = new Modelled();
      real[i] = timers.timer(Actors.PATIENT, () -> ran.add(id), () -> now[0]);
    }
    for (int step = 0; step < MODEL_STEPS; step++) {
      int id = random.nextInt(MODEL_TIMERS);
      switch (random.nextInt(4)) {
        case 0 -> {
          real[id].stop();
          model[id].deadline = Long.MAX_VALUE;
        }
        case 1 -> {
          now[0] += random.nextInt(6);
          for (Runnable due = timers.pollDue(now[0]); due != null; ) {
            due.run();
            due = timers.pollDue(now[0]);
          }
          IntStream.range(0, MODEL_TIMERS)
              .boxed()
              .filter(each -> model[each].deadline <= now[0])
              .sorted(
                  Comparator.<Integer>comparingLong(each -> model[each].deadline)
                      .thenComparing(each -> model[each].order))
              .forEach(
                  each -> {
                    expected.add(each);
                    model[each].deadline = Long.MAX_VALUE;
                  });
        }
        default -> {
          long nanos = random.nextInt(12);
          real[id].start(nanos);
          model[id].deadline = now[0] + nanos;
          model[id].order = step;
        }
      }
      String where = "seed " + seed + ", step " + step;
      assertThat(ran).as(where).isEqualTo(expected);
      assertThat(timers.nextDeadlineAtTheEarliest())
          .as(where)
          .isLessThanOrEqualTo(timers.nextDeadline());
      assertThat(timers.nextDeadline())
          .as(where)
          .isEqualTo(Arrays.stream(model).mapToLong(each -> each.deadline).min().orElseThrow());
      assertThat(real[id].isRunning()).as(where).isEqualTo(model[id].deadline != Long.MAX_VALUE);
    }
  }
}
