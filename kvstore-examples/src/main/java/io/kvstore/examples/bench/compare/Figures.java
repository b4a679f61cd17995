package io.kvstore.examples.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a trial has shown.
 *
 * @param perSecond operations a second, all callers together
 * @param writes how long writes took
 * @param reads how long reads took
 * @param bytesPerOperation what the threads of the JVM allocated for each operation
 * @param cpuNanosPerOperation what the whole JVM used of the processors for each operation: it
 *     hardly depends on who else is at work
 * @param openMillis how long opening took
 * @param heapBytesPerEntry what the filled system holds on the heap, for each entry
 */
public record Figures(
    double perSecond,
    Latency writes,
    Latency reads,
    double bytesPerOperation,
    double cpuNanosPerOperation,
    double openMillis,
    double heapBytesPerEntry) {
  static final List<String> COLUMNS = new ArrayList<>();

  static {
    COLUMNS.add("per_second");
    for (String kind : List.of("write", "read")) {
      for (String point : List.of("p50", "p99", "p999", "max")) {
        COLUMNS.add(kind + "_" + point + "_micros");
      }
    }
    COLUMNS.addAll(
        List.of(
            "bytes_per_operation",
            "cpu_nanos_per_operation",
            "open_millis",
            "heap_bytes_per_entry"));
  }

  /** Points of a distribution, in microseconds; zero when there was no such operation. */
  public record Latency(double p50, double p99, double p999, double max) {
    static Latency of(Histogram nanos) {
      return nanos.getTotalCount() == 0
          ? new Latency(0, 0, 0, 0)
          : new Latency(
              nanos.getValueAtPercentile(50) / 1e3,
              nanos.getValueAtPercentile(99) / 1e3,
              nanos.getValueAtPercentile(99.9) / 1e3,
              nanos.getMaxValue() / 1e3);
    }

    List<Double> points() {
      return List.of(p50, p99, p999, max);
    }
  }

  // Of writes and of reads the higher one.

  double p50() {
    return Math.max(writes.p50, reads.p50);
  }

  double p999() {
    return Math.max(writes.p999, reads.p999);
  }

  double p99() {
    return Math.max(writes.p99, reads.p99);
  }

  double longest() {
    return Math.max(writes.max, reads.max);
  }

  List<String> toColumns() {
    List<Double> all = new ArrayList<>();
    all.add(perSecond);
    all.addAll(writes.points());
    all.addAll(reads.points());
    all.addAll(List.of(bytesPerOperation, cpuNanosPerOperation, openMillis, heapBytesPerEntry));
    return all.stream().map(each -> String.format(Locale.ROOT, "%.3f", each)).toList();
  }

  static Figures ofColumns(List<String> columns) {
    List<Double> all = columns.stream().map(Double::valueOf).toList();
    return new Figures(
        all.get(0),
        new Latency(all.get(1), all.get(2), all.get(3), all.get(4)),
        new Latency(all.get(5), all.get(6), all.get(7), all.get(8)),
        all.get(9),
        all.get(10),
        all.get(11),
        all.get(12));
  }
}
