package io.kvstore.core.simulation;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The operations of all sessions, in the order of their starts. */
record History(List<Step> steps) {
  History {
    steps = steps.stream().sorted(Comparator.comparingLong(Step::start)).toList();
  }

  /** All keys that were written or read by name. */
  List<String> keys() {
    TreeSet<String> keys = new TreeSet<>();
    for (Step step : steps) {
      if (!step.action().key().isEmpty()) {
        keys.add(step.action().key());
      }
      step.action().parts().forEach(part -> keys.add(part.key()));
    }
    return List.copyOf(keys);
  }

  /** What happened to one key, one operation a line. */
  String of(String key) {
    return steps.stream()
        .filter(step -> step.action().concerns(key))
        .map(Step::toString)
        .collect(Collectors.joining("\n"));
  }
}
