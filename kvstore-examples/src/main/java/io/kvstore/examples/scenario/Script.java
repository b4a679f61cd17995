package io.kvstore.examples.scenario;

import io.kvstore.examples.scenario.Request.Sleep;
import io.kvstore.examples.scenario.Request.Write;
import io.kvstore.examples.scenario.ScenarioFile.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** What each client does, step by step: the same for the same file and seed. */
record Script(List<Part> parts) {
  private static final int LONGEST_RANDOM_SLEEP_MILLIS = 1_000;

  /**
   * What one client does.
   *
   * @param place where the file tells of it
   * @param server whom it talks to
   * @param steps its requests, each sleep with its time
   */
  record Part(String place, int server, List<Request> steps) {}

  /** Draws the times of the sleeps from a seed. */
  static Script of(ScenarioFile file, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Part> parts = new ArrayList<>();
    for (Group group : file.groups()) {
      for (int i = 0; i < group.number(); i++) {
        parts.add(part(group, random.split()));
      }
    }
    return new Script(List.copyOf(parts));
  }

  private static Part part(Group group, SplittableRandom random) {
    List<Request> steps = new ArrayList<>(group.repeat() * group.requests().size());
    for (int round = 1; round <= group.repeat(); round++) {
      for (Request request : group.requests()) {
        steps.add(step(request, round, random));
      }
    }
    return new Part(group.place(), group.server(), steps);
  }

  private static Request step(Request request, int round, SplittableRandom random) {
    if (request instanceof Sleep sleep) {
      return timed(sleep, random);
    }
    // A checker says more of a history whose writes can be told apart.
    return request instanceof Write write && round > 1
        ? new Write(write.key(), write.value() + " " + round)
        : request;
  }

  private static Sleep timed(Sleep sleep, SplittableRandom random) {
    return sleep.millis().isPresent()
        ? sleep
        : new Sleep(OptionalLong.of(random.nextInt(LONGEST_RANDOM_SLEEP_MILLIS + 1)));
  }

  /** The same without the sleeps. */
  Script awake() {
    return new Script(
        parts.stream()
            .map(
                part ->
                    new Part(
                        part.place(),
                        part.server(),
                        part.steps().stream().filter(step -> !(step instanceof Sleep)).toList()))
            .toList());
  }

  /** How many steps there are for all clients together. */
  long steps() {
    return parts.stream().mapToLong(part -> part.steps().size()).sum();
  }
}
