package io.kvstore.examples.bench.compare;

import com.sun.management.OperatingSystemMXBean;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** What the processors do for a store of which nothing is asked. */
final class Idleness {
  private static final int PUTS = 1_000;
  private static final int SETTLING_SECONDS = 1;
  private static final int SECONDS = 3;

  private static final OperatingSystemMXBean PROCESSOR =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private Idleness() {}

  static Table table() {
    Table table =
        new Table(
            "Processor time of an idle JVM, in milliseconds a second",
            "what it has",
            "ms a second");
    table.row("no store", BarChart.number(measured()));
    for (Placement placement : Placement.values()) {
      try (KVStore<String, String> store =
          KVStore.builder()
              .consistency(Consistency.LINEARIZABLE)
              .engine(new InProcess().placement(placement))
              .open()) {
        for (int i = 0; i < PUTS; i++) {
          store.put("key" + i, "value");
        }
        table.row(
            "a store, " + Systems.lower(placement) + " placement", BarChart.number(measured()));
      }
    }
    return table;
  }

  private static double measured() {
    try {
      TimeUnit.SECONDS.sleep(SETTLING_SECONDS);
      long before = PROCESSOR.getProcessCpuTime();
      TimeUnit.SECONDS.sleep(SECONDS);
      return (PROCESSOR.getProcessCpuTime() - before) / 1e6 / SECONDS;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }
}
