package io.kvstore.testkit.campaign;

import static java.util.Objects.requireNonNull;

import io.kvstore.mutation.Mutation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The command that plants the bugs of {@code planted-bugs.txt}, one after the other, and says by
 * which seed campaigns find them: with drawn features, and judged by all verdicts, as campaigns are
 * that know nothing of the bug. It takes an hour or so.
 *
 * <pre>
 *   mvn -q test-compile exec:exec@planted
 *   mvn … -Dplanted="100"             fewer seeds
 *   mvn … -Dplanted="1000 lease"      only those that have the word in their names, or as their area
 * </pre>
 */
final class PlantedBugs {
  private static final String NAME = "== ";
  private static final int SEEDS = 1_000;
  private static final int LIKELY = 100;
  private static final long MOST_SECONDS = 1_800; // what goes on for longer has found no end
  private static final String ONE = "--one";

  /** A bug, and where campaigns are expected to find it. */
  record Planted(String area, PlantedBug bug) {}

  private record Found(String campaign, String area, long seed, String promise, double seconds) {
    boolean isFound() {
      return seed > 0;
    }
  }

  private PlantedBugs() {}

  /** All of them: one that is looked for in several campaigns is there several times. */
  static List<Planted> all() {
    List<Planted> all = new ArrayList<>();
    try (InputStream in =
        requireNonNull(PlantedBugs.class.getResourceAsStream("/planted-bugs.txt"))) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .toList();
      for (int i = 0; i < lines.size(); ) {
        int end = i + 1;
        while (end < lines.size() && !lines.get(end).startsWith(NAME)) {
          end++;
        }
        add(lines.subList(i, end), all);
        i = end;
      }
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
    return all;
  }

  private static void add(List<String> lines, List<Planted> all) {
    String name = lines.get(0).substring(NAME.length());
    String[] where = lines.get(1).split(": ", 2);
    List<Mutation> mutations =
        lines.stream().skip(3).map(sentence -> Mutation.of(lines.get(2), sentence)).toList();
    for (String campaign : where[1].split("; ", -1)) {
      all.add(new Planted(where[0], new PlantedBug(name, campaign, "", mutations)));
    }
  }

  /** The command: how many seeds, and a word that names or areas have. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length > 0 && arguments[0].equals(ONE)) {
      meet(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
      System.exit(0); // also when threads of a run that failed are left
    }
    int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : SEEDS;
    String word = arguments.length > 1 ? arguments[1] : "";
    List<Planted> all = all();
    List<String> names = new ArrayList<>();
    Map<String, Found> found = new TreeMap<>();
    for (int i = 0; i < all.size(); i++) {
      Planted planted = all.get(i);
      String name = planted.bug().name();
      if ((!name.contains(word) && !planted.area().equals(word))
          || (found.containsKey(name) && found.get(name).isFound())) {
        continue;
      }
      Found its = meetElsewhere(i, planted, seeds);
      if (!names.contains(name)) {
        names.add(name);
      }
      found.put(name, its);
      System.out.printf(
          Locale.ROOT,
          "%-78s %-12s %-32s %10s %-20s %6.1f s%n",
          name,
          its.area(),
          its.campaign(),
          its.isFound() ? Long.toString(its.seed()) : "not found",
          its.promise(),
          its.seconds());
    }
    sum(names.stream().map(found::get).map(each -> requireNonNull(each)).toList());
  }

  private static void sum(List<Found> all) {
    System.out.println();
    Stream.concat(all.stream().map(Found::area).distinct(), Stream.of(""))
        .forEach(
            area -> {
              List<Found> its =
                  all.stream().filter(each -> area.isEmpty() || each.area().equals(area)).toList();
              System.out.printf(
                  Locale.ROOT,
                  "%-12s %3d planted, %3d found by %d seeds, %3d in all%n",
                  area.isEmpty() ? "all" : area,
                  its.size(),
                  its.stream().filter(each -> each.isFound() && each.seed() <= LIKELY).count(),
                  LIKELY,
                  its.stream().filter(Found::isFound).count());
            });
  }

  /** In a JVM of its own: a bug may keep it busy for ever. */
  private static Found meetElsewhere(int number, Planted planted, int seeds)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                PlantedBugs.class.getName(),
                ONE,
                Integer.toString(number),
                Integer.toString(seeds))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = "1 finding no end";
    if (process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        said = String.join(" ", out.lines().toList());
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(planted.bug() + " cannot be planted: " + said);
      }
    } else {
      process.destroyForcibly();
    }
    String[] parts = said.isEmpty() ? new String[] {"0", ""} : said.split(" ", 2);
    return new Found(
        planted.bug().cell(),
        planted.area(),
        Long.parseLong(parts[0]),
        parts[1],
        (System.nanoTime() - begin) / 1e9);
  }

  private static void meet(int number, int seeds) throws IOException {
    Path folder = Files.createTempDirectory("planted");
    try {
      System.out.println(all().get(number).bug().meet(1, seeds, folder));
    } finally {
      try (Stream<Path> left = Files.walk(folder)) {
        left.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }
}
