package io.kvstore.examples.scenario;

import io.kvstore.Consistency;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run at one level has shown.
 *
 * @param level what the cluster was to promise
 * @param history what the clients saw
 * @param disturbances what was done to the links
 * @param disagreement in what the replicas differed in the end, if they did
 */
record Outcome(
    Consistency level,
    History history,
    List<Disturbance> disturbances,
    Optional<String> disagreement) {

  String levelName() {
    return nameOf(level);
  }

  static String nameOf(Consistency level) {
    return level.name().toLowerCase(Locale.ROOT);
  }
}
