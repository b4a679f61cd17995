package io.kvstore.testkit.check;

import io.kvstore.testkit.check.CausalSearch.Level;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.LongTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * How likely it is that an ambiguous read is from one write or another, by what its session knows
 * at that point of a run through all sessions.
 *
 * <p>There are two ways to look at it. By what it brings: a write is likely that the session knows,
 * and that no session has overwritten; otherwise one that brings as little as possible that the
 * session did not know. By versions: a write is likely that comes next after the newest one that
 * the session knows, and for a read that is a write as well, the one that comes just before it. The
 * latter is how a store that has one order answers; it may name a write that is not done.
 */
final class Candidates {
  private static final int NONE = Sessions.NONE;

  // The classes of candidates
  private static final int BEATEN = 0;
  private static final int UNLIKELY = 1;
  private static final int POSSIBLE = 2;
  private static final int LIKELY = 3;
  private static final int BITS_WITHIN_A_CLASS = 60;
  private static final long LAST_WITHIN_A_CLASS = (1L << BITS_WITHIN_A_CLASS) - 1;

  private final Observed observed;
  private final History history;
  private final Sessions sessions;
  private final Past past;
  private final Ceilings ceilings;
  private final Level level;

  /** By read: the write that it is from, as far as that is known or chosen. */
  private final IntUnaryOperator sourceOf;

  /** By candidate: the writes that were read by sessions that knew of it. */
  private final Map<Integer, Set<Integer>> beatenBy = new HashMap<>();

  /** By session and key: its last read of that. */
  private final LongTable lastRead = new LongTable();

  Candidates(
      Sessions sessions, Past past, Ceilings ceilings, Level level, IntUnaryOperator sourceOf) {
    this.sessions = sessions;
    this.past = past;
    this.ceilings = ceilings;
    this.level = level;
    this.sourceOf = sourceOf;
    observed = sessions.observed;
    history = observed.history;
  }

  /** Takes note of a candidate, before any read is noted that may speak against it. */
  void consider(int candidate) {
    beatenBy.computeIfAbsent(candidate, first -> new HashSet<>());
  }

  /** Takes note of what a session has read. */
  void note(int row, int[] clocks, int from) {
    int source = sourceOf.applyAsInt(row);
    lastRead.put((long) sessions.session[row] << 32 | observed.key[row], row);
    if (level == Level.CONVERGENCE) {
      beatenBy.forEach(
          (candidate, winners) -> {
            if (observed.key[candidate] == observed.key[row]
                && candidate != source
                && isKnown(candidate, clocks, from)) {
              winners.add(source);
            }
          });
    }
  }

  /** The operation whose clock a candidate's is: its own, or the last that it certainly knew. */
  int node(int candidate) {
    return sessions.session[candidate] != NONE ? candidate : sessions.previous[candidate];
  }

  boolean isDone(int candidate) {
    int node = node(candidate);
    return node == NONE || past.isDone(node);
  }

  /** Whether a rank is of a candidate that nothing speaks against. */
  static boolean isPossible(long rank) {
    return rank >= rank(UNLIKELY, 0);
  }

  /** The rank of a candidate that is done, by what it brings to the session. */
  long byNews(int candidate, int row, int[] clocks, int from) {
    if (isBeaten(candidate, row, clocks, from) || exceeds(candidate, row)) {
      return rank(BEATEN, Integer.MAX_VALUE - news(candidate, clocks, from));
    }
    if (isKnown(candidate, clocks, from)) {
      return rank(LIKELY, candidate);
    }
    int kind = knowsAllOf(candidate, observed.key[row], clocks, from) ? POSSIBLE : UNLIKELY;
    return rank(kind, Integer.MAX_VALUE - news(candidate, clocks, from));
  }

