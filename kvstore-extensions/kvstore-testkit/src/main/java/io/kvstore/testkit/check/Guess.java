package io.kvstore.testkit.check;

import io.kvstore.testkit.check.CausalSearch.Finding;
import io.kvstore.testkit.check.CausalSearch.Level;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.LongTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The search for a likely choice of the writes that ambiguous reads are from. Whether it explains
 * everything is then found out as ever: a wrong guess proves nothing.
 *
 * <p>Going along the sessions, each ambiguous read gets a write that its session knows of and that
 * no session has overwritten, or else one that brings as little as possible that the session did
 * not know. If that leads to a bad pattern, a guess in it or behind it is made differently, some
 * hundred times.
 */
final class Guess implements Past.Chooser, Past.Reader {
  private static final int NONE = Sessions.NONE;
  private static final int FEWEST_TRIES = 64;
  private static final int MOST_TRIES = 500;
  private static final int STEPS_OF_ALL_TRIES = 200_000; // about, an operation each
  private static final int MOST_CANDIDATES = 256;
  private static final int KNOWN = 3;
  private static final int BEATEN = 0;
  private static final long PENALTY = 1L << 40;

  private final Observed observed;
  private final History history;
  private final Level level;
  private final Spending spending;
  private final Observed.Decisions known;

  /** By guess, a read and its write: how often it led to nothing. */
  private final Map<Long, Long> refuted = new HashMap<>();

  private final Map<Integer, Integer> chosen = new LinkedHashMap<>();

  /** By candidate: the writes that were read by sessions that knew of it. */
  private final Map<Integer, Set<Integer>> beatenBy = new HashMap<>();

  /** By session and key: its last read of that. */
  private LongTable lastRead = new LongTable();

  private Sessions sessions;
  private Past past;
  private final Ceilings ceilings;
  private boolean[] isOfAmbiguousKey = {};

  Guess(Observed observed, Level level, Spending spending) {
    this.observed = observed;
    this.level = level;
    this.spending = spending;
    history = observed.history;
    known = observed.decisions();
    sessions = new Sessions(observed);
    past = new Past(sessions, spending, (row, clocks, from) -> {});
    past.keepWrites();
    past.run();
    ceilings = new Ceilings(sessions, spending, past);
  }

  /** Whether a choice was found that explains everything. */
  boolean explains() {
    int tries = Math.min(MOST_TRIES, STEPS_OF_ALL_TRIES / (history.size() + 1));
    for (int i = 0; i < Math.max(FEWEST_TRIES, tries); i++) {
      observed.restore(known);
      choose();
      if (Ambiguity.firstIn(observed) != NONE) {
        return false;
      }
      Optional<Finding> found = new CausalSearch(observed, spending).find(level);
      if (found.isEmpty()) {
        return true;
      }
      if (!refute(found.get())) {
        return false;
      }
    }
    return false;
  }

  /** Of the guesses that a pattern may come from, the one that was blamed least is blamed. */
  private boolean refute(Finding finding) {
    Optional<Long> blamed = Optional.empty();
    long least = Long.MAX_VALUE;
    for (Map.Entry<Integer, Integer> each : chosen.entrySet()) {
      long guess = guess(each.getKey(), each.getValue());
      long before = refuted.getOrDefault(guess, 0L);
      if (before <= least && isBehind(each.getKey(), each.getValue(), finding)) {
        blamed = Optional.of(guess);
        least = before;
      }
    }
    blamed.ifPresent(guess -> refuted.merge(guess, PENALTY, Long::sum));
    return blamed.isPresent();
  }

  /** Whether a guess is in a pattern, or brought something in it to the knowledge of another. */
  private boolean isBehind(int row, int candidate, Finding finding) {
    if (finding.rows().contains(row)) {
      return true;
    }
    int node = candidate < 0 || sessions.session[candidate] != NONE ? candidate : NONE;
    return node >= 0
        && finding.rows().stream().anyMatch(each -> isAfter(each, row))
        && finding.rows().stream().anyMatch(each -> isAfter(node, each));
  }

  private boolean isAfter(int row, int other) {
    return past.isKept(row) && sessions.session[other] != NONE && past.isAfter(row, other);
  }

  private static long guess(int row, int candidate) {
    return (long) row << 32 | (candidate & 0xFFFFFFFFL);
  }

  private void choose() {
    spending.giveAll();
    chosen.clear();
    beatenBy.clear();
    lastRead = new LongTable();
    sessions = new Sessions(observed);
    past = new Past(sessions, spending, this);
    past.choose(this);
    isOfAmbiguousKey = new boolean[observed.keys.count()];
    for (int row = 0; row < history.size(); row++) {
      if (observed.source(row) == Observed.AMBIGUOUS) {
        isOfAmbiguousKey[observed.key[row]] = true;
        for (int candidate : observed.candidates(row)) {
          keep(candidate);
        }
      }
    }
    for (int row = 0; row < history.size(); row++) {
      if (sessions.session[row] != NONE && isOfAmbiguousKey[observed.key[row]]) {
        past.keep(row);
      }
    }
    past.run();
    spending.giveAll();
    chosen.forEach(observed::decide);
  }

