package io.kvstore.examples.bench.compare;

import io.kvstore.examples.bench.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A short look at the speed of each level beside a plain map, within one run, compared with what it
 * once was. It warns and fails nothing: a busy machine can make anything slow, so what seems slow
 * is measured again before it is called so.
 */
public final class Guard {
  /** The options. */
  public static final String HELP =
      """
      guard [OPTION VALUE]...     each level beside a plain map, and beside what it once was
        --renew FILE        writes what is found as the new baseline
        --budget SECONDS    begins nothing more after this time (50)
      """;

  private static final String BASELINE = "guard.csv";
  private static final double LEAST = 2 / 3.0;
  private static final int TRIES = 3;
  private static final int WARM_MILLIS = 500;
  private static final int MILLIS = 400;

  private final Function<Trial, Optional<Figures>> measure;
  private final Trial load;
  private final Map<String, Double> baseline;
  private final Map<String, Double> found = new HashMap<>();

  Guard(Function<Trial, Optional<Figures>> measure, Trial load, Map<String, Double> baseline) {
    this.measure = measure;
    this.load = load;
    this.baseline = baseline;
  }

  /** Runs the command; true: it never fails. */
  public static boolean run(Options options) throws IOException {
    Fork fork = options.fork();
    Trial load =
        Trial.DEFAULT.lasting(WARM_MILLIS, MILLIS).seeded((long) options.number("seed", 42));
    String renewed = options.text("renew", "");
    long deadline = System.nanoTime() + (long) (1e9 * options.number("budget", 50));
    options.requireKnown();
    Guard guard =
        new Guard(
            trial -> System.nanoTime() > deadline ? Optional.empty() : fork.run(trial),
            load,
            renewed.isEmpty() ? baseline() : Map.of());
    guard.warnings(Systems.levels()).forEach(System.out::println);
    if (!renewed.isEmpty()) {
      Files.write(Path.of(renewed), guard.lines());
    }
    return true;
  }

  /** A line for each level that has become slower. */
  List<String> warnings(List<String> systems) {
    List<String> warnings = new ArrayList<>();
    for (Mix mix : List.of(Mix.WRITES, Mix.FEW)) {
      for (String system : slow(mix, systems)) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "WARNING: %s, %s, is slower than it was: %.4f of a plain map instead of %.4f",
                system,
                mix,
                found.getOrDefault(name(system, mix), 0.0),
                baseline.getOrDefault(name(system, mix), 0.0)));
      }
    }
    return warnings;
  }

  private List<String> slow(Mix mix, List<String> systems) {
    List<String> left = systems;
    for (int round = 1; round <= TRIES && !left.isEmpty(); round++) {
      Optional<Figures> map = measured(Systems.MAP, mix);
      List<String> slow = new ArrayList<>();
      for (String system : left) {
        Optional<Figures> figures = measured(system, mix);
        if (map.isEmpty() || figures.isEmpty()) {
          say("guard: %s, %s: not measured%n", system, mix);
        } else if (isSlow(system, mix, figures.get().perSecond() / map.get().perSecond())) {
          slow.add(system);
        }
      }
      left = slow;
    }
    return left;
  }

  private boolean isSlow(String system, Mix mix, double ratio) {
    double best = found.merge(name(system, mix), ratio, Math::max);
    Double was = baseline.get(name(system, mix));
    say(
        "guard: %-18s %-12s %.4f of a plain map%s%n",
        system, mix, ratio, was == null ? "" : String.format(Locale.ROOT, ", was %.4f", was));
    return was != null && best < was * LEAST;
  }

  private Optional<Figures> measured(String system, Mix mix) {
    return measure.apply(load.with(mix, Workload.Keys.ZIPF).on(system));
  }

  private static String name(String system, Mix mix) {
    return system + "," + mix.name();
  }

  private List<String> lines() {
    return found.entrySet().stream()
        .map(each -> String.format(Locale.ROOT, "%s,%.4f", each.getKey(), each.getValue()))
        .sorted()
        .toList();
  }

  private static Map<String, Double> baseline() throws IOException {
    Map<String, Double> ratios = new HashMap<>();
    try (InputStream in =
        Objects.requireNonNull(Guard.class.getResourceAsStream(BASELINE), BASELINE)) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        int comma = line.lastIndexOf(',');
        ratios.put(line.substring(0, comma), Double.valueOf(line.substring(comma + 1)));
      }
    }
    return ratios;
  }

  private static void say(String format, Object... arguments) {
    System.out.print(String.format(Locale.ROOT, format, arguments));
    System.out.flush();
  }
}
