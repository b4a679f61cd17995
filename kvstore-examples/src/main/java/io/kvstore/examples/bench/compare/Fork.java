package io.kvstore.examples.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own for each trial.
 *
 * @param java the binary that runs it
 * @param arguments what it is started with
 * @param prefix a command that runs a command, such as {@code taskset -c 0}; or nothing
 */
public record Fork(String java, List<String> arguments, List<String> prefix) {
  private static final int PATIENCE_SECONDS = 180;

  /** The same Java as this one. */
  public static final Fork DEFAULT =
      new Fork(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          List.of("-Xms1g", "-Xmx2g"),
          List.of());

  /** The same with other arguments. */
  public Fork with(List<String> jvmArguments) {
    return new Fork(java, jvmArguments, prefix);
  }

  /** The same, run by another command. */
  public Fork behind(List<String> command) {
    return new Fork(java, arguments, command);
  }

  /** Performs a trial; nothing when it failed, which is then printed. */
  public Optional<Figures> run(Trial trial) {
    try {
      Path printed = Files.createTempFile("trial", ".txt");
      try {
        boolean hasEnded = waitFor(start(trial, printed.toFile()), trial);
        return answer(trial, Files.readAllLines(printed, StandardCharsets.UTF_8), hasEnded);
      } finally {
        Files.delete(printed);
      }
    } catch (IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  /** Whether it ends in time. It does not outlive the one that waits, either. */
  private static boolean waitFor(Process process, Trial trial) throws InterruptedException {
    Thread end = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      long patience = PATIENCE_SECONDS + 5L * (trial.warmMillis() + trial.millis()) / 1_000;
      return process.waitFor(patience, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }

  private Process start(Trial trial, File printed) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(java);
    command.addAll(arguments);
    command.addAll(Systems.jvmArguments(trial.system()));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    command.add("-Djava.net.preferIPv4Stack=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), TrialRun.class.getName()));
    command.addAll(trial.toColumns());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(printed)
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .start();
  }

  private static Optional<Figures> answer(Trial trial, List<String> lines, boolean hasEnded) {
    for (String line : lines) {
      if (line.startsWith(TrialRun.ANSWER)) {
        String columns = line.substring(TrialRun.ANSWER.length());
        return Optional.of(Figures.ofColumns(List.of(columns.split(",", -1))));
      }
    }
    System.out.println(trial + (hasEnded ? " FAILED:" : " DID NOT END:"));
    lines.stream().limit(40).forEach(line -> System.out.println("    " + line));
    return Optional.empty();
  }
}