  private void keep(int candidate) {
    if (candidate >= 0 && sessions.session[candidate] == NONE) {
      keep(sessions.previous[candidate]);
      keep(sessions.follows(candidate));
    } else if (candidate >= 0) {
      past.keep(candidate);
    }
  }

  @Override
  public void read(int row, int[] clocks, int from) {
    if (!isOfAmbiguousKey[observed.key[row]]) {
      return;
    }
    int source = sourceOf(row);
    lastRead.put((long) sessions.session[row] << 32 | observed.key[row], row);
    if (level != Level.CONVERGENCE) {
      return;
    }
    beatenBy.forEach(
        (candidate, winners) -> {
          if (observed.key[candidate] == observed.key[row]
              && candidate != source
              && isKnown(candidate, clocks, from)) {
            winners.add(source);
          }
        });
  }

  private int sourceOf(int row) {
    return chosen.getOrDefault(row, observed.source(row));
  }

  @Override
  public int choose(int row, int[] clocks, int from) {
    int best = NONE;
    long bestRank = -1;
    int looked = 0;
    for (int candidate : observed.candidates(row)) {
      if (candidate == Observed.INITIAL) {
        if (!refuted.containsKey(guess(row, candidate))
            && sessions.knownWrite(observed.key[row], clocks, from) == NONE) {
          chosen.put(row, candidate);
          return NONE;
        }
        continue;
      }
      if (looked < MOST_CANDIDATES && isDone(candidate)) {
        looked++;
        beatenBy.computeIfAbsent(candidate, first -> new HashSet<>());
        long rank =
            rank(candidate, row, clocks, from) - refuted.getOrDefault(guess(row, candidate), 0L);
        if (best == NONE || rank > bestRank) {
          best = candidate;
          bestRank = rank;
        }
      }
    }
    if (best != NONE) {
      chosen.put(row, best);
    }
    return best == NONE || sessions.session[best] != NONE ? best : sessions.previous[best];
  }

  private boolean isDone(int candidate) {
    int node = sessions.session[candidate] != NONE ? candidate : sessions.previous[candidate];
    return node == NONE || past.isDone(node);
  }

  private boolean exceeds(int candidate, int row) {
    int node = sessions.session[candidate] != NONE ? candidate : sessions.previous[candidate];
    return node != NONE && ceilings.isExceeded(row, past.clocks(), past.from(node));
  }

  private boolean isKnown(int row, int[] clocks, int from) {
    int session = sessions.session[row];
    return session != NONE && clocks[from + session] >= sessions.position[row];
  }

  /** The class of a candidate, and within that its rank. */
  private long rank(int candidate, int row, int[] clocks, int from) {
    if (isBeaten(candidate, row, clocks, from) || exceeds(candidate, row)) {
      return rank(BEATEN, Integer.MAX_VALUE - news(candidate, clocks, from));
    }
    if (isKnown(candidate, clocks, from)) {
      return rank(KNOWN, candidate);
    }
    int kind = knowsAllOf(candidate, observed.key[row], clocks, from) ? 2 : 1;
    return rank(kind, Integer.MAX_VALUE - news(candidate, clocks, from));
  }

  private static long rank(int kind, int within) {
    return (long) kind << 32 | within;
  }

  private boolean isBeaten(int candidate, int row, int[] clocks, int from) {
    int before = lastRead.get((long) sessions.session[row] << 32 | observed.key[row]);
    if (before != LongTable.ABSENT
        && sourceOf(before) != candidate
        && sessions.session[candidate] != NONE
        && past.isAfter(before, candidate)) {
      return true;
    }
    for (int winner : beatenBy.getOrDefault(candidate, Set.of())) {
      if (winner >= 0 && isKnown(winner, clocks, from)) {
        return true;
      }
    }
    return isKnown(candidate, clocks, from) && overwriter(candidate, row, clocks, from) != NONE;
  }

  private int overwriter(int candidate, int row, int[] clocks, int from) {
    int key = observed.key[row];
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int session = sessions.laneSession(lane);
      int last = sessions.lastIn(lane, clocks[from + session]);
      int write = last == 0 ? NONE : sessions.at(session, last);
      if (write != NONE && write != candidate && past.isAfter(write, candidate)) {
        return write;
      }
    }
    return NONE;
  }

  private boolean knowsAllOf(int candidate, int key, int[] clocks, int from) {
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int session = sessions.laneSession(lane);
      int last = sessions.lastIn(lane, clocks[from + session]);
      if (last > 0 && !knows(candidate, session, last)) {
        return false;
      }
    }
    return true;
  }

  private boolean knows(int candidate, int session, int position) {
    int node = sessions.session[candidate] != NONE ? candidate : sessions.previous[candidate];
    return node != NONE && past.clocks()[past.from(node) + session] >= position;
  }

  /** How much a candidate knows that the clock does not. */
  private int news(int candidate, int[] clocks, int from) {
    int node = sessions.session[candidate] != NONE ? candidate : sessions.previous[candidate];
    int news = 0;
    for (int session = 0; node != NONE && session < sessions.count; session++) {
      news += Math.max(0, past.clocks()[past.from(node) + session] - clocks[from + session]);
    }
    return news;
  }
}
