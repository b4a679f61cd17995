package io.kvstore.ratis;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.kvstore.mutation.Mutant;
import io.kvstore.mutation.Mutation;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * A bug that is planted into this module: a method does otherwise, its class is compiled anew, and
 * a test is run with the module loaded once more around it. The module does not know.
 *
 * @param name what the bug does
 * @param mutations what methods do otherwise
 * @param test the class of the test that must find it
 * @param method its method
 */
record PlantedBug(String name, List<Mutation> mutations, String test, String method) {
  private static final Path SOURCES = Path.of("src", "main", "java", "io", "kvstore", "ratis");

  static PlantedBug of(String name, String file, String sentence, String test, String method) {
    return new PlantedBug(name, List.of(Mutation.of(file, sentence)), test, method);
  }

  PlantedBug with(String file, String sentence) {
    List<Mutation> all = new ArrayList<>(mutations);
    all.add(Mutation.of(file, sentence));
    return new PlantedBug(name, List.copyOf(all), test, method);
  }

  /** Runs the test with the bug in the module; returns how often it failed. */
  long failures(Path folder) {
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    try (Mutant loader =
        Mutant.of(
            SOURCES,
            mutations,
            folder,
            List.of(RatisEngine.class, PlantedBug.class),
            List.of("io.kvstore.ratis."))) {
      current.setContextClassLoader(loader);
      Class<?> testClass = loader.loadClass("io.kvstore.ratis." + test);
      Method tested =
          Stream.concat(
                  Arrays.stream(testClass.getDeclaredMethods()),
                  Arrays.stream(testClass.getMethods()))
              .filter(each -> each.getName().equals(method))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException(test + " has no test " + method));
      SummaryGeneratingListener summary = new SummaryGeneratingListener();
      Launcher launcher = LauncherFactory.create();
      launcher.execute(
          LauncherDiscoveryRequestBuilder.request()
              .selectors(selectMethod(testClass, tested))
              .build(),
          summary);
      if (summary.getSummary().getTestsFoundCount() == 0) {
        throw new IllegalStateException(test + "." + method + " was not run");
      }
      return summary.getSummary().getTotalFailureCount();
    } catch (ReflectiveOperationException | IOException impossible) {
      throw new IllegalStateException(impossible);
    } finally {
      current.setContextClassLoader(before);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
