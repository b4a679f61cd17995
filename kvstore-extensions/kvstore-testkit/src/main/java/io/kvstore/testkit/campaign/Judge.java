package io.kvstore.testkit.campaign;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Linearizability;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.History;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks everything that a cell promises of what came of a scenario. */
final class Judge {
  private static final Budget BUDGET = new Budget(Duration.ofSeconds(5), 256L << 20);

  private final Played played;
  private final Cell cell;
  private final History history;
  private final Map<String, Verdict> verdicts = new LinkedHashMap<>();

  private Judge(Played played) {
    this.played = played;
    cell = played.scenario().setup().cell();
    history = played.history();
  }

  static Judgement judge(Played played) {
    return new Judge(played).judge();
  }

  private Judgement judge() {
    verdicts.put("behaves", behaves());
    verdicts.put("agrees", agrees());
    switch (cell.consistency()) {
      case LINEARIZABLE ->
          verdicts.put(
              "linearizable", Linearizability.check(history, Model.keyValue(null), BUDGET));
      default -> {}
    }
    return new Judgement(verdicts);
  }

  private Verdict behaves() {
    if (played.misbehaviour().isPresent()) {
      return broken("", played.misbehaviour().get());
    }
    return played.refusedAtTheEnd() == 0
        ? new Holds()
        : broken(
            "",
            played.refusedAtTheEnd() + " operations were not done when everything worked again");
  }

  /** All replicas hold the same in the end, and nothing but what can be seen. */
  private Verdict agrees() {
    Map<Bytes, Entry> first = requireNonNull(played.contents().get(NodeId.of(0)));
    for (Map.Entry<NodeId, Map<Bytes, Entry>> each : played.contents().entrySet()) {
      for (Bytes key : each.getValue().keySet()) {
        Entry entry = each.getValue().get(key);
        if (!entry.equals(first.get(key))) {
          return broken(
              key.toText(), "n0 has " + first.get(key) + ", " + each.getKey() + " " + entry);
        }
        if (entry.isTombstone()) {
          return broken(key.toText(), "a tombstone was not collected: " + entry);
        }
      }
      if (each.getValue().size() != first.size()) {
        return broken(
            "", each.getKey() + " has lost keys of n0: " + first + ", but " + each.getValue());
      }
    }
    return new Holds();
  }

  private static Broken broken(String key, String why) {
    return new Broken(key, why, List.of(), List.of());
  }
}
