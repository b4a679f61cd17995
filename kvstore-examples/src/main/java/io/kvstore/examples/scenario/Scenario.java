package io.kvstore.examples.scenario;

import io.kvstore.Consistency;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** The command that runs a scenario file; see {@code --help}. */
public final class Scenario {
  private static final int BROKEN = 1;
  private static final int MISUSED = 2;
  private static final int MOST_TOLD = 200;
  private static final int SEEDS = 1_000_000;

  private final Options options;
  private final ScenarioFile file;
  private final long seed;
  private final Script script;
  private final PrintStream out;

  private Scenario(Options options, ScenarioFile file, PrintStream out) {
    this.options = options;
    this.file = file;
    this.out = out;
    seed = options.seed().orElseGet(() -> new SplittableRandom().nextInt(SEEDS));
    Script drawn = Script.of(file, seed);
    script = options.isFast() ? drawn.awake() : drawn;
  }

  /** The command. */
  public static void main(String... arguments) {
    int code = run(arguments, System.out, System.err);
    System.out.flush();
    if (code != 0) {
      System.exit(code);
    }
  }

  /** The command without the end of the JVM: answers the exit code. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    if (List.of(arguments).contains("--help")) {
      out.print(Options.HELP);
      return 0;
    }
    try {
      Options options = Options.of(arguments);
      ScenarioFile file = ScenarioReader.open(options.file());
      if (options.listens()) {
        Doors.requireNamesForMemcached(file);
      }
      return new Scenario(options, file, out).run();
    } catch (MistakeException mistake) {
      err.println("scenario: " + mistake.getMessage());
      return MISUSED;
    } catch (IOException unwritten) {
      err.println("scenario: the report cannot be written: " + unwritten);
      return BROKEN;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      err.println("scenario: interrupted");
      return BROKEN;
    }
  }

  private int run() throws IOException, InterruptedException {
    out.println(
        "Scenario "
            + file.name()
            + (file.description().isEmpty() ? "" : ": " + file.description()));
    out.printf(
        Locale.ROOT,
        "%d servers, %d clients, %,d steps; --seed %d draws the same sleeps again%n",
        file.servers(),
        script.parts().size(),
        script.steps(),
        seed);
    List<Judgement> judgements = new ArrayList<>();
    for (Consistency level :
        options.levels().isEmpty() ? List.of(file.level()) : options.levels()) {
      judgements.add(judge(level));
    }
    out.println();
    Tables.columns(Tables.figures(judgements)).forEach(out::println);
    out.println();
    Tables.columns(Tables.verdicts(judgements)).forEach(out::println);
    out.println();
    judgements.forEach(judgement -> out.println(judgement.promiseInASentence()));
    if (options.report().isPresent()) {
      Path path = options.report().get();
      Files.writeString(path, new Report(file, script, judgements, command()).html());
      out.println("Report: " + path);
    }
    return judgements.stream().allMatch(Judgement::isPromiseKept) ? 0 : BROKEN;
  }

  private Judgement judge(Consistency level) throws InterruptedException {
    Run run = new Run(file, level, options.listens());
    run.warmUp(script, Progress.unseen(out));
    Progress progress =
        new Progress(out, Progress.isOnTerminal(), Outcome.nameOf(level), script.steps());
    Outcome outcome = run.perform(script, options.delay(), progress, out::println);
    if (outcome.history().size() <= MOST_TOLD) {
      out.println();
      out.println("What the clients of the " + outcome.levelName() + " store saw:");
      Sightings.of(outcome.history(), script).forEach(line -> out.println("  " + line));
    }
    return Judgement.of(outcome);
  }

  /** The options that do the same again. */
  private String command() {
    StringBuilder command = new StringBuilder("scenario ").append(file.name());
    if (!options.levels().isEmpty()) {
      command.append(" --levels ");
      command.append(String.join(",", options.levels().stream().map(Outcome::nameOf).toList()));
    }
    if (!options.delay().isZero()) {
      command.append(" --delay ").append(options.delay().toMillis());
    }
    return command
        .append(" --seed ")
        .append(seed)
        .append(options.isFast() ? " --fast" : "")
        .append(options.listens() ? " --listen" : "")
        .toString();
  }
}
