package io.kvstore.examples.bench;

import io.kvstore.examples.bench.compare.Comparison;
import io.kvstore.examples.bench.compare.Goals;
import io.kvstore.examples.bench.compare.Guard;
import io.kvstore.examples.bench.compare.Idleness;
import io.kvstore.examples.bench.compare.Options;
import io.kvstore.examples.bench.compare.Scale;
import java.io.IOException;
import java.util.List;

/** The command in front of the benchmarks that run in JVMs of their own. */
public final class Bench {
  private Bench() {}

  /** Runs what the first argument names, with the rest as its options. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    List<String> all = List.of(arguments);
    if (all.isEmpty() || all.get(0).equals("--help")) {
      System.out.print(
          Goals.HELP
              + Scale.HELP
              + Guard.HELP
              + Idleness.HELP
              + Soak.HELP
              + ChaosRounds.HELP
              + Comparison.HELP);
      return;
    }
    try {
      Options options = new Options(all.subList(1, all.size()));
      boolean isWell =
          switch (all.get(0)) {
            case "goals" -> Goals.run(options);
            case "scale" -> Scale.run(options);
            case "guard" -> Guard.run(options);
            case "idle" -> Idleness.run();
            case "soak" -> Soak.run(options);
            case "chaos" -> ChaosRounds.run(options);
            case "compare" -> Comparison.run(options);
            default -> throw new IllegalArgumentException("no such command: " + all.get(0));
          };
      System.exit(isWell ? 0 : 1);
    } catch (IllegalArgumentException mistake) {
      System.err.println(mistake.getMessage());
      System.exit(2);
    }
  }
}
