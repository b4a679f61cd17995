package io.kvstore.testkit.campaign;

import io.kvstore.ClusterEvent.ViewDecided;
import io.kvstore.Consistency;
import io.kvstore.testkit.campaign.Performer.Count;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What came of a scenario.
 *
 * @param history what its clients saw at the store's own level
 * @param views what was decided while it went on, in stores that change
 * @param contents what each replica held in the end
 * @param watchers what was watched
 * @param counts how many entries were there
 * @param left what replicas keep for others or for later, when nothing is left to happen
 * @param figures what the cluster tells of itself in the end, and is not so
 * @param shown what the store shows in the end, and is not what its replicas hold
 * @param mayForget whether a crash may have taken answered writes away: the store was asked to
 *     answer when one member holds a write
 * @param refusedAtTheEnd how many operations were refused when everything worked again
 * @param refusedWithoutOne the same, when everything worked but one node
 * @param givenUpMeanwhile how many were not answered that were under way when one node was lost
 * @param unknownMeanwhile how many had an unknown outcome while things went wrong
 * @param reached what protocols and views have reached that few scenarios do
 * @param misbehaviour what went wrong beyond any promise
 */
record Played(
    Scenario scenario,
    Recorder recorder,
    History history,
    List<ViewDecided> views,
    Contents contents,
    List<Watcher> watchers,
    List<Count> counts,
    Map<String, Integer> left,
    Optional<String> figures,
    Optional<String> shown,
    boolean mayForget,
    int refusedAtTheEnd,
    int refusedWithoutOne,
    int givenUpMeanwhile,
    int unknownMeanwhile,
    Set<Enum<?>> reached,
    Optional<String> misbehaviour,
    long events,
    Duration elapsed) {

  List<Disturbance> disturbances() {
    return recorder.disturbances();
  }

  /** What clients saw, with reads at weaker levels down to this one. */
  History history(Consistency weakest) {
    return weakest == scenario.setup().cell().consistency() ? history : recorder.history(weakest);
  }
}
