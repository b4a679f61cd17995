package io.kvstore.server.client;

import io.kvstore.server.client.Screen.Style;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import picocli.CommandLine;

/** Reads commands line by line and performs them, until the end. */
final class Shell {
  private static final String COMMENT = "#";

  private final Remote remote;
  private final Screen screen;
  private final CommandLine commands;
  private final Parser parser = new DefaultParser().eofOnUnclosedQuote(true);
  private int lastCode;

  /**
   * A shell.
   *
   * @param remote the server that its commands ask, unless they are told otherwise
   * @param screen where they write
   * @param told the options of the shell, which hold for them
   */
  Shell(Remote remote, Screen screen, Map<String, String> told) {
    this.remote = remote;
    this.screen = screen;
    commands = ShellCommands.commandLine(screen, told);
  }

  /** Talks to a person. History is kept in a file if there is one, and otherwise for the while. */
  int talk(Terminal terminal, Optional<Path> history) {
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .appName("kvstore")
            .terminal(terminal)
            .parser(parser)
            .completer(new Completion(commands, remote))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.HISTORY_IGNORE_SPACE, true);
    history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    LineReader reader = builder.build();
    screen.line(
        "Asks " + remote.base() + ". 'help' lists the commands, Tab completes, 'exit' ends.");
    screen.out().flush();
    while (true) {
      try {
        if (!perform(reader.readLine(prompt()), terminal)) {
          return 0;
        }
      } catch (UserInterruptException interrupted) {
        // Ctrl-C at the prompt: the line is forgotten.
      } catch (EndOfFileException end) {
        return 0;
      }
    }
  }

  private String prompt() {
    URI base = remote.base();
    return screen.paint(Style.WELL, base.getAuthority()) + "> ";
  }

  /** Ctrl-C ends the command, not the shell. */
  private boolean perform(String line, Terminal terminal) {
    Thread performing = Thread.currentThread();
    SignalHandler before = terminal.handle(Signal.INT, signal -> performing.interrupt());
    try {
      return perform(line);
    } finally {
      boolean unused = Thread.interrupted();
      terminal.handle(Signal.INT, before);
    }
  }

  /** Performs the lines of a file or pipe; the exit code is that of the last command. */
  int perform(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!perform(line)) {
        break;
      }
    }
    return lastCode;
  }

  /** Performs one line; false when it is the end. */
  private boolean perform(String line) {
    PrintWriter out = screen.out();
    try {
      List<String> words = parser.parse(line, 0, Parser.ParseContext.ACCEPT_LINE).words();
      List<String> given =
          words.stream().filter(word -> !word.isEmpty() || words.size() > 1).toList();
      if (given.isEmpty() || line.strip().startsWith(COMMENT)) {
        return true;
      }
      if (ShellCommands.ENDS.contains(given.get(0))) {
        return false;
      }
      lastCode = commands.execute(given.toArray(String[]::new));
    } catch (SyntaxError unclear) {
      lastCode = Trouble.USAGE;
      out.println("a quote or an escape is not closed");
    }
    out.flush();
    return true;
  }
}
