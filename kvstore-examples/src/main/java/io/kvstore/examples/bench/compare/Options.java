package io.kvstore.examples.bench.compare;

import io.kvstore.examples.bench.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The options of a command, {@code --name value}; whatever is not given has its default. */
public final class Options {
  private final Map<String, String> given = new HashMap<>();
  private final Set<String> known = new TreeSet<>();

  /**
   * Takes the arguments.
   *
   * @throws IllegalArgumentException when one of them is no option or has no value
   */
  public Options(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!name.startsWith("--") || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("expected --option value, found: " + name);
      }
      given.put(name.substring(2), arguments.get(i + 1));
    }
  }

  /** The value of an option. */
  public String text(String name, String normal) {
    known.add(name);
    return given.getOrDefault(name, normal);
  }

  /** The value of an option, a number. */
  public double number(String name, double normal) {
    String text = text(name, "" + normal);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException none) {
      throw new IllegalArgumentException("--" + name + ": expected a number, found " + text, none);
    }
  }

  /** The value of an option, whole numbers with commas between. */
  public List<Integer> numbers(String name, String normal) {
    List<Integer> numbers = new ArrayList<>();
    for (String each : text(name, normal).split(",", -1)) {
      try {
        numbers.add(Integer.parseInt(each));
      } catch (NumberFormatException none) {
        throw new IllegalArgumentException("--" + name + ": expected numbers, found " + each, none);
      }
    }
    return numbers;
  }

  /** The value of an option, names of mixes with commas between. */
  List<Mix> mixes(String normal) {
    return split(text("mixes", normal)).map(Mix::valueOf).toList();
  }

  /** The value of an option, names of distributions with commas between. */
  List<Workload.Keys> keys(String normal) {
    return split(text("keys", normal)).map(Workload.Keys::valueOf).toList();
  }

  private static Stream<String> split(String names) {
    return Stream.of(names.toUpperCase(Locale.ROOT).split(",", -1));
  }

  /** What runs the trials, as {@code --java} and {@code --jvm-args} say. */
  public Fork fork() {
    String arguments = text("jvm-args", String.join(" ", Fork.DEFAULT.arguments()));
    return new Fork(
        text("java", Fork.DEFAULT.java()), List.of(arguments.trim().split(" +")), List.of());
  }

  /**
   * The usual load with the times and the seed of {@code --warm}, {@code --seconds}, {@code
   * --seed}.
   */
  public Trial load(double warmSeconds, double seconds) {
    return Trial.DEFAULT
        .lasting(
            (int) (1_000 * number("warm", warmSeconds)), (int) (1_000 * number("seconds", seconds)))
        .making(Fresh.valueOf(text("fresh", "keys").toUpperCase(Locale.ROOT)))
        .seeded((long) number("seed", 42));
  }

  /** Where the files go. */
  public Path folder() {
    return Path.of(text("out", "target/bench"));
  }

  /**
   * To be called when all options have been asked for.
   *
   * @throws IllegalArgumentException when one was given that was not asked for
   */
  public void requireKnown() {
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "no such option: --" + name + "; there are --" + String.join(", --", known));
      }
    }
  }
}
