package io.kvstore.examples.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Trials in the order in which they are performed, fork by fork. */
public final class Plan {
  private static final double OVERHEAD_SECONDS = 1.2; // a JVM starts, and fills
  private static final double OVERHEAD_OF_PEERS_SECONDS = 5;

  private final Fork fork;
  private final int forks;
  private final List<Planned> trials = new ArrayList<>();
  private boolean hasFailures;

  /** An empty plan. */
  public Plan(Fork fork, int forks) {
    this.fork = fork;
    this.forks = forks;
  }

  private record Planned(Trial trial, int forks) {}

  /** Adds a trial to each fork. Those of one cell are to follow each other. */
  public void add(Trial trial) {
    add(trial, forks);
  }

  /** Adds a trial to the first so many forks. */
  public void add(Trial trial, int itsForks) {
    trials.add(new Planned(trial, itsForks));
  }

  /** Performs all, and tells of each as it ends; the file has all that is known so far. */
  public Results perform(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    double seconds = trials.stream().mapToDouble(each -> each.forks * seconds(each.trial)).sum();
    int number = trials.stream().mapToInt(Planned::forks).sum();
    say(
        "%d trials, each in a JVM of its own, about %.0f minutes; Java: %s; seeds from %d%n",
        number,
        Math.ceil(seconds / 60),
        fork.java(),
        trials.isEmpty() ? 0 : trials.get(0).trial.seed());
    Results results = new Results();
    int done = 0;
    for (int round = 0; round < forks; round++) {
      for (Planned planned : trials) {
        if (round < planned.forks) {
          Trial trial = planned.trial.seeded(planned.trial.seed() + round);
          say("[%d/%d] %-42s %-38s ", ++done, number, trial.system(), trial.inWords());
          Optional<Figures> figures = fork.run(trial);
          hasFailures |= figures.isEmpty();
          if (figures.isPresent()) {
            results.add(trial, round, figures.get());
            results.writeTo(file, fork.java());
            tell(figures.get());
          }
        }
      }
    }
    return results;
  }

  private static void tell(Figures figures) {
    say(
        "%,11.0f /s   p50 %8.1f   p99 %8.1f   max %9.1f us   %6.0f B%n",
        figures.perSecond(),
        figures.p50(),
        figures.p99(),
        figures.longest(),
        figures.bytesPerOperation());
  }

  /** Whether a trial gave no figures. */
  public boolean hasFailures() {
    return hasFailures;
  }

  private static double seconds(Trial trial) {
    double measured = (trial.warmMillis() + 2.0 * trial.millis()) / 1_000;
    return measured
        + (Systems.isPeer(trial.system()) ? OVERHEAD_OF_PEERS_SECONDS : OVERHEAD_SECONDS);
  }

  private static void say(String format, Object... arguments) {
    System.out.print(String.format(Locale.ROOT, format, arguments));
    System.out.flush();
  }
}