  /** The rank of any candidate by the order of versions, and by time where they do not tell. */
  long byVersion(int candidate, int row, int[] clocks, int from) {
    long place = place(candidate);
    long own = observed.versionWritten(row);
    if (own != NONE && place != NONE) {
      return rank(place < 2 * own ? LIKELY : BEATEN, place);
    }
    boolean isDone = isDone(candidate);
    if (history.invoked(candidate) > history.returned(row)
        || (isDone
            ? isBeaten(candidate, row, clocks, from) || exceeds(candidate, row)
            : isOlderThanKnown(candidate, observed.key[row], clocks, from))) {
      return rank(BEATEN, Integer.MAX_VALUE - candidate);
    }
    if (isDone && isKnown(candidate, clocks, from)) {
      return rank(LIKELY, candidate);
    }
    return place == NONE ? rank(UNLIKELY, candidate) : rank(POSSIBLE, LAST_WITHIN_A_CLASS - place);
  }

  private static long rank(int kind, long within) {
    return (long) kind << BITS_WITHIN_A_CLASS | Math.min(within, LAST_WITHIN_A_CLASS);
  }

  /** Where a write is in the order of versions: at its own, or just after the one it replaced. */
  private long place(int write) {
    long version = observed.versionWritten(write);
    if (version != NONE) {
      return 2 * version;
    }
    long replaced = history.replaced(write);
    return replaced == NONE ? NONE : 2 * replaced + 1;
  }

  private boolean exceeds(int candidate, int row) {
    int node = node(candidate);
    return node != NONE && ceilings.isExceeded(row, past.clocks(), past.from(node));
  }

  private boolean isKnown(int row, int[] clocks, int from) {
    int session = sessions.session[row];
    return session != NONE && clocks[from + session] >= sessions.position[row];
  }

  private boolean isBeaten(int candidate, int row, int[] clocks, int from) {
    int before = lastRead.get((long) sessions.session[row] << 32 | observed.key[row]);
    if (before != LongTable.ABSENT
        && sourceOf.applyAsInt(before) != candidate
        && sessions.session[candidate] != NONE
        && past.isAfter(before, candidate)) {
      return true;
    }
    for (int winner : beatenBy.getOrDefault(candidate, Set.of())) {
      if (winner >= 0 && isKnown(winner, clocks, from)) {
        return true;
      }
    }
    return isOlderThanKnown(candidate, observed.key[row], clocks, from)
        || (isKnown(candidate, clocks, from)
            && isOverwritten(candidate, observed.key[row], clocks, from));
  }

  /** Whether a write of the key is known that has a later place in the order of versions. */
  private boolean isOlderThanKnown(int candidate, int key, int[] clocks, int from) {
    long place = place(candidate);
    for (int lane = sessions.lanesFrom(key);
        place != NONE && lane < sessions.lanesTo(key);
        lane++) {
      int write = lastKnown(lane, clocks, from);
      if (write != NONE && place(write) > place) {
        return true;
      }
    }
    return false;
  }

  /** Whether a write of the key is known that its session made in knowledge of this one. */
  private boolean isOverwritten(int candidate, int key, int[] clocks, int from) {
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int write = lastKnown(lane, clocks, from);
      if (write != NONE && write != candidate && past.isAfter(write, candidate)) {
        return true;
      }
    }
    return false;
  }

  /** The last write of a lane that a clock knows, {@link #NONE} if it knows none. */
  private int lastKnown(int lane, int[] clocks, int from) {
    int session = sessions.laneSession(lane);
    int last = sessions.lastIn(lane, clocks[from + session]);
    return last == 0 ? NONE : sessions.at(session, last);
  }

  /** Whether a candidate knows of all writes of the key that the clock knows of. */
  private boolean knowsAllOf(int candidate, int key, int[] clocks, int from) {
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int write = lastKnown(lane, clocks, from);
      if (write != NONE && !knows(candidate, write)) {
        return false;
      }
    }
    return true;
  }

  private boolean knows(int candidate, int write) {
    int node = node(candidate);
    return node != NONE && past.isAfter(node, write);
  }

  /** How much a candidate knows that the clock does not. */
  private int news(int candidate, int[] clocks, int from) {
    int node = node(candidate);
    int news = 0;
    for (int session = 0; node != NONE && session < sessions.count; session++) {
      news += Math.max(0, past.clocks()[past.from(node) + session] - clocks[from + session]);
    }
    return news;
  }
}
