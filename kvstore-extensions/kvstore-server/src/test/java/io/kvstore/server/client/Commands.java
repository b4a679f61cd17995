package io.kvstore.server.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of the process, without the process. */
final class Commands {
  /**
   * What a command has done.
   *
   * @param code its exit code
   * @param out what it has printed
   * @param err what it has printed beside
   */
  record Done(int code, String out, String err) {}

  @Command(name = "kvstore-server")
  private static final class Root {}

  private Commands() {}

  static Done run(String... arguments) {
    return run(new StringWriter(), arguments);
  }

  /**
   * Performs a command.
   *
   * @param out sees what it prints as it prints it
   */
  static Done run(StringWriter out, String... arguments) {
    CommandLine line = new CommandLine(new Root());
    OneShotCommands.addTo(line);
    Errors.showThoseOf(line);
    StringWriter err = new StringWriter();
    int code =
        line.registerConverter(Duration.class, new Times())
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Done(code, out.toString(), err.toString());
  }
}
