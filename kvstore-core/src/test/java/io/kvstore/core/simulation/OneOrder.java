package io.kvstore.core.simulation;

import io.kvstore.Consistency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the positions that a store gave its clients are the places of one legal order.
 *
 * <p>Each step that was answered has a position: how far its session had seen the order afterwards.
 * It is checked that
 *
 * <ol>
 *   <li>the version of what a write left behind is the write's position, no two writes share one,
 *       and no write of unknown outcome took effect at two;
 *   <li>in a session positions never go down, a write's is higher than that of the step before it,
 *       and a session that was begun after another's step is no lower than that;
 *   <li>whoever looked at a key at some position saw the last write at or before it: a write itself
 *       just before its own, a scan all keys at once, a batch all of its writes at one;
 *   <li>where real time counts: a step that began after another had ended is no lower, and higher
 *       if it is a write.
 * </ol>
 *
 * <p>Reads at the sequential level of a linearizable store count as well, but for (4); those at the
 * eventual level promise nothing that could be checked here.
 *
 * <p>Order all steps by position, and at one position the write before the reads. That order has
 * every session's own in it (2), and each read sees the last write before it (3): so the history is
 * sequentially consistent (Lamport 1979). With (4) it has real time in it as well: so it is
 * linearizable, for all keys together. A write of unknown outcome stands where it was seen; one
 * that was never seen need not have happened, except that a removal explains why something is gone.
 */
final class OneOrder {
  private record Change(Optional<String> value, Step by) {}

  private final History history;
  private final List<Step> done;
  private final Map<String, NavigableMap<Long, Change>> changes = new HashMap<>();
  private final Map<Long, Step> writers = new TreeMap<>();
  private final Map<String, Step> authors = new HashMap<>(); // by the key and its new value
  private final Map<Long, Step> lastThere = new HashMap<>(); // by the version of what may pass
  private final Map<Long, Step> firstGone = new HashMap<>();
  private final Map<Step, Long> unknown = new HashMap<>(); // where they were seen to be

  private OneOrder(History history) {
    this.history = history;
    done = history.steps().stream().filter(step -> step.isDone() && !isEventual(step)).toList();
    history.keys().forEach(key -> changes.put(key, new TreeMap<>()));
  }

  private static boolean isEventual(Step step) {
    return step.action().level().equals(Optional.of(Consistency.EVENTUAL));
  }

  /** Checks sequential consistency. */
  static void checkSequential(History history) {
    new OneOrder(history).check(false);
  }

  /** Checks linearizability. */
  static void checkLinearizable(History history) {
    new OneOrder(history).check(true);
  }

  private void check(boolean inRealTime) {
    done.stream().filter(Step::isWrite).forEach(this::place);
    noteAuthors();
    for (Step step : done) {
      step.before().forEach((key, seen) -> seen.ifPresent(each -> placeSeen(key, each)));
      step.after().forEach((key, seen) -> seen.ifPresent(each -> placeSeen(key, each)));
    }
    checkSessions();
    unknown.forEach((step, position) -> checkUnknown(step, position, inRealTime));
    done.forEach(this::checkReads);
    if (inRealTime) {
      checkRealTime();
    }
  }

  // Places

  private void place(Step step) {
    Step other = writers.put(step.position(), step);
    if (other != null) {
      throw new Violation("two writes at one position:\n" + other + "\n" + step);
    }
    Action action = step.action();
    switch (action.kind()) {
      case REMOVE -> change(action.key(), step.position(), Optional.empty(), step);
      case BATCH ->
          action
              .parts()
              .forEach(
                  part -> change(part.key(), step.position(), Optional.of(part.argument()), step));
      default -> {
        Optional<Seen> after =
            step.after()
                .getOrDefault(action.key(), Optional.of(new Seen(action.argument(), Seen.UNTOLD)));
        Seen left = after.orElseThrow();
        if (left.version() != Seen.UNTOLD && left.version() != step.position()) {
          throw new Violation("the version of a write is not its position:\n" + step);
        }
        change(action.key(), step.position(), Optional.of(left.value()), step);
      }
    }
  }

  private void change(String key, long position, Optional<String> value, Step by) {
    changesOf(key).put(position, new Change(value, by));
  }

  private NavigableMap<Long, Change> changesOf(String key) {
    return changes.computeIfAbsent(key, first -> new TreeMap<>());
  }

  /** Only writes of unknown outcome stand where they were seen. */
  private void placeSeen(String key, Seen seen) {
    if (seen.version() == Seen.UNTOLD) {
      return;
    }
    Change there = changesOf(key).get(seen.version());
    if (there == null) {
      Step author = authorOf(key, seen.value());
      if (author == null) {
        throw Violation.of(history, key, "nobody can have written " + seen);
      }
      if (!key.equals(Work.COUNTER)) {
        checkOnlyPlace(key, seen, author);
        unknown.put(author, seen.version());
      }
      change(key, seen.version(), Optional.of(seen.value()), author);
      for (Action part : author.action().parts()) { // where one of them is, all are
        change(part.key(), seen.version(), Optional.of(part.argument()), author);
      }
    } else if (!there.value().equals(Optional.of(seen.value()))) {
      throw Violation.of(
          history, key, "one version with two values: " + there.value() + " and " + seen);
    }
  }

