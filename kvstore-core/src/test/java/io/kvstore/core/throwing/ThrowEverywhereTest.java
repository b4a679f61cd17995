package io.kvstore.core.throwing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every method of the core is made to throw, one at a time, while a store works: as when memory
 * ends, wherever it does; and every depth of a caller's stack is made its end.
 *
 * <p>{@code -Dkvstore.throwing.rounds=100000} makes as many rounds as there are calls in the story.
 */
@ResourceLock("bomb")
final class ThrowEverywhereTest {
  private static final int ROUNDS = Integer.getInteger("kvstore.throwing.rounds", 0);
  private static final long SEED = Long.getLong("kvstore.throwing.seed", 1);
  private static final Instrumented CORE = new Instrumented();

  private static void tell(
      String placement, String level, String how, String title, Bomb.Fuse fuse) {
    try {
      Method tell =
          CORE.loadClass("io.kvstore.core.throwing.Story")
              .getMethod(
                  "tell",
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
          title,
          (Runnable) () -> Bomb.arm(fuse),
          (Runnable) Bomb::disarm);
    } catch (InvocationTargetException thrown) {
      AssertionError failure =
          new AssertionError(placement + " " + level + ", " + title, thrown.getCause());
      Error planted = fuse.thrown();
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

  @ParameterizedTest
  @CsvSource({
    "SIMULATED, LINEARIZABLE, PRIMARY, 100",
    "SIMULATED, SEQUENTIAL, TOTAL_ORDER, 60",
    "SHARED, LINEARIZABLE, PRIMARY, 6",
    "DEDICATED, LINEARIZABLE, PRIMARY, 6"
  })
  void aMethodThatThrowsStopsNoMoreThanItsNode(
      String placement, String level, String how, int rounds) {
    Bomb.Once counting = new Bomb.Once(Long.MAX_VALUE);
    tell(placement, level, how, "nothing throws", counting);
    long calls = counting.calls();
    int planned = ROUNDS == 0 ? rounds : ROUNDS;
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < planned; round++) {
      long call = planned >= calls ? round : random.nextLong(calls);
      if (call < calls) {
        tell(placement, level, how, "call " + call + " throws", new Bomb.Once(call));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"SIMULATED, LINEARIZABLE, PRIMARY, 1", "SHARED, LINEARIZABLE, PRIMARY, 7"})
  void aStackThatEndsStopsNoMoreThanANode(String placement, String level, String how, int every) {
    Bomb.Floor measuring = new Bomb.Floor(Integer.MAX_VALUE);
    tell(placement, level, how, "no stack ends", measuring);
    assertThat(measuring.deepest()).isGreaterThan(10);
    int step = ROUNDS == 0 ? every : 1;
    for (int depth = step; depth <= measuring.deepest(); depth += step) {
      tell(placement, level, how, "the stack ends at depth " + depth, new Bomb.Floor(depth));
    }
  }

  @Test
  void theCoreIsInstrumented() {
    tell("SIMULATED", "LINEARIZABLE", "PRIMARY", "nothing throws", new Bomb.Once(Long.MAX_VALUE));
    assertThat(CORE.classes()).isGreaterThan(100);
  }
}
