package io.kvstore.core.throwing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every method of the core is made to throw, one at a time, while a store works: as when memory
 * ends, wherever it does; so is every call of what a user has given to it; and every depth of a
 * caller's stack is made its end.
 *
 * <p>{@code -Dkvstore.throwing.rounds=100000} makes as many rounds as there are calls in the story.
 */
@ResourceLock("bomb")
final class ThrowEverywhereTest {
  private static final int ROUNDS = Integer.getInteger("kvstore.throwing.rounds", 0);
  private static final long SEED = Long.getLong("kvstore.throwing.seed", 1);
  private static final int STORIES = 60; // until one needs what is to throw
  private static final int TIMER_STORIES = 300;
  private static final Instrumented CORE = new Instrumented();

  private static void tell(
      String placement, String level, String how, Story.With with, String title, Bomb.Fuse fuse) {
    try {
      Method tell =
          CORE.loadClass("io.kvstore.core.throwing.Story")
              .getMethod(
                  "tell",
                  String.class,
                  String.class,
                  String.class,
                  String.class,
                  String.class,
                  Runnable.class,
                  Runnable.class);
      tell.invoke(
          null,
          placement,
          level,
          how,
          with.name(),
          title,
          (Runnable) () -> Bomb.arm(fuse),
          (Runnable) Bomb::disarm);
    } catch (InvocationTargetException thrown) {
      AssertionError failure =
          new AssertionError(placement + " " + level + ", " + title, thrown.getCause());
      Throwable planted = fuse.thrown();
      if (planted != null) {
        failure.addSuppressed(planted); // where it was
      }
      throw failure;
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    } finally {
      Bomb.disarm();
    }
  }

