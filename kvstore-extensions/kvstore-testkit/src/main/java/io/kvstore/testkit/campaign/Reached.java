package io.kvstore.testkit.campaign;

import io.kvstore.core.spi.Env;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * In how many scenarios each of the moments was reached that protocols and views hope for ({@link
 * Env#reached}). A campaign that never reaches one says nothing about what happens there.
 *
 * @param scenarios by moment
 */
public record Reached(Map<Enum<?>, Long> scenarios) {
  static final Comparator<Enum<?>> BY_NAME =
      Comparator.<Enum<?>, String>comparing(moment -> moment.getDeclaringClass().getName())
          .thenComparing(Enum::ordinal);

  static final Reached NOTHING = new Reached(Map.of());

  /** Keeps the moments in the order in which they are declared. */
  public Reached {
    TreeMap<Enum<?>, Long> sorted = new TreeMap<>(BY_NAME);
    sorted.putAll(scenarios);
    scenarios = Collections.unmodifiableMap(sorted);
  }

  static Reached inOneScenario(Collection<Enum<?>> moments) {
    TreeMap<Enum<?>, Long> once = new TreeMap<>(BY_NAME);
    moments.forEach(moment -> once.put(moment, 1L));
    return new Reached(once);
  }

  Reached plus(Reached other) {
    if (other.scenarios.isEmpty()) {
      return this;
    }
    TreeMap<Enum<?>, Long> sum = new TreeMap<>(BY_NAME);
    sum.putAll(scenarios);
    other.scenarios.forEach((moment, times) -> sum.merge(moment, times, Long::sum));
    return new Reached(sum);
  }

  /** The moments that were never reached, of the enums of which another one was. */
  public List<Enum<?>> never() {
    return scenarios.keySet().stream()
        .<Class<?>>map(Enum::getDeclaringClass)
        .distinct()
        .<Enum<?>>flatMap(all -> Arrays.stream((Enum<?>[]) all.getEnumConstants()))
        .filter(moment -> !scenarios.containsKey(moment))
        .sorted(BY_NAME)
        .toList();
  }

  /** A line for each moment, also for those that were never reached. */
  List<String> lines() {
    TreeMap<Enum<?>, Long> all = new TreeMap<>(BY_NAME);
    all.putAll(scenarios);
    never().forEach(moment -> all.put(moment, 0L));
    return all.entrySet().stream()
        .map(each -> String.format(Locale.ROOT, "%9d  %s", each.getValue(), text(each.getKey())))
        .toList();
  }

  /** Its words. */
  static String text(Enum<?> moment) {
    return moment.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
