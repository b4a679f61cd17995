package io.kvstore.rocksdb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a test needs to start another JVM with the classes of its own. */
final class OwnJvm {
  private OwnJvm() {}

  /**
   * A JVM like this one, with its classes.
   *
   * @param libraries where it puts the native library: a process that is killed leaves it there
   * @param options and the main class with its arguments
   */
  static ProcessBuilder with(Path libraries, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath()));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("ROCKSDB_SHAREDLIB_DIR", libraries.toString());
    return builder;
  }

  private static String classPath() {
    return Stream.of("java.class.path", "jdk.module.path", "surefire.test.class.path")
        .map(name -> System.getProperty(name, ""))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(System.getProperty("path.separator")));
  }
}
