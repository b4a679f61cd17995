package io.kvstore.examples.bench.compare;

import com.sun.management.OperatingSystemMXBean;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the processors do for stores of which nothing is asked, and how many threads these have. */
public final class Idleness {
  /** How to ask for it. */
  public static final String HELP =
      """
      idle                        processor time and threads of stores of which nothing is asked
      """;

  private static final int PUTS = 1_000;
  private static final int MANY = 100;
  private static final int SETTLING_SECONDS = 3; // beats and threads end within two
  private static final int SECONDS = 10;

  private static final OperatingSystemMXBean PROCESSOR =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Table table =
      new Table(
          "Processor time of an idle JVM, in milliseconds a second",
          "what it has",
          "ms a second",
          "threads of stores");

  private Idleness() {}

  /** Runs the command; true: it never fails. */
  public static boolean run() {
    System.out.print(table().text());
    return true;
  }

  static Table table() {
    Idleness idleness = new Idleness();
    idleness.measure("no store", 0, Placement.SHARED);
    for (Placement placement : Placement.values()) {
      idleness.measure("a store, " + Systems.lower(placement) + " placement", 1, placement);
    }
    idleness.measure("a hundred stores, shared placement", MANY, Placement.SHARED);
    return idleness.table;
  }

  private void measure(String what, int number, Placement placement) {
    List<KVStore<String, String>> stores = new ArrayList<>();
    try {
      for (int i = 0; i < number; i++) {
        stores.add(
            KVStore.builder()
                .consistency(Consistency.LINEARIZABLE)
                .engine(new InProcess().placement(placement))
                .open());
      }
      for (KVStore<String, String> store : stores) {
        for (int i = 0; i < PUTS; i++) {
          store.put("key" + i, "value");
        }
      }
      TimeUnit.SECONDS.sleep(SETTLING_SECONDS);
      long before = PROCESSOR.getProcessCpuTime();
      TimeUnit.SECONDS.sleep(SECONDS);
      double millis = (PROCESSOR.getProcessCpuTime() - before) / 1e6 / SECONDS;
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("kvstore-"))
              .count();
      table.row(what, BarChart.number(millis), String.valueOf(threads));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    } finally {
      stores.forEach(KVStore::close);
    }
  }
}
