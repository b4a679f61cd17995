package io.kvstore.examples;

import io.kvstore.IndeterminateException;
import io.kvstore.UnavailableException;
import io.kvstore.core.Simulation;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a lesson writes on: line by line, who did what at which virtual time, and what came of it.
 */
final class Blackboard {
  private final PrintStream out;
  private final Simulation simulation;

  Blackboard(PrintStream out, Simulation simulation) {
    this.out = out;
    this.simulation = simulation;
  }

  /** What the lesson is about. */
  static void title(PrintStream out, String text) {
    out.println();
    out.println(text);
    out.println("-".repeat(text.length()));
  }

  /** Something that happens to the world, not to a client. */
  void note(String text) {
    out.printf(Locale.ROOT, "%7s ms  %s%n", milliseconds(), text);
  }

  /** A client changes something. */
  void writes(String client, String what, Runnable write, String remark) {
    asks(
        client,
        what,
        () -> {
          write.run();
          return Optional.of("done");
        },
        remark);
  }

  /** A client asks something. */
  void asks(String client, String what, Supplier<Optional<String>> question, String remark) {
    String outcome = outcomeOf(question);
    String line =
        String.format(
            Locale.ROOT,
            "%7s ms  %-12s %-22s %-9s %s",
            milliseconds(),
            client,
            what,
            outcome,
            remark);
    out.println(line.stripTrailing());
  }

  private static String outcomeOf(Supplier<Optional<String>> call) {
    try {
      return call.get().orElse("nothing");
    } catch (UnavailableException certainlyNotApplied) {
      return "REFUSED";
    } catch (IndeterminateException mayHaveBeenApplied) {
      return "UNKNOWN";
    }
  }

  private String milliseconds() {
    return String.format(Locale.ROOT, "%.1f", simulation.elapsed().toNanos() / 1e6);
  }
}
