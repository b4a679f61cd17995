package io.kvstore.core;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a test needs to start another JVM with the classes of its own. */
public final class OwnJvm {
  private OwnJvm() {}

  /** The command that starts a JVM like this one. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** All that this JVM has its classes from, wherever it was told. */
  public static String classPath() {
    return Stream.of("java.class.path", "jdk.module.path", "surefire.test.class.path")
        .map(name -> System.getProperty(name, ""))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(System.getProperty("path.separator")));
  }
}
