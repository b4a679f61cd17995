package io.kvstore.server.client;

import static java.util.Objects.requireNonNull;

import io.kvstore.KVStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** How a command says that it failed: a line, and an exit code. */
public final class Errors {
  private static final int FAILED = 1;

  private Errors() {}

  /** Shows errors of a parser, and of its commands, in this way. */
  public static void showThoseOf(CommandLine command) {
    command.setExecutionExceptionHandler((failed, line, parsed) -> failed(failed, line));
    command.setParameterExceptionHandler((wrong, given) -> misused(wrong));
  }

  private static int misused(ParameterException wrong) {
    CommandLine line = wrong.getCommandLine();
    String name = line.getCommandSpec().qualifiedName().strip();
    line.getErr().println(line.getColorScheme().errorText(wrong.getMessage()));
    line.getErr().println("Try '" + (name + " --help").strip() + "'.");
    line.getErr().flush();
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Exception failed, CommandLine line) {
    line.getErr().println(line.getColorScheme().errorText(reason(failed)));
    line.getErr().flush();
    return Trouble.in(failed).map(Trouble::code).orElse(FAILED);
  }

  private static String reason(Exception failed) {
    if (failed instanceof UncheckedIOException unchecked) {
      return reason(requireNonNull(unchecked.getCause()));
    }
    if (failed instanceof FileSystemException file) {
      return reason(file);
    }
    if (failed instanceof IOException
        || failed instanceof IllegalArgumentException
        || failed instanceof IllegalStateException
        || failed instanceof KVStoreException) {
      return Optional.ofNullable(failed.getMessage()).orElse("it is not known why");
    }
    return failed.getClass().getSimpleName() + ": " + failed.getMessage();
  }

  /** Its message is often the name of the file alone. */
  private static String reason(FileSystemException failed) {
    String said = failed.getReason();
    String why = said == null ? failed.getClass().getSimpleName() : said;
    return "cannot use "
        + failed.getFile()
        + ": "
        + (failed instanceof NoSuchFileException ? "there is no such file or folder" : why);
  }
}
