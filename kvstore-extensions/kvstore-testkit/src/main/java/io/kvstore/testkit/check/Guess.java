package io.kvstore.testkit.check;

import io.kvstore.testkit.check.CausalSearch.Finding;
import io.kvstore.testkit.check.CausalSearch.Level;
import io.kvstore.testkit.history.History;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The search for a likely choice of the writes that ambiguous reads are from. Whether it explains
 * everything is then found out as ever: a wrong guess proves nothing.
 *
 * <p>Going along the sessions, each ambiguous read gets the most likely of its {@link Candidates},
 * in turns by the order of versions, and by what they bring to the session. If that leads to a bad
 * pattern, a guess in it or behind it is made differently, some hundred times.
 */
final class Guess implements Past.Chooser, Past.Reader {
  private static final int NONE = Sessions.NONE;
  private static final int FEWEST_TRIES = 64;
  private static final int MOST_TRIES = 500;
  private static final int STEPS_OF_ALL_TRIES = 200_000; // about, an operation each
  private static final int MOST_CANDIDATES = 256;

  private final Observed observed;
  private final History history;
  private final Level level;
  private final Spending spending;
  private final Observed.Decisions known;
  private final Ceilings ceilings;

  /** By guess, a read and its write: how often it led to nothing. */
  private final Map<Long, Integer> refuted = new HashMap<>();

  /** By ambiguous read: the write that was chosen, or one that has to be done before. */
  private final Map<Integer, Integer> chosen = new LinkedHashMap<>();

  private final Map<Integer, Integer> awaited = new LinkedHashMap<>();

  private Sessions sessions;
  private Past past;
  private Candidates candidates;
  private boolean[] isOfAmbiguousKey = {};
  private boolean byVersion;

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
    candidates = new Candidates(sessions, past, ceilings, level, this::sourceOf);
  }

  /** Whether a choice was found that explains everything. */
  boolean explains() {
    int tries = Math.min(MOST_TRIES, STEPS_OF_ALL_TRIES / (history.size() + 1));
    for (int i = 0; i < Math.max(FEWEST_TRIES, tries); i++) {
      observed.restore(known);
      byVersion = i % 2 == 0;
      choose();
      if (Ambiguity.firstIn(observed) != NONE) {
        if (awaited.isEmpty()) {
          return false;
        }
        awaited.forEach(this::refute); // they wait for one another
        continue;
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
    int blamed = NONE;
    int least = Integer.MAX_VALUE;
    for (Map.Entry<Integer, Integer> each : chosen.entrySet()) {
      int before = timesRefuted(each.getKey(), each.getValue());
      if (before <= least && isBehind(each.getKey(), each.getValue(), finding)) {
        blamed = each.getKey();
        least = before;
      }
    }
    if (blamed != NONE) {
      refute(blamed, sourceOf(blamed));
    }
    return blamed != NONE;
  }

  private void refute(int row, int candidate) {
    refuted.merge(guess(row, candidate), 1, Integer::sum);
  }

  private int timesRefuted(int row, int candidate) {
    return refuted.getOrDefault(guess(row, candidate), 0);
  }

  private static long guess(int row, int candidate) {
    return (long) row << 32 | (candidate & 0xFFFFFFFFL);
  }

  /** Whether a guess is in a pattern, or brought something in it to the knowledge of another. */
  private boolean isBehind(int row, int candidate, Finding finding) {
    if (finding.rows().contains(row)) {
      return true;
    }
    if (candidate < 0) {
      return false;
    }
    if (sessions.session[candidate] == NONE) {
      return finding.rows().contains(candidate); // it took place only because of guesses
    }
    return finding.rows().stream().anyMatch(each -> isAfter(each, row))
        && finding.rows().stream().anyMatch(each -> isAfter(candidate, each));
  }

  private boolean isAfter(int row, int other) {
    return past.isKept(row) && sessions.session[other] != NONE && past.isAfter(row, other);
  }

  private void choose() {
    spending.giveAll();
    chosen.clear();
    awaited.clear();
    sessions = new Sessions(observed);
    past = new Past(sessions, spending, this);
    past.choose(this);
    candidates = new Candidates(sessions, past, ceilings, level, this::sourceOf);
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

  private int sourceOf(int row) {
    return chosen.getOrDefault(row, observed.source(row));
  }

  @Override
  public void read(int row, int[] clocks, int from) {
    if (isOfAmbiguousKey[observed.key[row]]) {
      candidates.note(row, clocks, from);
    }
  }

  @Override
  public int choose(int row, int[] clocks, int from) {
    int best = NONE;
    int bestTimes = 0;
    long bestRank = 0;
    int looked = 0;
    boolean mayBeInitial = false;
    for (int candidate : observed.candidates(row)) {
      if (candidate == Observed.INITIAL) {
        mayBeInitial =
            timesRefuted(row, candidate) == 0
                && sessions.knownWrite(observed.key[row], clocks, from) == NONE;
      } else if (looked < MOST_CANDIDATES && (byVersion || candidates.isDone(candidate))) {
        looked++;
        candidates.consider(candidate);
        int times = timesRefuted(row, candidate);
        long rank =
            byVersion
                ? candidates.byVersion(candidate, row, clocks, from)
                : candidates.byNews(candidate, row, clocks, from);
        if (best == NONE || times < bestTimes || (times == bestTimes && rank > bestRank)) {
          best = candidate;
          bestTimes = times;
          bestRank = rank;
        }
      }
    }
    if (mayBeInitial && !(byVersion && best != NONE && Candidates.isPossible(bestRank))) {
      best = Observed.INITIAL;
    }
    return decide(row, best);
  }

  /** What is to be done before the read, for this choice. */
  private int decide(int row, int choice) {
    awaited.remove(row);
    if (choice == NONE) {
      return NONE;
    }
    boolean isDone = choice == Observed.INITIAL || candidates.isDone(choice);
    (isDone ? chosen : awaited).put(row, choice);
    return choice == Observed.INITIAL ? NONE : candidates.node(choice);
  }
}
