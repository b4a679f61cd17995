package io.kvstore.core.simulation;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.spi.Entry;
import java.util.Map;
import java.util.Optional;

/**
 * Checks what is left when everything works again and nobody writes any more: all replicas hold the
 * same, with nothing but what can be seen, and no write that was answered is lost.
 */
final class Agreement {
  private Agreement() {}

  /** Checks that all replicas hold the same entries, and no tombstones. */
  static void check(Run run) {
    Map<Bytes, Entry> first = run.contents().get(NodeId.of(0));
    run.contents()
        .forEach(
            (node, contents) -> {
              if (!contents.equals(first)) {
                throw new Violation(
                    "replicas hold different entries: n0 "
                        + first
                        + "\nbut "
                        + node
                        + " "
                        + contents
                        + "\n"
                        + differences(run, first, contents));
              }
            });
    first.forEach(
        (key, entry) -> {
          if (entry.isTombstone()) {
            throw Violation.of(
                run.history(), key.toText(), "a tombstone is never collected: " + entry);
          }
        });
  }

  private static String differences(Run run, Map<Bytes, Entry> one, Map<Bytes, Entry> other) {
    StringBuilder text = new StringBuilder();
    for (String key : run.history().keys()) {
      Bytes bytes = Bytes.of(key);
      if (!Optional.ofNullable(one.get(bytes)).equals(Optional.ofNullable(other.get(bytes)))) {
        text.append("The history of ").append(key).append(":\n").append(run.history().of(key));
      }
    }
    return text.toString();
  }

  /** Checks that what was added and answered is in the sum. */
  static void checkNothingAddedIsLost(Run run) {
    long least = 0;
    for (Step step : run.history().steps()) {
      if (step.action().kind() == Action.Kind.ADD && step.isDone()) {
        least += Long.parseLong(step.action().argument());
      }
    }
    Entry entry = run.contents().get(NodeId.of(0)).get(Bytes.of(Work.COUNTER));
    long sum = entry == null ? 0 : Long.parseLong(entry.presentValue().toText());
    if (sum < least) {
      throw Violation.of(
          run.history(), Work.COUNTER, sum + " is less than " + least + ", which was answered");
    }
  }

  /** Checks that the last actions, with everything working, were all done. */
  static void checkEverythingServes(Run run) {
    run.history().steps().stream()
        .filter(step -> step.start() > run.repairedAt() && !step.isDone())
        .findFirst()
        .ifPresent(
            step -> {
              throw new Violation("everything works again, and this was not done:\n" + step);
            });
  }

  /** Checks that no entry is older than a write of its key that was answered. */
  static void checkNothingWrittenIsLost(Run run) {
    for (Step step : run.history().steps()) {
      if (step.isWrite()) {
        step.after()
            .forEach(
                (key, seen) -> {
                  Entry entry = run.contents().get(NodeId.of(0)).get(Bytes.of(key));
                  if (entry != null && seen.isPresent() && entry.version() < seen.get().version()) {
                    throw Violation.of(
                        run.history(),
                        key,
                        "what this wrote is lost, there is " + entry + ":\n" + step);
                  }
                });
      }
    }
  }
}
