package io.kvstore.core.simulation;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.spi.Entry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks what every store owes, however weak: what is seen was written, by somebody who had begun
 * and was not refused, and each write took effect once.
 *
 * <p>Where a crash may take answered writes away, it may also take one away that has been seen and
 * is still being asked for: then it is performed once more, and its condition may fail this time.
 */
final class Plausible {
  private final History history;
  private final Map<String, Step> writers = new HashMap<>(); // by the key and the value

  private Plausible(History history, boolean mayForget) {
    this.history = history;
    for (Step step : history.steps()) {
      boolean failed = step.isDone() && !step.applied();
      if (step.isWrite() || step.isUnknownWrite() || (mayForget && failed)) {
        note(step.action(), step);
        step.action().parts().forEach(part -> note(part, step));
      }
    }
  }

  private void note(Action action, Step step) {
    writers.put(action.key() + "=" + action.argument(), step);
  }

  /** Checks what was seen, and what is there in the end. */
  static void check(Run run) {
    check(run.history(), run.mayForget());
    Plausible plausible = new Plausible(run.history(), run.mayForget());
    for (Map.Entry<NodeId, Map<Bytes, Entry>> replica : run.contents().entrySet()) {
      replica
          .getValue()
          .forEach(
              (key, entry) -> {
                if (!entry.isTombstone()) {
                  plausible.check(
                      key.toText(), entry.presentValue().toText(), Long.MAX_VALUE, "the end");
                }
              });
    }
  }

  /** Checks what was seen. */
  static void check(History history, boolean mayForget) {
    Plausible plausible = new Plausible(history, mayForget);
    for (Step step : history.steps()) {
      step.before().forEach((key, seen) -> plausible.check(key, seen, step));
      step.after().forEach((key, seen) -> plausible.check(key, seen, step));
    }
  }

  private void check(String key, Optional<Seen> seen, Step step) {
    seen.ifPresent(each -> check(key, each.value(), step.end(), step.toString()));
  }

  private void check(String key, String value, long time, String where) {
    if (key.equals(Work.COUNTER)) {
      checkSum(value, time, where);
      return;
    }
    Set<String> parts = new HashSet<>();
    for (String part : Values.partsOf(value)) {
      Step writer = writers.get(key + "=" + part);
      if (writer == null || writer.start() > time) {
        throw Violation.of(
            history, key, "nobody had written '" + part + "' when it was seen in " + where);
      }
      if (!parts.add(part)) {
        throw Violation.of(history, key, "'" + part + "' took effect twice: " + where);
      }
    }
  }

  /** Everything that is added is positive: there can never be more than all of it. */
  private void checkSum(String value, long time, String where) {
    long most = 0;
    for (Step step : history.steps()) {
      if (step.action().kind() == Action.Kind.ADD
          && step.outcome() != Step.Outcome.REFUSED
          && step.start() <= time) {
        most += Long.parseLong(step.action().argument());
      }
    }
    if (Long.parseLong(value) > most) {
      throw Violation.of(
          history,
          Work.COUNTER,
          value + " is more than " + most + ", which is all that was added: " + where);
    }
  }
}
