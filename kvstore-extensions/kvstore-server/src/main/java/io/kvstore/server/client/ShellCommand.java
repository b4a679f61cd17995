package io.kvstore.server.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.spi.SystemStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code shell}: commands one after the other. */
@Command(
    name = "shell",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Reads commands and asks a server to perform them: get, put, remove, scan, watch, status,"
          + " nodes, crash, restart, bench. On a terminal, Tab completes commands, options, keys and"
          + " nodes. From a pipe or file it performs each line; the exit code is that of the last."
    },
    footer = {"", Trouble.CODES})
public final class ShellCommand implements Callable<Integer> {
  private static final String IN_HOME = "";
  private static final String CONNECTION = "connection"; // the field

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final ClientOptions connection = new ClientOptions();

  @Option(
      names = "--history",
      arity = "0..1",
      paramLabel = "FILE",
      fallbackValue = IN_HOME,
      description =
          "Keep the lines that were typed, values included, for the next time: in FILE, or in"
              + " .kvstore_history in the home of the user (not kept). Lines that begin with a space"
              + " are not kept.")
  private @Nullable String history;

  @Option(names = "--no-color", description = "No colours; there are none if NO_COLOR is set.")
  private boolean noColor;

  @Override
  public Integer call() throws IOException {
    Map<String, String> environment = System.getenv();
    Remote remote = connection.remote();
    if (!Screen.isTerminal(SystemStream.Input, environment)
        || !Screen.isTerminal(SystemStream.Output, environment)) {
      PrintWriter out = requireNonNull(spec).commandLine().getOut();
      Screen screen = Screen.ofProcess(out, environment).withoutColours();
      return new Shell(remote, screen, told())
          .perform(new BufferedReader(new InputStreamReader(System.in, UTF_8)));
    }
    try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
      boolean hasColours = !noColor && Screen.mayHaveColours(environment);
      int width = Math.max(20, terminal.getWidth());
      Screen screen = new Screen(terminal.writer(), true, hasColours, width);
      Optional<Path> kept = historyFile();
      int code = new Shell(remote, screen, told()).talk(terminal, kept);
      if (kept.isPresent()) {
        hide(kept.get());
      }
      return code;
    }
  }

  /** How the shell was told to ask holds for its commands. */
  private Map<String, String> told() {
    Map<String, String> told = new LinkedHashMap<>();
    for (OptionSpec option :
        requireNonNull(requireNonNull(spec).mixins().get(CONNECTION)).options()) {
      Object value = option.getValue();
      if (value != null) {
        told.put(
            option.longestName(),
            value instanceof Duration time ? time.toMillis() + "ms" : value.toString());
      }
    }
    return told;
  }

  /** A file of the user's alone: there may be secrets in it. */
  private Optional<Path> historyFile() throws IOException {
    if (history == null) {
      return Optional.empty();
    }
    Path file =
        history.equals(IN_HOME)
            ? Path.of(System.getProperty("user.home"), ".kvstore_history")
            : Path.of(history);
    hide(file);
    return Optional.of(file);
  }

  /** A file that was there, or that was written anew because it was long, may be open to all. */
  static void hide(Path file) throws IOException {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    Set<PosixFilePermission> alone = PosixFilePermissions.fromString("rw-------");
    if (Files.exists(file)) {
      Path unused = Files.setPosixFilePermissions(file, alone);
    } else {
      Path unused = Files.createFile(file, PosixFilePermissions.asFileAttribute(alone));
    }
  }
}
