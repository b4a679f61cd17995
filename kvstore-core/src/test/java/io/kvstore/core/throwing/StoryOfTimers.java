package io.kvstore.core.throwing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.Timer;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * Timers that are started, put off and stopped where the stack ends now and then: what was asked
 * for again with more stack happens, each at its time.
 */
public final class StoryOfTimers {
  private static final int TIMERS = 6;
  private static final int STEPS = 60;
  private static final int LONGEST = 20;
  private static final int DEEPEST = 8; // calls, more than the longest way through the timers

  private final SplittableRandom random;
  private final IntConsumer arm;
  private final Runnable disarm;
  private final String title;
  private final List<Timer> timers = new ArrayList<>();
  private final long[] dueAt = new long[TIMERS]; // 0: it is not to run
  private final long[] ranAt = new long[TIMERS];
  private final EventLoop loop;
  private long now = 1;

  private StoryOfTimers(long seed, IntConsumer arm, Runnable disarm) {
    random = new SplittableRandom(seed);
    this.arm = arm;
    this.disarm = disarm;
    title = "seed " + seed;
    loop = new EventLoop(() -> now, rung -> {});
    Actor steadfast =
        cause -> {
          throw new AssertionError(title, cause);
        };
    for (int i = 0; i < TIMERS; i++) {
      int number = i;
      timers.add(loop.timer(steadfast, () -> ranAt[number] = now));
    }
  }

  /**
   * Tells one.
   *
   * @param arm lets the stack end after so many calls
   * @param disarm gives it its depth back
   */
  public static void tell(long seed, IntConsumer arm, Runnable disarm)
      throws ReflectiveOperationException {
    new StoryOfTimers(seed, arm, disarm).tell();
  }

  private void tell() throws ReflectiveOperationException {
    Method acquire = EventLoop.class.getDeclaredMethod("tryAcquire");
    acquire.setAccessible(true);
    Method turn = EventLoop.class.getDeclaredMethod("turn", int.class, long.class);
    turn.setAccessible(true);
    acquire.invoke(loop);
    for (int step = 0; step < STEPS; step++) {
      int number = random.nextInt(TIMERS);
      Timer timer = timers.get(number);
      int nanos = 1 + random.nextInt(LONGEST);
      if (random.nextInt(4) == 0) {
        again(timer::stop);
        dueAt[number] = 0;
      } else {
        again(() -> timer.start(nanos));
        dueAt[number] = now + nanos;
      }
      again(loop::nextDeadline);
      if (random.nextBoolean()) {
        now += random.nextInt(LONGEST);
      }
      turn.invoke(loop, 1, Long.MAX_VALUE);
      for (int i = 0; i < TIMERS; i++) {
        boolean isDue = dueAt[i] != 0 && dueAt[i] <= now;
        assertThat(ranAt[i]).as("%s, step %d, timer %d", title, step, i).isEqualTo(isDue ? now : 0);
        dueAt[i] = isDue ? 0 : dueAt[i];
        ranAt[i] = 0;
      }
    }
  }

  /** Does something where the stack may end, and again where it does not. */
  private void again(Runnable task) {
    arm.accept(random.nextInt(DEEPEST));
    try {
      task.run();
    } catch (StackOverflowError planted) {
      // It is asked for again below.
    } finally {
      disarm.run();
    }
    task.run();
  }
}
