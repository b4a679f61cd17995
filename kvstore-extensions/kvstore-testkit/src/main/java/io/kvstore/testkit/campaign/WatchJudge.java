package io.kvstore.testkit.campaign;

import io.kvstore.Bytes;
import io.kvstore.Changed;
import io.kvstore.Versioned;
import io.kvstore.WatchEvent;
import io.kvstore.core.replication.Turns;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether watches were told every change once, in order, up to the last.
 *
 * <p>A watch that was told that something is missing has to be told the rest once, and in order,
 * all the same.
 */
final class WatchJudge {
  private record Change(String key, long version) {}

  private final Played played;
  private final boolean hasOneOrder;
  private final Watcher watcher;
  private final Set<Change> told = new HashSet<>();
  private final Map<String, Versioned<String>> last = new HashMap<>();
  private final Map<String, Long> newest = new HashMap<>(); // also of what is gone

  private WatchJudge(Played played, boolean hasOneOrder, Watcher watcher) {
    this.played = played;
    this.hasOneOrder = hasOneOrder;
    this.watcher = watcher;
  }

  static Verdict judge(Played played) {
    boolean isStill = !played.scenario().isChanging();
    boolean hasOneOrder = isStill && played.scenario().setup().cell().hasOneOrder();
    for (Watcher watcher : played.watchers()) {
      Optional<Broken> broken = new WatchJudge(played, hasOneOrder, watcher).judge();
      if (broken.isPresent()) {
        return broken.get();
      }
    }
    return new Holds();
  }

  private Optional<Broken> judge() {
    Map<Integer, Long> positions = new HashMap<>(); // by shard
    for (WatchEvent<String, String> event : watcher.events()) {
      long before = positions.getOrDefault(event.shard(), Long.MIN_VALUE);
      if (hasOneOrder && event.version() <= before) {
        return broken("", event + " was told after the version " + before);
      }
      positions.put(event.shard(), event.version());
      for (Changed<String, String> changed : event.changes()) {
        if (!watcher.part().covers(changed.key())) {
          return broken(changed.key(), "is of another part of the keys" + watcher.part());
        }
        boolean isNews = told.add(new Change(changed.key(), event.version()));
        if (!isNews && !mayComeAgain(changed)) {
          return broken(changed.key(), "the version " + event.version() + " was told twice");
        }
        Optional<Broken> wrong = take(event, changed);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return watcher.isGone() ? Optional.empty() : late().or(this::missing);
  }

  /**
   * Where members write independently, what has expired here by one clock may come again from a
   * member whose clock is behind; and a position does not tell what read repair has brought ahead
   * of its turn.
   */
  private boolean mayComeAgain(Changed<String, String> changed) {
    boolean mayBeAheadOfItsTurn =
        played.scenario().isChanging()
            || played.scenario().setup().cell().traits().turns() != Turns.OF_WRITERS;
    return !hasOneOrder
        && ((watcher.breaksOff() && mayBeAheadOfItsTurn)
            || changed.now().flatMap(Versioned::expiresAt).isPresent());
  }

  private Optional<Broken> take(WatchEvent<String, String> event, Changed<String, String> changed) {
    Versioned<String> before = last.get(changed.key());
    boolean isOrdered = hasOneOrder || (watcher.isPinned() && !played.scenario().isChanging());
    if (isOrdered
        && !mayComeAgain(changed)
        && before != null
        && before.version() >= event.version()) {
      return broken(changed.key(), "the version " + event.version() + " was told after " + before);
    }
    if (newest.getOrDefault(changed.key(), Long.MIN_VALUE) < event.version()) {
      newest.put(changed.key(), event.version());
      changed
          .now()
          .ifPresentOrElse(now -> last.put(changed.key(), now), () -> last.remove(changed.key()));
    }
    return Optional.empty();
  }

  /** What was told only because something else happened. */
  private Optional<Broken> late() {
    Set<Change> toldLater = new HashSet<>();
    for (WatchEvent<String, String> event : watcher.toldLater()) {
      for (Changed<String, String> changed : event.changes()) {
        if (!mayComeAgain(changed)) {
          toldLater.add(new Change(changed.key(), event.version()));
        }
      }
    }
    History history = played.history();
    for (int row = 0; row < history.size() && !toldLater.isEmpty(); row++) {
      boolean isDone = history.kind(row) != Kind.READ && history.outcome(row) == Outcome.OK;
      boolean isBefore = history.returned(row) < watcher.quietAt() - Judge.WITHIN_AN_INSTANT;
      String key = String.valueOf(history.values().get(history.key(row)));
      if (isDone && isBefore && toldLater.contains(new Change(key, history.version(row)))) {
        return Optional.of(
            new Broken(
                key,
                "a watch was told of a change only when something else had happened: version "
                    + history.version(row),
                List.of(history.operation(row)),
                List.of()));
      }
    }
    return Optional.empty();
  }

  /** What has to be told and was not. */
  private Optional<Broken> missing() {
    History history = played.history();
    Map<Bytes, Entry> contents = played.contents().asTheFirstHas();
    for (int row = 0; row < history.size(); row++) {
      boolean isWrite = history.kind(row) != Kind.READ && history.outcome(row) == Outcome.OK;
      boolean isSince = history.invoked(row) > watcher.begun() + Judge.WITHIN_AN_INSTANT;
      long version = history.version(row);
      String key = String.valueOf(history.values().get(history.key(row)));
      if (!isWrite || !isSince || version == Values.NONE || !watcher.part().covers(key)) {
        continue;
      }
      Entry kept = contents.get(Bytes.of(key));
      boolean isLast = kept != null && !kept.isTombstone() && kept.version() == version;
      if ((hasOneOrder || isLast) && !told.contains(new Change(key, version))) {
        return Optional.of(
            new Broken(
                key,
                "a change was not told to a watch that began before: version " + version,
                List.of(history.operation(row)),
                List.of()));
      }
      OptionalLong lastTold =
          last.containsKey(key) ? OptionalLong.of(last.get(key).version()) : OptionalLong.empty();
      if (isLast && hasOneOrder && lastTold.isPresent() && lastTold.getAsLong() != version) {
        return broken(key, "the last that was told is not what there is: " + last.get(key));
      }
    }
    for (Map.Entry<String, Versioned<String>> each : last.entrySet()) {
      Entry kept = contents.get(Bytes.of(each.getKey()));
      boolean isGone = kept == null || kept.isTombstone();
      if (isGone && each.getValue().expiresAt().isEmpty()) {
        return broken(each.getKey(), "was not told of its removal: " + each.getValue());
      }
    }
    return Optional.empty();
  }

  private static Optional<Broken> broken(String key, String why) {
    return Optional.of(new Broken(key, "a watch: " + why, List.of(), List.of()));
  }
}
