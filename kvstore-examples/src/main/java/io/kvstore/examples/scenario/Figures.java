package io.kvstore.examples.scenario;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * How long the operations of a history took, by what they are.
 *
 * @param seconds from the first call to the last answer
 * @param latencies in nanoseconds, of what was answered
 * @param failed how many were refused, or have no answer
 */
record Figures(double seconds, Map<Kind, Histogram> latencies, long failed) {
  private static final int DIGITS = 3;

  static Figures of(History history) {
    Map<Kind, Histogram> latencies = new EnumMap<>(Kind.class);
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    long failed = 0;
    for (int i = 0; i < history.size(); i++) {
      if (history.outcome(i) == Outcome.OK) {
        first = Math.min(first, history.invoked(i));
        last = Math.max(last, history.returned(i));
        latencies
            .computeIfAbsent(history.kind(i), kind -> new Histogram(DIGITS))
            .recordValue(history.returned(i) - history.invoked(i));
      } else {
        failed++;
      }
    }
    double seconds = latencies.isEmpty() ? 0 : Math.max(1, last - first) / 1e9;
    return new Figures(seconds, latencies, failed);
  }

  long operations() {
    return latencies.values().stream().mapToLong(Histogram::getTotalCount).sum();
  }

  double perSecond() {
    return perSecond(operations());
  }

  double perSecond(long operations) {
    return seconds == 0 ? 0 : operations / seconds;
  }

  /** The latencies of one kind, if there were any. */
  Optional<Latency> latency(Kind kind) {
    return Optional.ofNullable(latencies.get(kind)).map(Latency::of);
  }

  /** Times in microseconds that half of the operations, 99 of 100, and all of them took at most. */
  record Latency(long operations, double p50, double p99, double max) {
    private static Latency of(Histogram histogram) {
      return new Latency(
          histogram.getTotalCount(),
          histogram.getValueAtPercentile(50) / 1e3,
          histogram.getValueAtPercentile(99) / 1e3,
          histogram.getMaxValue() / 1e3);
    }
  }
}
