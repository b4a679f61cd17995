package io.kvstore.testkit.explore;

import io.kvstore.testkit.explore.Promises.Breach;
import io.kvstore.testkit.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A trace that was played.
 *
 * @param story what was decided, line by line, and what came of it
 * @param choices what could be decided next, as traces are written; nothing where the run is over
 * @param finding the promise that is broken, if one is
 * @param history what clients saw
 */
public record Replayed(
    List<String> story, List<String> choices, Optional<Finding> finding, History history) {
  /** Copies the lists. */
  public Replayed {
    story = List.copyOf(story);
    choices = List.copyOf(choices);
  }

  static Replayed of(Space space, List<Decision> decisions) {
    List<String> story = new ArrayList<>();
    try (Run run = new Run(space)) {
      for (Decision each : decisions) {
        story.addAll(told(run, each));
      }
      List<String> choices = run.choices().stream().map(String::valueOf).toList();
      Optional<Breach> breach = Promises.ofWhatWasSeen(space, run);
      if (breach.isEmpty() && choices.isEmpty()) {
        breach = Promises.ofTheEnd(space, run);
      }
      History history = run.seen();
      return new Replayed(
          story,
          choices,
          breach.map(its -> Finding.of(space, its, Decision.text(decisions), story, history)),
          history);
    }
  }

  /** Takes a decision, and tells of it. */
  private static List<String> told(Run run, Decision decision) {
    List<String> lines = new ArrayList<>();
    String about = run.explained(decision);
    List<Integer> ended = run.clients().stream().map(Performer::ended).toList();
    run.take(decision);
    lines.add(decision + (about.isEmpty() ? "" : "   " + about));
    for (int i = 0; i < ended.size(); i++) {
      if (run.clients().get(i).ended() > ended.get(i)) {
        lines.add("    c" + i + " is answered: " + run.clients().get(i).last());
      }
    }
    return lines;
  }

  @Override
  public String toString() {
    return String.join("\n", story)
        + (choices.isEmpty() ? "" : "\nnext could be: " + String.join("; ", choices))
        + finding.map(found -> "\n\nnot " + found.promise() + "\n" + found.verdict()).orElse("");
  }
}
