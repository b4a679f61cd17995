package io.kvstore.examples.scenario;

import io.kvstore.Consistency;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the user asks for.
 *
 * @param file the scenario
 * @param levels at which levels to run it; none for the file's own
 * @param seed what the sleeps are drawn from
 * @param isFast whether sleeps are left out
 * @param listens whether the servers listen on ports, and the clients come over them
 * @param delay how long a message between servers takes at most
 * @param report where the report goes
 */
record Options(
    String file,
    List<Consistency> levels,
    OptionalLong seed,
    boolean isFast,
    boolean listens,
    Duration delay,
    Optional<Path> report) {
  static final String HELP =
      """
      Starts a cluster, lets clients do what a scenario file says, and tells what they saw.

      scenario FILE [OPTION]...

        FILE              a JSON file, described in docs/scenarios.md, or one that comes along:
                          t1-1, t1-2, t1-3 (performance), t2, t3, t4 (correctness)
        --levels A,B,C    runs it at each of these levels and compares them: linearizable,
                          sequential, causal, eventual; all for the four of them
        --report FILE     writes an HTML page with the tables, the chart and the timeline
        --seed NUMBER     draws the same times to sleep as the run that printed this seed
        --delay MILLIS    lets each message between servers take a random time of up to this (100)
        --fast            leaves out the sleeps
        --listen          gives each server a port for memcached's clients, the third that the file
                          names for it, and lets the file's clients come over these ports
        --help            prints this

      Ends with 0 if every level kept its promise, 1 if one did not or it could not be decided,
      2 if the file or the command is not understood, or a port is taken: then nothing was done.
      """;

  private static final int LONGEST_DELAY_MILLIS = 100;

  static Options of(String... arguments) {
    return new Parser().parse(arguments);
  }

  private static final class Parser {
    private final List<String> files = new ArrayList<>();
    private List<Consistency> levels = List.of();
    private OptionalLong seed = OptionalLong.empty();
    private boolean isFast;
    private boolean listens;
    private Duration delay = Duration.ZERO;
    private Optional<Path> report = Optional.empty();

    Options parse(String... arguments) {
      for (int i = 0; i < arguments.length; i++) {
        String argument = arguments[i];
        int equals = argument.indexOf('=');
        if (argument.equals("--fast")) {
          isFast = true;
        } else if (argument.equals("--listen")) {
          listens = true;
        } else if (argument.startsWith("--") && equals > 0) {
          option(argument.substring(0, equals), argument.substring(equals + 1));
        } else if (argument.startsWith("--")) {
          option(argument, i + 1 < arguments.length ? arguments[i + 1] : "");
          i++;
        } else {
          files.add(argument);
        }
      }
      if (files.size() != 1) {
        throw new MistakeException("expected one scenario, found " + files + "; see --help");
      }
      return new Options(files.get(0), levels, seed, isFast, listens, delay, report);
    }

    private void option(String option, String value) {
      switch (option) {
        case "--levels" -> levels = levels(value);
        case "--seed" -> seed = OptionalLong.of(number(option, value));
        case "--delay" -> delay = delay(option, value);
        case "--report" -> report = Optional.of(report(value));
        default -> throw new MistakeException("no such option: " + option + "; see --help");
      }
    }

    private static List<Consistency> levels(String names) {
      if (names.equals("all")) {
        return List.of(Consistency.values());
      }
      List<Consistency> levels = new ArrayList<>();
      for (String name : names.split(",", -1)) {
        try {
          levels.add(Consistency.parse(name));
        } catch (IllegalArgumentException unknown) {
          throw new MistakeException("--levels: " + unknown.getMessage());
        }
      }
      return levels.stream().distinct().toList();
    }

    private static long number(String option, String value) {
      try {
        return Long.parseLong(value);
      } catch (NumberFormatException none) {
        throw new MistakeException(option + ": expected a number, found '" + value + "'");
      }
    }

    private static Duration delay(String option, String value) {
      long millis = number(option, value);
      if (millis < 0 || millis > LONGEST_DELAY_MILLIS) {
        throw new MistakeException(
            option + ": expected from 0 to " + LONGEST_DELAY_MILLIS + ", found " + value);
      }
      return Duration.ofMillis(millis);
    }

    /** It is written after a long run: what can be known of it before is. */
    private static Path report(String name) {
      try {
        Path path = Path.of(name);
        Path folder = path.toAbsolutePath().getParent();
        if (name.isEmpty() || folder == null || !Files.isDirectory(folder)) {
          throw new MistakeException("--report: no folder for a file '" + name + "'");
        }
        if (Files.isDirectory(path)) {
          throw new MistakeException("--report: '" + name + "' is a folder, expected a file");
        }
        return path;
      } catch (InvalidPathException noPath) {
        throw new MistakeException("--report: expected a file: " + noPath.getMessage());
      }
    }
  }
}
