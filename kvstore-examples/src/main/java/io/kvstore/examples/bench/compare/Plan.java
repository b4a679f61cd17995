package io.kvstore.examples.bench.compare;

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
  private final List<Trial> trials = new ArrayList<>();
  private boolean hasFailures;

  /** An empty plan. */
  public Plan(Fork fork, int forks) {
    this.fork = fork;
    this.forks = forks;
  }

  /** Adds a trial to each fork. Those of one cell are to follow each other. */
  public void add(Trial trial) {
    trials.add(trial);
  }

  /** Performs all, and tells of each as it ends. */
  public Results perform() {
    double seconds = trials.stream().mapToDouble(Plan::seconds).sum() * forks;
    say(
        "%d trials, each in a JVM of its own, about %.0f minutes; Java: %s; seeds from %d%n",
        trials.size() * forks,
        Math.ceil(seconds / 60),
        fork.java(),
        trials.isEmpty() ? 0 : trials.get(0).seed());
    Results results = new Results();
    int number = 0;
    for (int round = 0; round < forks; round++) {
      for (Trial planned : trials) {
        Trial trial = planned.seeded(planned.seed() + round);
        say(
            "[%d/%d] %-42s %-38s ",
            ++number, trials.size() * forks, trial.system(), trial.inWords());
        Optional<Figures> figures = fork.run(trial);
        hasFailures |= figures.isEmpty();
        if (figures.isPresent()) {
          results.add(trial, round, figures.get());
          tell(figures.get());
        }
      }
    }
    return results;
  }

  private static void tell(Figures figures) {
    say(
        "%,11.0f /s   p50 %8.1f   p99 %8.1f   max %9.1f us   %6.0f B%n",
        figures.perSecond(),
        Math.max(figures.writes().p50(), figures.reads().p50()),
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
