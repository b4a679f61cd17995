package io.kvstore.testkit.campaign;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Linearizability;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Checks everything that a cell promises of what came of a scenario. */
final class Judge {
  private static final Budget BUDGET = new Budget(Duration.ofSeconds(5), 256L << 20);

  private final Played played;
  private final Cell cell;
  private final boolean isOwnProtocol;
  private final Map<String, Verdict> verdicts = new LinkedHashMap<>();

  private Judge(Played played, boolean isOwnProtocol) {
    this.played = played;
    this.isOwnProtocol = isOwnProtocol;
    cell = played.scenario().setup().cell();
  }

  static Judgement judge(Played played) {
    return new Judge(played, false).judge();
  }

  /** The same for somebody's own protocol, which may keep tombstones for ever. */
  static Judgement judgeOwnProtocol(Played played) {
    return new Judge(played, true).judge();
  }

  /** Whether clients saw what a level promises, whichever level the store has. */
  static Judgement judgeAs(Consistency level, Played played) {
    String promise = level.name().toLowerCase(Locale.ROOT);
    return new Judgement(Map.of(promise, Levels.check(level, played.history(), BUDGET)));
  }

  private Judgement judge() {
    promise(cell.consistency());
    if (cell.hasOneWriterForEachKey() && !cell.isStrong() && !played.mayForget()) {
      verdicts.put("one by one", isOneByOne());
    }
    verdicts.put("behaving", behaves());
    verdicts.put("agreeing", agrees());
    if (!played.mayForget()) {
      verdicts.put("keeping", keepsWhatWasAnswered());
    }
    if (!isOwnProtocol) {
      verdicts.put("tidy", isTidy());
    }
    return new Judgement(verdicts);
  }

  private void promise(Consistency level) {
    verdicts.put(
        level.name().toLowerCase(Locale.ROOT), Levels.check(level, played.history(level), BUDGET));
  }

  /** All writes of a key are performed one after the other, whatever readers see. */
  private Verdict isOneByOne() {
    History writes = played.history().only(i -> played.history().kind(i) != Kind.READ);
    return Linearizability.check(writes, Model.keyValue(null), BUDGET);
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
      }
      if (each.getValue().size() != first.size()) {
        return broken(
            "", each.getKey() + " has lost keys of n0: " + first + ", but " + each.getValue());
      }
    }
    return new Holds();
  }

  /** What a client was told that it has written is there, unless something newer is. */
  private Verdict keepsWhatWasAnswered() {
    Map<Bytes, Entry> contents = requireNonNull(played.contents().get(NodeId.of(0)));
    History history = played.history();
    for (int i = 0; i < history.size(); i++) {
      boolean isWrite = history.kind(i) != Kind.READ && history.kind(i) != Kind.DELETE;
      if (isWrite && history.outcome(i) == Outcome.OK && history.version(i) != Values.NONE) {
        Object key = history.values().get(history.key(i));
        Entry entry = contents.get(Bytes.of(String.valueOf(key)));
        if (entry == null ? !isEverDeleted(history.key(i)) : entry.version() < history.version(i)) {
          Operation lost = history.operation(i);
          return new Broken(
              lost.key(), "an answered write is lost, there is " + entry, List.of(lost), List.of());
        }
      }
    }
    return new Holds();
  }

  private boolean isEverDeleted(int key) {
    History history = played.history();
    for (int i = 0; i < history.size(); i++) {
      if (history.key(i) == key && history.kind(i) == Kind.DELETE) {
        return true;
      }
    }
    return false;
  }

  /** Nothing is kept of what was removed, once everybody knows. */
  private Verdict isTidy() {
    for (Map<Bytes, Entry> each : played.contents().values()) {
      for (Map.Entry<Bytes, Entry> kept : each.entrySet()) {
        if (kept.getValue().isTombstone()) {
          return broken(
              kept.getKey().toText(), "a tombstone was not collected: " + kept.getValue());
        }
      }
    }
    return new Holds();
  }

  private static Broken broken(String key, String why) {
    return new Broken(key, why, List.of(), List.of());
  }
}
