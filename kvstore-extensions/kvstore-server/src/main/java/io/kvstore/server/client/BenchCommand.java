package io.kvstore.server.client;

import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code bench}: how many operations a second a server answers, and how fast. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Asks a server as fast as some clients can that wait for each answer, and prints the"
          + " operations a second and how long they took. The keys that it sets begin with --prefix,"
          + " and are removed at the end. It measures this machine, too: HTTP and its clients."
    },
    footer = {"", Trouble.CODES})
final class BenchCommand extends ClientCommand {
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};
  private static final double NANOS_IN_MILLI = 1e6;

  @Mixin private final InTable table = new InTable();

  @Option(
      names = "--clients",
      paramLabel = "NUMBER",
      defaultValue = "16",
      description = "How many clients ask at once (${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--seconds",
      paramLabel = "NUMBER",
      defaultValue = "10",
      description = "For how long (${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "For how long they ask before what counts (${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(
      names = "--reads",
      paramLabel = "PERCENT",
      defaultValue = "90",
      description = "How many of a hundred operations are reads (${DEFAULT-VALUE}).")
  private int reads;

  @Option(
      names = "--keys",
      paramLabel = "NUMBER",
      defaultValue = "1000",
      description = "How many keys there are to choose from (${DEFAULT-VALUE}).")
  private int keys;

  @Option(
      names = "--value-bytes",
      paramLabel = "NUMBER",
      defaultValue = "100",
      description = "How long values are (${DEFAULT-VALUE}).")
  private int valueBytes;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "bench/",
      description = "What the keys begin with (${DEFAULT-VALUE}).")
  private String prefix = "";

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Of what the clients choose (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--keep", description = "Leave the keys in the store.")
  private boolean keep;

  @Override
  int run(Screen screen) throws IOException {
    requireBetween("--clients", clients, 1, 1_000);
    requireBetween("--reads", reads, 0, 100);
    requireBetween("--keys", keys, 1, 10_000_000);
    requireBetween("--value-bytes", valueBytes, 0, 64 << 20);
    requireBetween("--seconds", seconds, 0.1, 86_400);
    requireBetween("--warm-up", warmUp, 0, 86_400);
    Bench.Load load =
        new Bench.Load(clients, seconds, warmUp, reads, keys, valueBytes, prefix, seed);
    Bench bench = new Bench(remote(), table, load);
    bench.fill(progress("keys set", () -> Double.NaN));
    long begin = System.nanoTime() + (long) (warmUp * 1e9);
    Bench.Result result = bench.run(progress("operations", () -> bench.fraction(begin)));
    if (!keep) {
      bench.clear();
    }
    if (result.reads().number() + result.writes().number() == 0 && result.firstFailure() != null) {
      throw result.firstFailure();
    }
    if (isJson()) {
      screen.line(Reply.JSON.writeValueAsString(json(result)));
    } else {
      print(screen, result);
    }
    return 0;
  }

  private static void requireBetween(String option, double value, double least, double most)
      throws Trouble {
    if (value < least || value > most) {
      throw Trouble.ofUsage(
          String.format(Locale.ROOT, "%s must be from %s to %s, not %s", option, least, most, value)
              .replace(".0", ""));
    }
  }

  private void print(Screen screen, Bench.Result result) {
    screen.line(
        String.format(
            Locale.ROOT,
            "%,.0f operations a second, by %d clients in %.1f s",
            result.perSecond(),
            clients,
            result.seconds()));
    screen.line("");
    Table latencies =
        new Table("ms", "operations", "mean", "50%", "90%", "99%", "99.9%", "longest");
    row(latencies, "reads", result.reads());
    row(latencies, "writes", result.writes());
    latencies.print(screen);
    if (result.firstFailure() != null) {
      screen.line("");
      screen.line(
          screen.paint(
              Screen.Style.ILL,
              String.format(
                  Locale.ROOT,
                  "%,d operations failed; the first: %s",
                  result.failed(),
                  result.firstFailure().getMessage())));
    }
  }

  private static void row(Table table, String name, Latencies latencies) {
    if (latencies.number() > 0) {
      Object[] row = new Object[PERCENTILES.length + 4];
      row[0] = name;
      row[1] = String.format(Locale.ROOT, "%,d", latencies.number());
      row[2] = millis(latencies.meanNanos());
      for (int i = 0; i < PERCENTILES.length; i++) {
        row[i + 3] = millis((double) latencies.percentileNanos(PERCENTILES[i]));
      }
      row[row.length - 1] = millis((double) latencies.longestNanos());
      table.row(row);
    }
  }

  private static String millis(double nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / NANOS_IN_MILLI);
  }

  private ObjectNode json(Bench.Result result) {
    ObjectNode json =
        Reply.JSON
            .createObjectNode()
            .put("operations-per-second", result.perSecond())
            .put("seconds", result.seconds())
            .put("clients", clients)
            .put("failed", result.failed());
    write(json.putObject("reads"), result.reads());
    write(json.putObject("writes"), result.writes());
    return json;
  }

  private static void write(ObjectNode json, Latencies latencies) {
    json.put("operations", latencies.number())
        .put("mean-ms", latencies.meanNanos() / NANOS_IN_MILLI);
    for (double percent : PERCENTILES) {
      String name = "p" + (percent == Math.rint(percent) ? (int) percent : percent) + "-ms";
      json.put(name, latencies.percentileNanos(percent) / NANOS_IN_MILLI);
    }
    json.put("longest-ms", latencies.longestNanos() / NANOS_IN_MILLI);
  }
}
