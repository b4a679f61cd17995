package io.kvstore.ratis;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * A bug that is planted into this module: pieces of its source are replaced, their files compiled
 * anew, and a test is run with the module loaded once more around them. The module does not know.
 *
 * @param name what the bug does
 * @param changes what is replaced
 * @param test the class of the test that must find it
 * @param method its method
 */
record PlantedBug(String name, List<Change> changes, String test, String method) {
  private static final Path SOURCES = Path.of("src", "main", "java", "io", "kvstore", "ratis");

  /** A piece of a file, which is there exactly once, and what stands there instead. */
  record Change(String file, String original, String replacement) {
    private String in(String source) {
      int at = source.indexOf(original);
      if (at < 0 || source.indexOf(original, at + 1) >= 0) {
        throw new IllegalStateException(file + " must have this exactly once: " + original);
      }
      return source.replace(original, replacement);
    }
  }

  static PlantedBug of(
      String name, String file, String original, String replacement, String test, String method) {
    return new PlantedBug(name, List.of(new Change(file, original, replacement)), test, method);
  }

  PlantedBug with(String file, String original, String replacement) {
    List<Change> all = new ArrayList<>(changes);
    all.add(new Change(file, original, replacement));
    return new PlantedBug(name, List.copyOf(all), test, method);
  }

  /** Runs the test with the bug in the module; returns how often it failed. */
  long failures(Path folder) {
    compile(folder);
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    try (URLClassLoader loader = new ChildFirst(folder)) {
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

  private void compile(Path folder) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      Map<String, String> changed = new LinkedHashMap<>();
      for (Change change : changes) {
        String source = changed.get(change.file());
        changed.put(
            change.file(),
            change.in(source == null ? Files.readString(SOURCES.resolve(change.file())) : source));
      }
      List<Path> sources = new ArrayList<>();
      for (Map.Entry<String, String> each : changed.entrySet()) {
        sources.add(Files.writeString(folder.resolve(each.getKey()), each.getValue()));
      }
      List<String> options =
          List.of("-proc:none", "-nowarn", "-cp", OwnJvm.classPath(), "-d", folder.toString());
      if (!compiler
          .getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
          .call()) {
        throw new IllegalStateException(name + " does not compile: " + said);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Loads this module and its tests anew, and shares everything else. */
  private static final class ChildFirst extends URLClassLoader {
    private static final String PACKAGE = "io.kvstore.ratis.";

    ChildFirst(Path folder) throws IOException {
      super(
          new URL[] {
            folder.toUri().toURL(), locationOf(RatisEngine.class), locationOf(PlantedBug.class)
          },
          PlantedBug.class.getClassLoader());
    }

    private static URL locationOf(Class<?> type) {
      return type.getProtectionDomain().getCodeSource().getLocation();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PACKAGE)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
