package io.kvstore.examples.bench.compare;

import io.kvstore.examples.bench.Workload;
import java.util.List;
import java.util.Locale;

/**
 * What one JVM measures.
 *
 * @param system which one, as {@link Systems} names it
 * @param mix how many of the operations write
 * @param keys which key comes how often
 * @param callers how many threads call
 * @param inFlight how many operations each of them has under way; one: it blocks
 * @param entries how many there are
 * @param valueBytes the size of a value
 * @param fresh what callers make anew for each operation
 * @param warmMillis how long to run before measuring
 * @param millis how long to measure, for the throughput and again for the latencies
 * @param seed what keys, values and choices are drawn from
 */
public record Trial(
    String system,
    Mix mix,
    Workload.Keys keys,
    int callers,
    int inFlight,
    int entries,
    int valueBytes,
    Fresh fresh,
    int warmMillis,
    int millis,
    long seed) {
  static final List<String> COLUMNS =
      List.of(
          "system",
          "mix",
          "keys",
          "callers",
          "in_flight",
          "entries",
          "value_bytes",
          "fresh",
          "warm_millis",
          "millis",
          "seed");

  /** The load of the comparison: 100,000 entries of 16 and 100 bytes. */
  public static final Trial DEFAULT =
      new Trial(
          Systems.MAP,
          Mix.WRITES,
          Workload.Keys.ZIPF,
          1,
          1,
          100_000,
          100,
          Fresh.KEYS,
          2_000,
          1_500,
          42);

  /** The same load on another system. */
  public Trial on(String name) {
    return new Trial(
        name, mix, keys, callers, inFlight, entries, valueBytes, fresh, warmMillis, millis, seed);
  }

  /** The same with other operations. */
  public Trial with(Mix operations, Workload.Keys distribution) {
    return new Trial(
        system,
        operations,
        distribution,
        callers,
        inFlight,
        entries,
        valueBytes,
        fresh,
        warmMillis,
        millis,
        seed);
  }

  /** The same with other callers. */
  public Trial with(int threads, int window) {
    return new Trial(
        system, mix, keys, threads, window, entries, valueBytes, fresh, warmMillis, millis, seed);
  }

  /** The same with other objects for each operation. */
  public Trial making(Fresh objects) {
    return withEntries(entries, valueBytes, objects);
  }

  /** The same with other entries. */
  public Trial withEntries(int number, int bytes, Fresh making) {
    return new Trial(
        system, mix, keys, callers, inFlight, number, bytes, making, warmMillis, millis, seed);
  }

  /** The same for another time. */
  public Trial lasting(int millisToWarm, int millisToMeasure) {
    return new Trial(
        system,
        mix,
        keys,
        callers,
        inFlight,
        entries,
        valueBytes,
        fresh,
        millisToWarm,
        millisToMeasure,
        seed);
  }

  /** The same from another seed. */
  public Trial seeded(long newSeed) {
    return new Trial(
        system,
        mix,
        keys,
        callers,
        inFlight,
        entries,
        valueBytes,
        fresh,
        warmMillis,
        millis,
        newSeed);
  }

  /** The load without the system: what ratios are formed within. */
  Trial cell() {
    return on("").seeded(0);
  }

  String inWords() {
    return String.format(
        Locale.ROOT,
        "%s, %s, %d caller%s%s",
        mix,
        Systems.lower(keys),
        callers,
        callers == 1 ? "" : "s",
        inFlight == 1 ? "" : ", " + inFlight + " in flight");
  }

  List<String> toColumns() {
    return List.of(
        system,
        mix.name(),
        keys.name(),
        "" + callers,
        "" + inFlight,
        "" + entries,
        "" + valueBytes,
        fresh.name(),
        "" + warmMillis,
        "" + millis,
        "" + seed);
  }

  static Trial ofColumns(List<String> columns) {
    return new Trial(
        columns.get(0),
        Mix.valueOf(columns.get(1)),
        Workload.Keys.valueOf(columns.get(2)),
        Integer.parseInt(columns.get(3)),
        Integer.parseInt(columns.get(4)),
        Integer.parseInt(columns.get(5)),
        Integer.parseInt(columns.get(6)),
        Fresh.valueOf(columns.get(7)),
        Integer.parseInt(columns.get(8)),
        Integer.parseInt(columns.get(9)),
        Long.parseLong(columns.get(10)));
  }
}
