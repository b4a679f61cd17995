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
  private final Sessions sessions;
  private final Clocks clocks;
  private final Spending spending;

  private Ambiguity(Sessions sessions, Clocks clocks, Spending spending) {
    this.sessions = sessions;
    this.clocks = clocks;
    this.spending = spending;
    observed = sessions.observed;
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

  /** Decides all that can be by the causes alone; or finds a read that can be from nowhere. */
  static Optional<Finding> narrow(Observed observed, Spending spending) {
    int before = NONE;
    for (int round = 0; observed.decided() > before && round < MOST_ROUNDS; round++) {
      before = observed.decided();
      Sessions sessions = new Sessions(observed);
      Past past = new Past(sessions, spending, (row, clocks, from) -> {});
      past.keepWrites();
      Ambiguity ambiguity = new Ambiguity(sessions, past, spending);
      ambiguity.keep(past);
      if (!past.run()) {
        return Optional.empty(); // the circle will be found without this
      }
      Ceilings ceilings = new Ceilings(sessions, spending, past);
      Optional<Finding> found = ambiguity.narrow(Optional.of(ceilings));
      spending.giveAll();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The same by what must be before what in one order of everything; once. */
  static Optional<Finding> narrow(Sessions sessions, TotalOrder order, Spending spending) {
    return new Ambiguity(sessions, order, spending).narrow(Optional.empty());
  }

  private Optional<Finding> narrow(Optional<Ceilings> ceilings) {
    for (int row : ambiguous()) {
      int[] possible = possible(row, ceilings);
      if (possible.length == 0) {
        return Optional.of(impossible(row));
      }
      if (possible.length == 1) {
        observed.decide(row, possible[0]);
      }
    }
    return Optional.empty();
  }

  private void keep(Past past) {
    for (int row : ambiguous()) {
      past.keep(row);
      for (int candidate : observed.candidates(row)) {
        keep(past, candidate);
      }
    }
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

  private void keep(Past past, int candidate) {
    if (candidate < 0) {
      return;
    }
    if (sessions.session[candidate] != NONE) {
      past.keep(candidate);
    } else {
      keep(past, sessions.previous[candidate]);
      keep(past, sessions.follows(candidate));
    }
  }

  /** What a read can be from: up to two are looked for. */
  private int[] possible(int row, Optional<Ceilings> ceilings) {
    int[] candidates = observed.candidates(row);
    int[] found = new int[2];
    int count = 0;
    for (int i = 0; i < candidates.length && count < found.length; i++) {
      int candidate = candidates[i];
      if (i >= MOST_CANDIDATES
          || (isPossible(candidate, row)
              && (ceilings.isEmpty() || !exceeds(candidate, row, ceilings.get())))) {
        found[count++] = candidate;
      }
    }
    spending.checkTimeSometimes();
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
        ? ceilings.isExceeded(row, clocks.clocks(), clocks.from(candidate))
        : exceeds(sessions.previous[candidate], row, ceilings)
            || exceeds(sessions.follows(candidate), row, ceilings);
  }

  private boolean isAfter(int candidate, int row) {
    if (candidate == NONE) {
      return false;
    }
    if (sessions.session[candidate] != NONE) {
      return clocks.isAfter(candidate, row);
    }
    return isAfter(sessions.previous[candidate], row) || isAfter(sessions.follows(candidate), row);
  }

  private boolean isKnown(int candidate, int row) {
    return sessions.session[candidate] != NONE && clocks.isAfter(row, candidate);
  }

  /** The position in a session up to which a reader knows it, itself left out. */
  private int known(int row, int session) {
    int position = clocks.clocks()[clocks.from(row) + session];
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
      if (write != NONE && write != after && (after == NONE || clocks.isAfter(write, after))) {
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
