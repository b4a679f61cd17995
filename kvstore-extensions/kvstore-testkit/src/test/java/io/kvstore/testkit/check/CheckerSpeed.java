package io.kvstore.testkit.check;

import io.kvstore.testkit.check.RandomHistory.Shape;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Measures the processor time of the linearizability checker once warm, on made-up histories of the
 * sizes that are known from elsewhere, and on the files of folders that are named.
 *
 * <p>{@code mvn test-compile exec:java -pl kvstore-extensions/kvstore-testkit -Dexec.skip=false
 * -Dexec.mainClass=io.kvstore.testkit.check.CheckerSpeed -Dexec.classpathScope=test
 * -Dexec.args=FOLDER}
 */
public final class CheckerSpeed {
  private static final int WARM_UP_NANOS = 1_500_000_000;
  private static final int ROUNDS = 15;

  private CheckerSpeed() {}

  /** Folders with histories, if any. */
  public static void main(String[] folders) throws IOException {
    List<Kind> reads = List.of(Kind.READ, Kind.WRITE);
    List<Kind> cas = List.of(Kind.READ, Kind.WRITE, Kind.CAS);
    List<Kind> texts = new ArrayList<>(List.of(Kind.WRITE));
    for (int i = 0; i < 9; i++) {
      texts.add(Kind.READ);
      texts.add(Kind.APPEND);
    }
    measure(
        "102 registers with cas, 80 operations, 15% unknown",
        null, make(102, cas, 80, 5, 1, 5, 0.15, 0));
    measure("the same, answers made up", null, make(102, cas, 80, 5, 1, 5, 0.15, 0.02));
    measure(
        "texts, 50 clients, 10 keys, 1,712 operations", "", make(1, texts, 1712, 50, 10, 0, 0, 0));
    measure(
        "the same with 2,024 operations, broken", "", make(1, texts, 2024, 50, 10, 0, 0, 0.002));
    measure("10,000 on one key, distinct", null, make(1, reads, 10_000, 50, 1, 0, 0, 0));
    measure("10,000 on one key, 5 values", null, make(1, reads, 10_000, 50, 1, 5, 0, 0));
    measure(
        "10,000 on one key, 5 values, broken", null, make(1, reads, 10_000, 50, 1, 5, 0, 0.0005));
    measure("10,000 on one key, 5 values, cas", null, make(1, cas, 10_000, 50, 1, 5, 0, 0));
    measure(
        "10,000 on one key, 50 values, cas, unknown",
        null,
        make(1, cas, 10_000, 50, 1, 50, 0.01, 0));
    measure("10,000 on one key, 500 values", null, make(1, reads, 10_000, 50, 1, 500, 0.01, 0));
    measure("1,000,000 on one key, distinct", null, make(1, reads, 1_000_000, 50, 1, 0, 0, 0));
    measure(
        "1,000,000 on 1,000 keys, distinct", null, make(1, reads, 1_000_000, 50, 1000, 0, 0, 0));
    measure("1,000,000 on one key, 5 values", null, make(1, reads, 1_000_000, 50, 1, 5, 0, 0));
    for (String folder : folders) {
      measure(
          folder,
          folder.contains("kv") ? "" : folder.contains("knossos") ? 0L : null,
          read(Path.of(folder)));
    }
  }

  private static List<History> make(
      int histories,
      List<Kind> kinds,
      int operations,
      int processes,
      int keys,
      int values,
      double unknown,
      double madeUp) {
    List<History> made = new ArrayList<>();
    for (int seed = 0; seed < histories; seed++) {
      Shape shape = new Shape(kinds, operations, processes, keys, values, unknown, 0, madeUp);
      made.add(
          RandomHistory.of(
              new SplittableRandom(seed), shape, kinds.contains(Kind.APPEND) ? "" : null));
    }
    return made;
  }

  private static List<History> read(Path folder) throws IOException {
    List<History> histories = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        histories.add(Format.guess(Format.text(file)).read(file));
      }
    }
    return histories;
  }

  private static void measure(String what, Object initial, List<History> histories) {
    Model model = new Model(initial);
    String verdicts = judge(histories, model);
    long start = System.nanoTime();
    int warm = 0;
    while (System.nanoTime() - start < WARM_UP_NANOS || warm < 3) {
      judge(histories, model);
      warm++;
    }
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      judge(histories, model);
      millis.add((ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e6);
    }
    millis.sort(Comparator.naturalOrder());
    System.out.printf(
        "%9.3f ms (median), %9.3f (worst): %s: %s%n",
        millis.get(ROUNDS / 2), millis.get(ROUNDS - 1), what, verdicts);
  }

  private static String judge(List<History> histories, Model model) {
    int[] counts = new int[3];
    for (History history : histories) {
      Verdict verdict =
          Linearizability.check(
              history, model, new Budget(java.time.Duration.ofSeconds(5), 500_000_000));
      counts[verdict.holds() ? 0 : verdict instanceof Verdict.Broken ? 1 : 2]++;
    }
    return counts[0] + " hold, " + counts[1] + " broken, " + counts[2] + " undecided";
  }
}
