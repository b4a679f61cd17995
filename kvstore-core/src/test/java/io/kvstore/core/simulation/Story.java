package io.kvstore.core.simulation;

import io.kvstore.Consistency;
import io.kvstore.core.simulation.Step.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A history that is told step by step. Without times of their own, steps do not overlap. */
final class Story {
  private final List<Step> steps = new ArrayList<>();
  private long now;

  History history() {
    return new History(steps);
  }

  /** A session saw a value with its version; at the strong levels, at this position. */
  Story read(int session, String key, String value, long version, long position) {
    now += 10;
    return readBetween(now, now + 5, session, key, value, version, position);
  }

  Story readBetween(
      long start, long end, int session, String key, String value, long version, long position) {
    Map<String, Optional<Seen>> after = Map.of(key, Optional.of(new Seen(value, version)));
    return add(session, Action.get(key), start, end, Outcome.DONE, Map.of(), after, position, -1);
  }

  /** A session saw a value at a level that is weaker than its store, and so without its version. */
  Story readAt(Consistency weaker, int session, String key, String value, long position) {
    now += 10;
    Map<String, Optional<Seen>> after = Map.of(key, Optional.of(new Seen(value, Seen.UNTOLD)));
    Action get = Action.get(key).at(weaker);
    return add(session, get, now, now + 5, Outcome.DONE, Map.of(), after, position, -1);
  }

  /** A session found nothing under a key. */
  Story readNothing(int session, String key, long position) {
    now += 10;
    return add(
        session,
        Action.get(key),
        now,
        now + 5,
        Outcome.DONE,
        Map.of(),
        Map.of(key, Optional.empty()),
        position,
        -1);
  }

  /** A session saw all entries: keys and values in turns, each value with its version. */
  Story scan(int session, long position, Map<String, Seen> entries) {
    now += 10;
    Map<String, Optional<Seen>> after = new java.util.TreeMap<>();
    entries.forEach((key, seen) -> after.put(key, Optional.of(seen)));
    return add(session, Action.scan(), now, now + 5, Outcome.DONE, Map.of(), after, position, -1);
  }

  /** A session wrote, and was not told what had been there. */
  Story write(int session, Action action, long position) {
    now += 10;
    return writeBetween(now, now + 5, session, action, position);
  }

  Story writeBetween(long start, long end, int session, Action action, long position) {
    return add(session, action, start, end, Outcome.DONE, Map.of(), Map.of(), position, -1);
  }

  /** A session added, and was told the sum. */
  Story add(int session, String key, long delta, long sum, long position) {
    now += 10;
    Map<String, Optional<Seen>> after =
        Map.of(key, Optional.of(new Seen(Long.toString(sum), Seen.UNTOLD)));
    return add(
        session, Action.add(key, delta), now, now + 5, Outcome.DONE, Map.of(), after, position, -1);
  }

  /** A session wrote, and was told what had been there and what is there now. */
  Story replaced(int session, Action action, Seen before, Seen after, long position) {
    now += 10;
    return add(
        session,
        action,
        now,
        now + 5,
        Outcome.DONE,
        Map.of(action.key(), Optional.of(before)),
        Map.of(action.key(), Optional.of(after)),
        position,
        -1);
  }

  /** A session would have written, but the condition did not hold for what was there. */
  Story notApplied(int session, Action action, String there) {
    now += 10;
    Map<String, Optional<Seen>> both =
        Map.of(action.key(), Optional.of(new Seen(there, Seen.UNTOLD)));
    return add(session, action, now, now + 5, Outcome.DONE, false, both, both, 0, -1);
  }

  /** A session wrote, and does not know what became of it. */
  Story unknown(int session, Action action) {
    now += 10;
    return add(session, action, now, Long.MAX_VALUE, Outcome.UNKNOWN, Map.of(), Map.of(), 0, -1);
  }

  Story refused(int session, Action action) {
    now += 10;
    return add(session, action, now, now + 5, Outcome.REFUSED, Map.of(), Map.of(), 0, -1);
  }

  /** The next step belongs to a session that began with the position of the last step's. */
  Story handOver(int session, String key, String value, long version, long position) {
    long followed = steps.get(steps.size() - 1).start();
    now += 10;
    Map<String, Optional<Seen>> after = Map.of(key, Optional.of(new Seen(value, version)));
    return add(
        session, Action.get(key), now, now + 5, Outcome.DONE, Map.of(), after, position, followed);
  }

  private Story add(
      int session,
      Action action,
      long start,
      long end,
      Outcome outcome,
      Map<String, Optional<Seen>> before,
      Map<String, Optional<Seen>> after,
      long position,
      long follows) {
    return add(session, action, start, end, outcome, true, before, after, position, follows);
  }

  private Story add(
      int session,
      Action action,
      long start,
      long end,
      Outcome outcome,
      boolean applied,
      Map<String, Optional<Seen>> before,
      Map<String, Optional<Seen>> after,
      long position,
      long follows) {
    steps.add(
        new Step(
            session,
            Optional.empty(),
            action,
            start,
            end,
            outcome,
            applied,
            before,
            after,
            position,
            follows));
    return this;
  }
}
