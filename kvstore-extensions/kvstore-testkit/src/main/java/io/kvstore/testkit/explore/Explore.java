package io.kvstore.testkit.explore;

import io.kvstore.Consistency;
import io.kvstore.testkit.campaign.Cell;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The command that explores all that can happen in a small store. */
public final class Explore {
  private static final String HELP =
      """
      Explores all that can happen in a small store within bounds, and checks that it keeps the
      promise of its cell; or prints a shortest trace that breaks it.

        --cell NAME           the cell, such as PRIMARY-LINEARIZABLE
        --nodes NUMBER        each with a replica (3)
        --client "n0: STEPS"  a client that begins at this node; can be given several times. Steps
                              are separated by semicolons: get KEY, put KEY VALUE,
                              putifabsent KEY VALUE, append KEY TEXT, add KEY NUMBER, remove KEY,
                              and at NODE, to go on there
                              ("n0: put x 1; get x" and "n1: put x 2; get x")
        --crashes NUMBER      how many nodes crash at the most (0)
        --restarts NUMBER     how many of these start again (0)
        --losses NUMBER       how many messages are lost (0)
        --repetitions NUMBER  how many messages arrive twice (0)
        --timeouts NUMBER     how often time goes on (2)
        --early NUMBER        how often of these while something else could happen (1)
        --against LEVEL       looks for what this level forbids instead
        --reordering yes      links do not keep the order of messages
        --view-changes yes    messages of view changes are choices, too
        --shortest no         ends with the first trace that is found
        --depth NUMBER        no run has more decisions (200)
        --states NUMBER       ends after so many states (5000000)
        --seconds NUMBER      ends after this time (600)
        --threads NUMBER      instead of one for each core
        --replay "DECISIONS"  plays one trace instead
        --help                prints this

      Ends with 0 if no promise is broken within these bounds, 1 if one is, 2 if a limit was reached
      before all was explored, 4 if it is not understood.
      """;
  private static final Set<String> OPTIONS =
      Set.of(
          "--cell",
          "--nodes",
          "--crashes",
          "--restarts",
          "--losses",
          "--repetitions",
          "--timeouts",
          "--early",
          "--against",
          "--reordering",
          "--view-changes",
          "--shortest",
          "--depth",
          "--states",
          "--seconds",
          "--threads",
          "--replay");
  private static final List<String> USUAL_CLIENTS =
      List.of("n0: put x 1; get x", "n1: put x 2; get x");
  private static final long TELL_EVERY_NANOS = 5_000_000_000L;
  private static final int BROKEN = 1;
  private static final int NOT_EXHAUSTED = 2;
  private static final int MISUSED = 4;

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> options = new HashMap<>();
  private final List<String> clients = new ArrayList<>();
  private long told = System.nanoTime();

  private Explore(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** The command; see {@code --help}. */
  public static void main(String[] arguments) {
    int code = run(arguments, System.out, System.err);
    System.out.flush();
    System.exit(code);
  }

  /** The command without the end of the JVM: answers the exit code. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    if (List.of(arguments).contains("--help")) {
      out.print(HELP);
      return 0;
    }
    Explore command = new Explore(out, err);
    try {
      command.understand(arguments);
      return command.run();
    } catch (IllegalArgumentException misused) {
      err.println(misused.getMessage());
      err.print(HELP);
      return MISUSED;
    }
  }

  private void understand(String[] arguments) {
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("expected a value after " + arguments[i]);
      }
      if (arguments[i].equals("--client")) {
        clients.add(arguments[i + 1]);
      } else if (OPTIONS.contains(arguments[i])) {
        options.put(arguments[i], arguments[i + 1]);
      } else {
        throw new IllegalArgumentException("no such option: " + arguments[i]);
      }
    }
    if (!options.containsKey("--cell")) {
      throw new IllegalArgumentException("expected --cell with one of " + Cell.all());
    }
  }

  private Optional<Integer> number(String option) {
    return Optional.ofNullable(options.get(option)).map(text -> number(option, text));
  }

  private static int number(String option, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException("expected a number after " + option + ", found " + text);
    }
  }

  private boolean isYes(String option) {
    return options.getOrDefault(option, "no").equals("yes");
  }

  private Explorer explorer() {
    Explorer all = Explorer.of(Cell.named(options.getOrDefault("--cell", "")));
    for (String client : clients.isEmpty() ? USUAL_CLIENTS : clients) {
      all = client(all, client);
    }
    all = number("--nodes").map(all::nodes).orElse(all);
    all = number("--crashes").map(all::crashes).orElse(all);
    all = number("--restarts").map(all::restarts).orElse(all);
    all = number("--losses").map(all::losses).orElse(all);
    all = number("--repetitions").map(all::repetitions).orElse(all);
    all = number("--timeouts").map(all::timeouts).orElse(all);
    all = number("--early").map(all::earlyTimeouts).orElse(all);
    all =
        Optional.ofNullable(options.get("--against"))
            .map(Consistency::parse)
            .map(all::against)
            .orElse(all);
    all = isYes("--reordering") ? all.reordering() : all;
    all = isYes("--view-changes") ? all.viewChanges() : all;
    all = options.getOrDefault("--shortest", "yes").equals("no") ? all.anyTrace() : all;
    all = number("--depth").map(all::depth).orElse(all);
    all = number("--states").map(all::states).orElse(all);
    all = number("--seconds").map(Duration::ofSeconds).map(all::within).orElse(all);
    return all.threads(
        number("--threads").orElseGet(() -> Runtime.getRuntime().availableProcessors()));
  }

  private static Explorer client(Explorer explorer, String text) {
    String[] parts = text.split(":", 2);
    if (parts.length < 2 || !parts[0].strip().matches("n\\d{1,2}")) {
      throw new IllegalArgumentException("expected a client such as \"n0: get x\", found " + text);
    }
    return explorer.client(
        number("--client", parts[0].strip().substring(1)), parts[1].split(";", -1));
  }

  private int run() {
    Explorer explorer = explorer();
    return options.containsKey("--replay")
        ? replay(explorer, options.getOrDefault("--replay", ""))
        : explore(explorer);
  }

  private int replay(Explorer explorer, String trace) {
    Replayed replayed = explorer.replay(trace);
    out.println(replayed);
    return replayed.finding().isPresent() ? BROKEN : 0;
  }

  private int explore(Explorer explorer) {
    out.println(explorer);
    Exploration explored = explorer.progress(this::tell).explore();
    out.println(explored.inWords());
    return switch (explored.outcome()) {
      case NONE_WITHIN_THESE_BOUNDS -> 0;
      case BROKEN -> BROKEN;
      case BOUNDS_NOT_EXHAUSTED -> NOT_EXHAUSTED;
    };
  }

  private void tell(Progress progress) {
    if (System.nanoTime() - told > TELL_EVERY_NANOS) {
      told = System.nanoTime();
      err.println(progress + ", " + progress.open() + " of them still to be looked at");
    }
  }
}
