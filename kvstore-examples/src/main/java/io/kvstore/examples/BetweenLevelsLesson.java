package io.kvstore.examples;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.testkit.campaign.Campaign;
import io.kvstore.testkit.campaign.Counterexample;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Operation;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What lies between two levels: the smallest thing that was found which the weaker one allows and
 * the stronger one forbids, in the real protocols.
 *
 * <p>These scenarios were not thought up. Each is drawn from a seed, with 40 operations and some
 * faults; the first whose history is not what the stronger level promises is made smaller for as
 * long as that stays so.
 */
public final class BetweenLevelsLesson {
  private static final Path DRAWINGS = Path.of("target", "between-levels");
  private static final int OPERATIONS = 40;
  private static final int SEEDS = 1_000;

  private BetweenLevelsLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    show(out, Consistency.SEQUENTIAL, Replication.PRIMARY, Consistency.LINEARIZABLE);
    show(out, Consistency.CAUSAL, Replication.BROADCAST, Consistency.SEQUENTIAL);
    show(out, Consistency.EVENTUAL, Replication.BROADCAST, Consistency.CAUSAL);
  }

  private static void show(
      PrintStream out, Consistency store, Replication replication, Consistency stronger) {
    Blackboard.title(out, store + ", and not " + stronger);
    Counterexample example = find(store, replication, stronger);
    out.println("What was done:");
    out.println(example.scenario().indent(4));
    out.println("What the clients saw:");
    for (int i = 0; i < example.history().size(); i++) {
      out.println("    " + inWords(example.history().operation(i)));
    }
    out.println();
    out.println("Why that is not " + stronger + ": " + example.verdict().reason());
    String name = store + "-and-not-" + stronger;
    out.println("Drawn in " + example.drawing().write(DRAWINGS.resolve(name)));
  }

  static Counterexample find(Consistency store, Replication replication, Consistency stronger) {
    return Campaign.of(store, replication)
        .features("none")
        .operations(OPERATIONS)
        .turnsTakeTime(false) // what is found is made small sooner
        .seeds(SEEDS)
        .against(stronger)
        .find()
        .orElseThrow(() -> new IllegalStateException("nothing was found in " + SEEDS + " seeds"));
  }

  static String inWords(Operation operation) {
    if (operation.isExpiry()) {
      return String.format(
          Locale.ROOT, "%9.3f ms or later  %s expires", operation.invoked() / 1e6, operation.key());
    }
    String end =
        operation.returned() == History.NEVER
            ? "     unknown"
            : String.format(Locale.ROOT, "%9.3f ms", operation.returned() / 1e6);
    return String.format(
        Locale.ROOT,
        "%9.3f to %s  %s",
        operation.invoked() / 1e6,
        end,
        operation.toString().replaceFirst(" \\[.*", ""));
  }
}