  /** Which of so many calls throw: each, or some that are drawn. */
  private static long[] drawn(int rounds, long calls) {
    long planned = ROUNDS == 0 ? rounds : ROUNDS;
    return planned >= calls
        ? LongStream.range(0, calls).toArray()
        : new SplittableRandom(SEED).longs(planned, 0, calls).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "SIMULATED, LINEARIZABLE, PRIMARY, NOTHING, 100",
    "SIMULATED, SEQUENTIAL, TOTAL_ORDER, NOTHING, 60",
    "SIMULATED, LINEARIZABLE, CRAQ, NOTHING, 40",
    "SIMULATED, LINEARIZABLE, RAFT, NOTHING, 40",
    "SIMULATED, LINEARIZABLE, LEASEGUARD, NOTHING, 40",
    "SIMULATED, LINEARIZABLE, SHARED_LOG, NOTHING, 40",
    "SIMULATED, LINEARIZABLE, QUORUM, NOTHING, 40",
    "SIMULATED, EVENTUAL, QUORUM, NOTHING, 40",
    "SIMULATED, LINEARIZABLE, LOCKING, NOTHING, 40",
    "SIMULATED, LINEARIZABLE, PRIMARY, DISKS, 40",
    "SHARED, LINEARIZABLE, PRIMARY, NOTHING, 6",
    "SHARED, LINEARIZABLE, PRIMARY, DISKS, 4",
    "DEDICATED, LINEARIZABLE, PRIMARY, NOTHING, 6",
    "DEDICATED, LINEARIZABLE, PRIMARY, DISKS, 4"
  })
  void aMethodThatThrowsStopsNoMoreThanItsNode(
      String placement, String level, String how, Story.With with, int rounds) {
    Bomb.Once counting = new Bomb.Once(Long.MAX_VALUE);
    tell(placement, level, how, with, "nothing throws", counting);
    long[] calls = drawn(rounds, counting.calls());
    for (long call : calls) {
      tell(placement, level, how, with, "call " + call + " throws", new Bomb.Once(call));
    }
    System.out.printf(
        "%s, with %s: %d of the %d calls of a story have thrown%n",
        placement, with, calls.length, counting.calls());
  }

  @ParameterizedTest
  @CsvSource({
    "SIMULATED, LINEARIZABLE, PRIMARY, 60",
    "SIMULATED, SEQUENTIAL, TOTAL_ORDER, 40",
    "SHARED, LINEARIZABLE, PRIMARY, 6",
    "DEDICATED, LINEARIZABLE, PRIMARY, 6"
  })
  void whatIsTheUsersAndThrowsStopsNoMoreThanANode(
      String placement, String level, String how, int rounds) {
    Bomb.OnceByGuests counting = new Bomb.OnceByGuests(Long.MAX_VALUE, false);
    tell(placement, level, how, Story.With.GUESTS, "nothing throws", counting);
    assertThat(counting.kinds())
        .containsOnlyKeys(
            "codec",
            "datalet",
            "datalet factory",
            "delay",
            "listener",
            "step that depends on an answer",
            "trace");
    long[] calls = drawn(rounds, counting.calls());
    for (long call : calls) {
      boolean isError = call % 2 == 1;
      String title = "the user's call " + call + (isError ? " ends memory" : " throws");
      tell(placement, level, how, Story.With.GUESTS, title, new Bomb.OnceByGuests(call, isError));
    }
    System.out.printf(
        "%s: %d of the %d calls of the user's parts have thrown: %s%n",
        placement, calls.length, counting.calls(), counting.kinds());
  }

  /** What is done by a timer is done again, and a thread that could not be started is started. */
  @ParameterizedTest
  @CsvSource({
    "SIMULATED, Coordinator, tick",
    "SIMULATED, Coordinator, onBeat",
    "SIMULATED, MemberAgent, beat",
    "SHARED, Coordinator, tick",
    "SHARED, MemberAgent, beat",
    "SHARED, AnswersPool$AnswersThread, <init>",
    "SHARED, AnswersPool$AnswersThread, start",
    "SHARED, Threads, daemon",
    "DEDICATED, Coordinator, tick",
    "DEDICATED, MemberAgent, beat",
    "DEDICATED, AnswersPool$AnswersThread, <init>",
    "DEDICATED, AnswersPool$AnswersThread, start",
    "DEDICATED, Threads, daemon"
  })
  void whatThrowsOnceIsDoneTheNextTime(String placement, String type, String method) {
    assumeTrue(
        !method.equals("start") || Runtime.version().feature() < 19,
        "newer JDKs start the threads of a pool without this method");
    Bomb.FirstOf once = new Bomb.FirstOf(type, method);
    String title = type + "." + method + " throws once";
    for (int i = 0; i < STORIES && once.thrown() == null; i++) { // not each needs the thread
      tell(placement, "LINEARIZABLE", "PRIMARY", Story.With.NOTHING, title, once);
    }
    assertThat(once.thrown()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"SIMULATED, LINEARIZABLE, PRIMARY, 1", "SHARED, LINEARIZABLE, PRIMARY, 7"})
  void aStackThatEndsStopsNoMoreThanANode(String placement, String level, String how, int every) {
    Story.With with = Story.With.NOTHING;
    Bomb.Floor measuring = new Bomb.Floor(Integer.MAX_VALUE);
    tell(placement, level, how, with, "no stack ends", measuring);
    assertThat(measuring.deepest()).isGreaterThan(10);
    int step = ROUNDS == 0 ? every : 1;
    for (int depth = step; depth <= measuring.deepest(); depth += step) {
      String title = "the stack ends at depth " + depth;
      tell(placement, level, how, with, title, new Bomb.Floor(depth));
    }
  }

  @Test
  void timersAreDueAsTheyWereAskedForAgainAfterAStackHadEnded() throws Exception {
    Method tell =
        CORE.loadClass("io.kvstore.core.throwing.StoryOfTimers")
            .getMethod("tell", long.class, IntConsumer.class, Runnable.class);
    IntConsumer arm = depth -> Bomb.arm(new Bomb.Floor(depth));
    for (long seed = SEED; seed < SEED + TIMER_STORIES; seed++) {
      tell.invoke(null, seed, arm, (Runnable) Bomb::disarm);
    }
  }

  @Test
  void theCoreIsInstrumented() {
    tell(
        "SIMULATED",
        "LINEARIZABLE",
        "PRIMARY",
        Story.With.NOTHING,
        "nothing throws",
        new Bomb.Once(Long.MAX_VALUE));
    assertThat(CORE.classes()).isGreaterThan(100);
  }
}
