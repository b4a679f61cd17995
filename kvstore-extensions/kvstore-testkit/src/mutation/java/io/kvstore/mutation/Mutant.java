package io.kvstore.mutation;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Classes of which some are mutated: what is tested, loaded once more.
 *
 * <p>Its class loader loads anew what is in the given packages, mutated or not, and shares all
 * else.
 */
public final class Mutant extends URLClassLoader {
  private final List<String> packages;

  private Mutant(List<URL> urls, List<String> packages) {
    super(urls.toArray(URL[]::new), Mutant.class.getClassLoader());
    this.packages = packages;
  }

  /**
   * Compiles mutated classes, and loads what is around them once more.
   *
   * @param sources where the files of the mutations are
   * @param folder for what is compiled
   * @param around classes of all places that the others are loaded from
   * @param packages the packages that are loaded anew
   */
  public static Mutant of(
      Path sources,
      List<Mutation> mutations,
      Path folder,
      List<Class<?>> around,
      List<String> packages) {
    compile(mutated(sources, mutations), folder);
    List<URL> urls = new ArrayList<>();
    try {
      urls.add(folder.toUri().toURL());
    } catch (MalformedURLException impossible) {
      throw new UncheckedIOException(impossible);
    }
    around.forEach(each -> urls.add(each.getProtectionDomain().getCodeSource().getLocation()));
    return new Mutant(urls, List.copyOf(packages));
  }

  /** The sources that are mutated, by their files; each mutation must fit. */
  public static Map<Path, String> mutated(Path sources, List<Mutation> mutations) {
    Map<Path, String> mutated = new LinkedHashMap<>();
    for (Mutation each : mutations) {
      Path file = sources.resolve(each.file());
      mutated.put(file, each.in(mutated.containsKey(file) ? mutated.get(file) : read(file)));
    }
    return mutated;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void compile(Map<Path, String> mutated, Path folder) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    List<String> options =
        List.of("-proc:none", "-nowarn", "-cp", classPath(), "-d", folder.toString());
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources = new ArrayList<>();
      for (Map.Entry<Path, String> each : mutated.entrySet()) {
        sources.add(
            Files.writeString(folder.resolve(each.getKey().getFileName()), each.getValue()));
      }
      if (!compiler
          .getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
          .call()) {
        throw new IllegalStateException("%s do not compile: %s".formatted(sources, said));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String classPath() {
    return Stream.of("java.class.path", "jdk.module.path", "surefire.test.class.path")
        .map(name -> System.getProperty(name, ""))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(System.getProperty("path.separator")));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (packages.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }
}
