package io.kvstore.server.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The commands of a shell: those of the process, with what the shell was told. */
@Command(
    name = "",
    subcommands = {HelpCommand.class, ShellCommands.Exit.class},
    description = "Commands that ask the server:")
final class ShellCommands {
  /** What ends a shell. */
  static final List<String> ENDS = List.of("exit", "quit");

  private final Screen screen;

  private ShellCommands(Screen screen) {
    this.screen = screen;
  }

  /** {@code exit}: is listed with the commands, and performed by the shell. */
  @Command(name = "exit", aliases = "quit", description = "Ends the shell.")
  static final class Exit implements Runnable {
    @Override
    public void run() {
      throw new IllegalStateException("a shell ends by itself");
    }
  }

  /**
   * The parser of them.
   *
   * @param told the options of the shell, which hold for each command that is not told otherwise
   */
  static CommandLine commandLine(Screen screen, Map<String, String> told) {
    CommandLine line = new CommandLine(new ShellCommands(screen));
    OneShotCommands.addTo(line);
    Errors.showThoseOf(line);
    line.registerConverter(Duration.class, new Times())
        .setColorScheme(Help.defaultColorScheme(screen.hasColours() ? Help.Ansi.ON : Help.Ansi.OFF))
        .setOut(screen.out())
        .setErr(screen.out())
        .setDefaultValueProvider(
            new IDefaultValueProvider() {
              @Override
              public @Nullable String defaultValue(ArgSpec argument) {
                return argument instanceof OptionSpec option
                    ? told.get(option.longestName())
                    : null;
              }
            });
    return line;
  }

  Screen screen() {
    return screen;
  }
}
