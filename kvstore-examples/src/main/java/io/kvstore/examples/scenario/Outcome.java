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
 * @param recorded what the replicas answered, more than the clients saw: which value a write
 *     replaced, versions, positions
 * @param history what the clients saw
 * @param disturbances what was done to the links
 * @param disagreement in what the replicas differed in the end, if they did
 */
record Outcome(
    Consistency level,
    History recorded,
    History history,
    List<Disturbance> disturbances,
    Optional<String> disagreement) {
  Outcome(
      Consistency level,
      History recorded,
      List<Disturbance> disturbances,
      Optional<String> disagreement) {
    this(level, recorded, recorded.asSeen(), disturbances, disagreement);
  }

  String levelName() {
    return nameOf(level);
  }

  static String nameOf(Consistency level) {
    return level.name().toLowerCase(Locale.ROOT);
  }
}
