package io.kvstore.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.spi.Timer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {
  private final List<String> ran = new ArrayList<>();
  private long now;
  private int rings;
  private final EventLoop loop = new EventLoop(() -> now, rung -> rings++);

  @BeforeEach
  void takeTheLoop() {
    assertThat(loop.tryAcquire()).isTrue();
  }

  @AfterEach
  void giveItBack() {
    loop.release();
  }

  /** A task that comes from outside. */
  private void mail(String name, Runnable more) {
    loop.enqueue(
        () -> {
          ran.add(name);
          more.run();
        });
  }

  private void mail(String name) {
    mail(name, () -> {});
  }

  @Test
  void whatAnEventSetsOffIsDoneBeforeTheNextOneBegins() {
    mail(
        "a",
        () ->
            loop.execute(
                () -> {
                  ran.add("a1");
                  loop.execute(() -> ran.add("a11"));
                }));
    mail("b");

    loop.turn(10, Long.MAX_VALUE);
    assertThat(ran).containsExactly("a", "a1", "a11", "b");
  }

  @Test
  void anEventBeginsWhenItComesToItsTurnAndNotWhenTheTurnBegan() {
    List<Long> begun = new ArrayList<>();
    mail(
        "held",
        () -> {
          begun.add(loop.now());
          now += 300; // and only then comes the next one
          mail("late", () -> begun.add(loop.now()));
        });

    loop.turn(10, Long.MAX_VALUE);
    assertThat(begun).containsExactly(0L, 300L);
  }

  /** Whoever takes it may be a client, who serves others no longer than its own call may take. */
  @Test
  void aTurnEndsWhenTheTimeOfWhoeverTakesItIsOver() {
    for (int i = 0; i < 10; i++) {
      mail("" + i, () -> now += 20);
    }

    assertThat(loop.turn(10, 40)).isTrue();
    assertThat(ran).containsExactly("0", "1", "2");
    assertThat(loop.hasMail()).isTrue();
  }

  @Test
  void aTurnHandlesNoMoreMailThanItsBudget() {
    for (int i = 0; i < 5; i++) {
      mail("" + i);
    }

    assertThat(loop.turn(3, Long.MAX_VALUE)).isTrue();
    assertThat(ran).containsExactly("0", "1", "2");
    assertThat(loop.hasMail()).isTrue();
    assertThat(loop.turn(3, Long.MAX_VALUE)).isTrue();
    assertThat(loop.hasMail()).isFalse();
    assertThat(loop.turn(3, Long.MAX_VALUE)).isFalse();
  }

  @Test
  void dueTimersRunBeforeMail() {
    Timer timer = loop.timer(Actors.PATIENT, () -> ran.add("timer"));
    timer.start(10);
    mail("mail");
    now = 10;

    loop.turn(10, Long.MAX_VALUE);
    assertThat(ran).containsExactly("timer", "mail");
  }

  @Test
  void anEventThatThrowsTakesNothingWithIt() {
    loop.timer(
            Actors.PATIENT,
            () -> {
              throw new AssertionError("planted in a timer");
            })
        .start(0);
    mail(
        "mail",
        () -> {
          loop.execute(
              () -> {
                throw new IllegalStateException("planted in a local event");
              });
          loop.execute(() -> ran.add("after the local event"));
          throw new IllegalStateException("planted in mail");
        });
    mail("after the mail");

    loop.turn(10, Long.MAX_VALUE);
    assertThat(ran).containsExactly("mail", "after the local event", "after the mail");
  }

  @Test
  void aTaskThatThrowsStillHasItsEffectsDone() {
    loop.run(
        () -> {
          loop.execute(() -> ran.add("effect"));
          throw new IllegalStateException("planted");
        });

    assertThat(ran).containsExactly("effect");
  }

  @Test
  void onlyOneOwnerAtATime() throws InterruptedException {
    boolean[] taken = new boolean[2];
    Thread other =
        new Thread(
            () -> {
              taken[0] = loop.tryAcquire();
              taken[1] = loop.isMine();
            });
    other.start();
    other.join();

    assertThat(taken).containsExactly(false, false);
    assertThat(loop.tryAcquire()).as("nor the same one twice").isFalse();
    assertThat(loop.isMine()).isTrue();
  }

  @Test
  void aLookCountsOnlyIfNobodyHasOwnedTheLoopMeanwhile() {
    loop.release();
    long undisturbed = loop.quietStamp();
    assertThat(loop.wasQuietSince(undisturbed)).isTrue();

    long disturbed = loop.quietStamp();
    loop.tryAcquire();
    assertThat(loop.quietStamp()).isEqualTo(EventLoop.NOT_QUIET);
    loop.release();

    assertThat(loop.wasQuietSince(disturbed)).isFalse();
    assertThat(loop.wasQuietSince(loop.quietStamp())).isTrue();
    loop.enqueue(() -> {});
    assertThat(loop.quietStamp()).isEqualTo(EventLoop.NOT_QUIET);
    loop.tryAcquire();
  }

  @Test
  void theOwnerRingsNoBellAndOthersDo() throws InterruptedException {
    loop.execute(() -> {});
    assertThat(rings).isZero();

    Thread other = new Thread(() -> loop.execute(() -> ran.add("other's")));
    other.start();
    other.join();
    assertThat(rings).isOne();
    loop.turn(10, Long.MAX_VALUE);
    assertThat(ran).containsExactly("other's");
  }

  @Test
  void theNextDeadlineIsThereForOthersOnceTheLoopIsGivenBack() {
    loop.timer(Actors.PATIENT, () -> {}).start(10);
    assertThat(loop.deadlineAtRelease).isEqualTo(Long.MAX_VALUE);

    loop.release();
    assertThat(loop.deadlineAtRelease).isEqualTo(10);
    assertThat(loop.tryAcquire()).isTrue();
  }

  @Test
  void stepsHandleOneEventEachLocalOnesFirstAndTimersLast() {
    loop.timer(Actors.PATIENT, () -> ran.add("timer")).start(0);
    mail("mail");
    loop.execute(() -> ran.add("local"));

    while (loop.step()) {
      ran.add("|");
    }
    assertThat(ran).containsExactly("local", "|", "mail", "|", "timer", "|");
  }
}
