package io.kvstore.testkit.check;

import io.kvstore.testkit.check.CausalSearch.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The search for the write that an ambiguous read is from, by leaving out those that it cannot be
 * from: one that is causally after the read; one that was overwritten, as the reader knew; and the
 * initial value after any write that the reader knew of. More causes never make those possible.
 */
final class Ambiguity {
  private static final int NONE = Sessions.NONE;
  private static final int MOST_ROUNDS = 16;
  private static final int MOST_CANDIDATES = 256;

  private final Observed observed;
  private final Spending spending;
  private final Sessions sessions;
  private final Past past;
  private final List<Integer> rows;

  private Ambiguity(Observed observed, Spending spending) {
    this.observed = observed;
    this.spending = spending;
    sessions = new Sessions(observed);
    past = new Past(sessions, spending, (row, clocks, from) -> {});
    past.keepWrites();
    rows = ambiguous();
    for (int row : rows) {
      past.keep(row);
      for (int candidate : observed.candidates(row)) {
        keep(candidate);
      }
    }
  }

  /** A read that is ambiguous, {@link #NONE} if there is none. */
  static int firstIn(Observed observed) {
    for (int row = 0; row < observed.history.size(); row++) {
      if (observed.source(row) == Observed.AMBIGUOUS) {
        return row;
      }
    }
    return NONE;
  }

  /** Decides all that can be; or finds a read that can be from nowhere. */
  static Optional<Finding> narrow(Observed observed, Spending spending) {
    int left = Integer.MAX_VALUE;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Ambiguity ambiguity = new Ambiguity(observed, spending);
      Optional<Finding> found = ambiguity.narrow();
      spending.giveAll();
      if (found.isPresent() || ambiguity.rows.size() == left) {
        return found;
      }
      left = ambiguity.rows.size();
    }
    return Optional.empty();
  }

  private Optional<Finding> narrow() {
    if (!past.run()) {
      return Optional.empty(); // the circle will be found without this
    }
    Ceilings ceilings = new Ceilings(sessions, spending, past);
    for (int row : rows) {
      int[] possible = possible(row, 2, ceilings);
      if (possible.length == 0) {
        return Optional.of(impossible(row));
      }
      if (possible.length == 1) {
        observed.decide(row, possible[0]);
      }
    }
    return Optional.empty();
  }

  private List<Integer> ambiguous() {
    List<Integer> found = new ArrayList<>();
    for (int row = 0; row < observed.history.size(); row++) {
      if (observed.source(row) == Observed.AMBIGUOUS) {
        found.add(row);
      }
    }
    return found;
  }

  private void keep(int candidate) {
    if (candidate < 0) {
      return;
    }
    if (sessions.session[candidate] != NONE) {
      past.keep(candidate);
    } else {
      keep(sessions.previous[candidate]);
      keep(sessions.follows(candidate));
    }
  }

  private int[] possible(int row, int atMost, Ceilings ceilings) {
    int[] candidates = observed.candidates(row);
    int[] found = new int[candidates.length];
    int count = 0;
    for (int i = 0; i < candidates.length && count < atMost; i++) {
      if (i >= MOST_CANDIDATES
          || (isPossible(candidates[i], row) && !exceeds(candidates[i], row, ceilings))) {
        found[count++] = candidates[i];
      }
    }
    spending.checkTime();
    return Arrays.copyOf(found, count);
  }

  private boolean isPossible(int candidate, int row) {
    if (candidate == Observed.INITIAL) {
      return knownWrite(row) == NONE;
    }
    if (isAfter(candidate, row)) {
      return false;
    }
    return !isKnown(candidate, row) || overwriter(candidate, row) == NONE;
  }

  /** Whether the reader would know something that it, or another after it, did not know later. */
  private boolean exceeds(int candidate, int row, Ceilings ceilings) {
    if (candidate < 0) {
      return false;
    }
    return sessions.session[candidate] != NONE
        ? ceilings.isExceeded(row, past.clocks(), past.from(candidate))
        : exceeds(sessions.previous[candidate], row, ceilings)
            || exceeds(sessions.follows(candidate), row, ceilings);
  }

  private boolean isAfter(int candidate, int row) {
    if (candidate == NONE) {
      return false;
    }
    if (sessions.session[candidate] != NONE) {
      return past.isAfter(candidate, row);
    }
    return isAfter(sessions.previous[candidate], row) || isAfter(sessions.follows(candidate), row);
  }

  private boolean isKnown(int candidate, int row) {
    return sessions.session[candidate] != NONE && past.isAfter(row, candidate);
  }

  /** The position in a session up to which a reader knows it, itself left out. */
  private int known(int row, int session) {
    int position = past.clocks()[past.from(row) + session];
    return session == sessions.session[row] ? position - 1 : position;
  }

  private int knownWrite(int row) {
    return lastWrite(row, NONE);
  }

  /** A write that the reader knows and that is after the other one. */
  private int overwriter(int write, int row) {
    return lastWrite(row, write);
  }

  private int lastWrite(int row, int after) {
    int key = observed.key[row];
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int session = sessions.laneSession(lane);
      int last = sessions.lastIn(lane, known(row, session));
      int write = last == 0 ? NONE : sessions.at(session, last);
      if (write != NONE && write != after && (after == NONE || past.isAfter(write, after))) {
        return write;
      }
    }
    return NONE;
  }

  private Finding impossible(int row) {
    int write = knownWrite(row);
    for (int candidate : observed.candidates(row)) {
      if (candidate >= 0 && isKnown(candidate, row)) {
        int later = overwriter(candidate, row);
        if (later != NONE) {
          return new Finding(Pattern.WRITE_CO_READ, List.of(candidate, later, row));
        }
      }
      if (candidate == Observed.INITIAL && write != NONE) {
        return new Finding(Pattern.WRITE_CO_INIT_READ, List.of(write, row));
      }
    }
    return new Finding(Pattern.CYCLIC_CO, List.of(row, observed.candidates(row)[0]));
  }
}