  private void checkOnlyPlace(String key, Seen seen, Step author) {
    changesOf(key)
        .forEach(
            (position, change) -> {
              if (change.by().start() == author.start()) {
                throw Violation.of(
                    history,
                    key,
                    "one write at two positions, " + position + " and " + seen.version());
              }
            });
  }

  /** A value ends with what its writer put or appended, which nobody else did. */
  private void noteAuthors() {
    for (Step step : history.steps()) {
      if (step.isUnknownWrite()) {
        authors.put(step.action().key() + "=" + step.action().argument(), step);
        step.action()
            .parts()
            .forEach(part -> authors.put(part.key() + "=" + part.argument(), step));
      }
    }
  }

  private @Nullable Step authorOf(String key, String value) {
    if (key.equals(Work.COUNTER)) {
      return history.steps().stream()
          .filter(step -> step.isUnknownWrite() && step.action().key().equals(key))
          .findFirst()
          .orElse(null);
    }
    return authors.get(key + "=" + Values.lastPartOf(value));
  }

  // Rules

  private void checkSessions() {
    Map<Integer, Step> last = new HashMap<>();
    Map<Long, Step> byStart = new HashMap<>();
    for (Step step : done) {
      byStart.put(step.start(), step);
      checkAfter(last.put(step.session(), step), step, "goes back in its session");
      checkAfter(byStart.get(step.follows()), step, "is older than what its session began with");
    }
  }

  private static void checkAfter(@Nullable Step earlier, Step later, String what) {
    if (earlier != null && later.position() < earlier.position() + (later.isWrite() ? 1 : 0)) {
      throw new Violation("the second of these " + what + ":\n" + earlier + "\n" + later);
    }
  }

  private void checkUnknown(Step step, long position, boolean inRealTime) {
    for (Step earlier : done) {
      boolean isBefore =
          earlier.end() < step.start() && (inRealTime || earlier.session() == step.session());
      if (isBefore && earlier.position() >= position) {
        throw new Violation(
            "the second of these began after the first, but took effect before it, at "
                + position
                + ":\n"
                + earlier
                + "\n"
                + step);
      }
    }
  }

  private void checkReads(Step step) {
    for (String key : changes.keySet()) {
      if (step.looksAt(key)) {
        long position = step.isWrite() ? step.position() - 1 : step.position();
        checkRead(key, step.sees(key), position, step);
      }
    }
  }

  private void checkRead(String key, Optional<Seen> seen, long position, Step reader) {
    Map.Entry<Long, Change> last = changesOf(key).floorEntry(position);
    Optional<String> expected = last == null ? Optional.empty() : last.getValue().value();
    boolean isAsExpected = expected.equals(seen.map(Seen::value));
    if (last != null && Work.isPassing(key) && (isAsExpected || seen.isEmpty())) {
      checkPassing(key, seen, last.getKey(), reader);
    }
    if (isAsExpected
        || (seen.isEmpty() && Work.isPassing(key))
        || (seen.isEmpty() && mayHaveBeenRemoved(key, reader))
        || (seen.isPresent() && isAnywhere(key, seen.get()))) {
      return;
    }
    throw Violation.of(
        history,
        key,
        "at " + position + " there was " + expected + ", but this saw something else:\n" + reader);
  }

  /** What has gone away by itself stays away: it went with a time that stands at a position. */
  private void checkPassing(String key, Optional<Seen> seen, long version, Step reader) {
    Map<Long, Step> places = seen.isPresent() ? lastThere : firstGone;
    places.merge(
        version,
        reader,
        (one, other) -> (one.position() < other.position()) == seen.isPresent() ? other : one);
    Step there = lastThere.get(version);
    Step gone = firstGone.get(version);
    if (there != null && gone != null && there.position() >= gone.position()) {
      throw Violation.of(
          history, key, "this had gone away, and came back:\n" + gone + "\n" + there);
    }
  }

  /** Whether this was seen without its version, and its writer does not know of its outcome. */
  private boolean isAnywhere(String key, Seen seen) {
    Step author = seen.version() == Seen.UNTOLD ? authorOf(key, seen.value()) : null;
    return author != null && !unknown.containsKey(author);
  }

  private boolean mayHaveBeenRemoved(String key, Step before) {
    return history.steps().stream()
        .anyMatch(
            step ->
                step.isUnknownWrite()
                    && step.action().kind() == Action.Kind.REMOVE
                    && step.action().key().equals(key)
                    && step.start() < before.end());
  }

  private void checkRealTime() {
    List<Step> starts = done.stream().filter(step -> step.action().level().isEmpty()).toList();
    List<Step> ends = new ArrayList<>(starts);
    ends.sort(Comparator.comparingLong(Step::end));
    int next = 0;
    Step highest = null;
    for (Step step : starts) {
      while (next < ends.size() && ends.get(next).end() < step.start()) {
        Step ended = ends.get(next++);
        highest = highest == null || ended.position() > highest.position() ? ended : highest;
      }
      checkAfter(highest, step, "began after the first had ended, but stands before it");
    }
  }
}
