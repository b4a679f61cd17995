package io.kvstore.server.http;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/** How many requests a node has answered, with what, and how long that took. */
final class Tally {
  private static final double[] BOUNDS_SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
  };
  private static final double NANOS = 1e9;

  private record Kind(String method, String path, int code) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      return (path + ' ' + method + ' ' + code)
          .compareTo(other.path + ' ' + other.method + ' ' + other.code);
    }
  }

  private static final class Histogram {
    final LongAdder[] buckets = new LongAdder[BOUNDS_SECONDS.length + 1];
    final LongAdder nanos = new LongAdder();

    Histogram() {
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] = new LongAdder();
      }
    }

    void add(long took) {
      int bucket = 0;
      while (bucket < BOUNDS_SECONDS.length && took > BOUNDS_SECONDS[bucket] * NANOS) {
        bucket++;
      }
      buckets[bucket].increment();
      nanos.add(took);
    }
  }

  private final Map<Kind, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final Map<String, Histogram> times = new ConcurrentSkipListMap<>();

  /** Counts an answer. Paths and methods are those that are served, so that there are few. */
  void add(String method, String path, int code, long nanos) {
    answers.computeIfAbsent(new Kind(method, path, code), first -> new LongAdder()).increment();
    times.computeIfAbsent(path, first -> new Histogram()).add(nanos);
  }

  /** The requests for entries, all of their addresses together, by how long they took. */
  void write(JsonGenerator json) {
    json.writeObjectPropertyStart("requests");
    json.writeArrayPropertyStart("bounds-seconds");
    for (double bound : BOUNDS_SECONDS) {
      json.writeNumber(bound);
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("counts");
    for (int i = 0; i <= BOUNDS_SECONDS.length; i++) {
      int bucket = i;
      json.writeNumber(
          times.entrySet().stream()
              .filter(each -> isOfEntries(each.getKey()))
              .mapToLong(each -> each.getValue().buckets[bucket].sum())
              .sum());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static boolean isOfEntries(String path) {
    return Stream.of("/data", "/kvs", "/entries", "/transactions", "/tables/")
        .anyMatch(path::startsWith);
  }

  void writeTo(Exposition text) {
    text.about("kvstore_http_requests_total", "counter", "Requests answered.");
    answers.forEach(
        (kind, number) ->
            text.sample(
                "kvstore_http_requests_total",
                (double) number.sum(),
                "method",
                kind.method(),
                "path",
                kind.path(),
                "code",
                String.valueOf(kind.code())));
    text.about(
        "kvstore_http_request_duration_seconds", "histogram", "From reading to having the answer.");
    times.forEach((path, histogram) -> write(text, path, histogram));
  }

  private static void write(Exposition text, String path, Histogram histogram) {
    long sofar = 0;
    for (int i = 0; i < histogram.buckets.length; i++) {
      sofar += histogram.buckets[i].sum();
      text.sample(
          "kvstore_http_request_duration_seconds_bucket",
          (double) sofar,
          "path",
          path,
          "le",
          i < BOUNDS_SECONDS.length ? String.valueOf(BOUNDS_SECONDS[i]) : "+Inf");
    }
    text.sample(
        "kvstore_http_request_duration_seconds_sum", histogram.nanos.sum() / NANOS, "path", path);
    text.sample("kvstore_http_request_duration_seconds_count", (double) sofar, "path", path);
  }
}
