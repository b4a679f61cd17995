package io.kvstore.labs.grading;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.Env;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DynamicTest;

/**
 * A lab: what is to be written, and the steps that grade it, each of which comes after those before
 * it.
 *
 * <p>{@code -Dlab.class=…} grades another class than the skeleton, {@code -Dlab.seeds=…} plays so
 * many seeds in each step, {@code -Dlab.seed=…} plays only that one.
 */
record Lab(int number, Class<? extends Controlet> skeleton, List<Step> steps) {
  private static final Path DRAWINGS = Path.of("target", "labs");

  /** What {@code mvn test -PlabN} runs. */
  List<DynamicTest> tests() {
    ControletFactory protocol = protocolOf(System.getProperty("lab.class", skeleton.getName()));
    AtomicInteger passed = new AtomicInteger();
    List<DynamicTest> tests = new ArrayList<>();
    for (int step = 1; step <= steps.size(); step++) {
      int number = step;
      tests.add(
          dynamicTest(
              titleOf(number),
              () -> {
                assumeTrue(passed.get() == number - 1, "the step before comes first");
                grade(protocol, number);
                passed.set(number);
              }));
    }
    return tests;
  }

  private String titleOf(int step) {
    return "lab " + number + ", step " + step + ", " + steps.get(step - 1).name();
  }

  private void grade(ControletFactory protocol, int number) {
    Step step = steps.get(number - 1);
    Long only = Long.getLong("lab.seed");
    long first = only == null ? 1 : only;
    long seeds = only == null ? Long.getLong("lab.seeds", step.seeds()) : 1;
    long begin = System.nanoTime();
    Optional<Failure> failure = step.check().find(protocol, first, seeds);
    if (failure.isPresent()) {
      throw told(number, failure.get());
    }
    System.out.printf(
        Locale.ROOT,
        "%s: passed, %d seeds in %.1f s%n",
        titleOf(number),
        seeds,
        (System.nanoTime() - begin) / 1e9);
  }

  private AssertionError told(int step, Failure failure) {
    String name = "lab" + this.number + "-step" + step + "-seed" + failure.seed();
    Path drawn = failure.drawing().write(DRAWINGS.resolve(name)).toAbsolutePath();
    String text =
        titleOf(step)
            + ": fails under the seed "
            + failure.seed()
            + ".\n\n"
            + failure.words()
            + "\n\nDrawn in "
            + drawn
            + "\nThis seed again, and nothing else: add -Dlab.seed="
            + failure.seed();
    AssertionError error = new AssertionError(text);
    error.setStackTrace(new StackTraceElement[0]);
    return error;
  }

  /** Makes controlets of a class that has a constructor with an {@link Env}. */
  static ControletFactory protocolOf(String className) {
    try {
      Constructor<?> constructor = Class.forName(className).getConstructor(Env.class);
      return env -> make(constructor, env);
    } catch (ReflectiveOperationException wrong) {
      throw new IllegalArgumentException(
          className + " is no public class with a public constructor that takes an Env", wrong);
    }
  }

  private static Controlet make(Constructor<?> constructor, Env env) {
    try {
      return (Controlet) constructor.newInstance(env);
    } catch (InvocationTargetException thrown) {
      throw new IllegalStateException("the constructor throws", thrown.getCause());
    } catch (ReflectiveOperationException wrong) {
      throw new IllegalStateException(constructor + " cannot be called", wrong);
    }
  }
}
