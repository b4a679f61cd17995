package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.LongTable;
import java.util.Arrays;

/**
 * The sessions of a history: each operation that happened has a session and a position in it, which
 * counts from 1. A write of unknown outcome that happened is a session of its own, which begins
 * after what the one that asked for it had done.
 *
 * <p>The writes of a key by one session are a lane. As whatever knows of an operation also knows of
 * those before it in its session, all that an operation knows is one position for each session, and
 * what it knows of a key is one position for each of the key's lanes.
 */
final class Sessions {
  static final int NONE = Observed.NONE;

  final Observed observed;

  /** How many sessions there are. */
  final int count;

  /** By operation: its session, {@link #NONE} if it did not happen, and its position in it. */
  final int[] session;

  final int[] position;

  /** By operation: what its session did last before it. */
  final int[] previous;

  /** By operation: what another session had done that this one was told of. */
  private final int[] follows;

  private final int[] sessionStart;
  private final int[] inSession;

  private final int[] keyLanes;
  private int[] laneSession = new int[16];
  private final int[] laneStart;
  private final int[] inLane;

  /** By lane: where the last search ended. */
  private final int[] hint;

  Sessions(Observed observed) {
    this.observed = observed;
    int size = observed.history.size();
    session = new int[size];
    position = new int[size];
    previous = new int[size];
    follows = new int[hasFollows(observed.history) ? size : 0];
    count = place();
    sessionStart = new int[count + 1];
    inSession = new int[size];
    collect();
    keyLanes = new int[observed.keys.count() + 1];
    int[] laneOf = new int[size];
    laneStart = new int[divide(laneOf) + 1];
    inLane = new int[size];
    hint = new int[laneStart.length];
    fill(laneOf);
  }

  private static boolean hasFollows(History history) {
    for (int row = 0; row < history.size(); row++) {
      if (history.follows(row) != NONE) {
        return true;
      }
    }
    return false;
  }

  // Sessions

  private int place() {
    History history = observed.history;
    LongTable ofProcess = new LongTable();
    int[] last = new int[16];
    int[] told = new int[16];
    int processes = 0;
    for (int row = 0; row < session.length; row++) {
      int own = ofProcess.get(history.process(row));
      if (own == LongTable.ABSENT) {
        if (processes == last.length) {
          last = Arrays.copyOf(last, processes * 2);
          told = Arrays.copyOf(told, processes * 2);
        }
        own = processes++;
        last[own] = NONE;
        told[own] = NONE;
        ofProcess.put(history.process(row), own);
      }
      session[row] = NONE;
      previous[row] = last[own];
      if (history.follows(row) != NONE) {
        told[own] = history.follows(row);
      }
      if (follows.length > 0) {
        follows[row] = told[own];
      }
      if (observed.happened(row) && !observed.isDetached(row)) {
        session[row] = own;
        position[row] = last[own] == NONE ? 1 : position[last[own]] + 1;
        last[own] = row;
        told[own] = NONE;
      }
    }
    return number(processes);
  }

  /** Leaves out the processes that did nothing, and adds a session for each detached write. */
  private int number(int processes) {
    int[] numbers = new int[processes];
    int sessions = 0;
    for (int row = 0; row < session.length; row++) {
      if (session[row] != NONE) {
        if (position[row] == 1) {
          numbers[session[row]] = sessions++;
        }
        session[row] = numbers[session[row]];
      } else if (observed.happened(row)) {
        session[row] = sessions++;
        position[row] = 1;
      }
    }
    for (int row = 0; row < follows.length; row++) {
      int told = follows[row];
      if (told != NONE && (!observed.happened(told) || observed.isDetached(told))) {
        follows[row] = previous[told];
      }
    }
    return sessions;
  }

  private void collect() {
    for (int row = 0; row < session.length; row++) {
      if (session[row] != NONE) {
        sessionStart[session[row] + 1]++;
      }
    }
    for (int i = 1; i <= count; i++) {
      sessionStart[i] += sessionStart[i - 1];
    }
    for (int row = 0; row < session.length; row++) {
      if (session[row] != NONE) {
        inSession[sessionStart[session[row]] + position[row] - 1] = row;
      }
    }
  }

  /** How many operations a session did. */
  int length(int number) {
    return sessionStart[number + 1] - sessionStart[number];
  }

  /** The operation at a position of a session. */
  int at(int number, int itsPosition) {
    return inSession[sessionStart[number] + itsPosition - 1];
  }

  /** The other session's operation that this one's session was told of before it. */
  int follows(int row) {
    return follows.length == 0 ? NONE : follows[row];
  }

  /** What a detached write came after; {@link #NONE} for all others, whose session says it. */
  int anchor(int row) {
    return observed.isDetached(row) ? previous[row] : NONE;
  }

  // Lanes

  private int divide(int[] laneOf) {
    int[] known = new int[count];
    Arrays.fill(known, NONE);
    int lanes = 0;
    int[] operations = observed.keys.operations();
    for (int key = 0; key < keyLanes.length - 1; key++) {
      keyLanes[key] = lanes;
      for (int i = observed.keys.from(key); i < observed.keys.to(key); i++) {
        int row = operations[i];
        if (!observed.writes(row)) {
          continue;
        }
        if (known[session[row]] < keyLanes[key]) {
          if (lanes == laneSession.length) {
            laneSession = Arrays.copyOf(laneSession, lanes * 2);
          }
          laneSession[lanes] = session[row];
          known[session[row]] = lanes++;
        }
        laneOf[row] = known[session[row]];
      }
    }
    keyLanes[keyLanes.length - 1] = lanes;
    return lanes;
  }

  private void fill(int[] laneOf) {
    for (int row = 0; row < laneOf.length; row++) {
      if (observed.writes(row)) {
        laneStart[laneOf[row] + 1]++;
      }
    }
    for (int i = 1; i < laneStart.length; i++) {
      laneStart[i] += laneStart[i - 1];
      hint[i - 1] = laneStart[i - 1];
    }
    int[] filled = Arrays.copyOf(laneStart, laneStart.length);
    for (int row = 0; row < laneOf.length; row++) {
      if (observed.writes(row)) {
        inLane[filled[laneOf[row]]++] = position[row];
      }
    }
  }

  int lanesFrom(int key) {
    return keyLanes[key];
  }

  int lanesTo(int key) {
    return keyLanes[key + 1];
  }

  int laneSession(int lane) {
    return laneSession[lane];
  }

  /** A write of the key that a clock knows, {@link #NONE} if there is none. */
  int knownWrite(int key, int[] clocks, int from) {
    for (int lane = keyLanes[key]; lane < keyLanes[key + 1]; lane++) {
      int first = inLane[laneStart[lane]];
      if (first <= clocks[from + laneSession[lane]]) {
        return at(laneSession[lane], first);
      }
    }
    return NONE;
  }

  /** How many writes a lane has. */
  int sizeOf(int lane) {
    return laneStart[lane + 1] - laneStart[lane];
  }

  /** The position of a write in its session. */
  int positionIn(int lane, int number) {
    return inLane[laneStart[lane] + number];
  }

  /** The position of the lane's last write that is not after the given one, 0 if there is none. */
  int lastIn(int lane, int notAfter) {
    int low = laneStart[lane] - 1; // is not after, or before the first
    int high = laneStart[lane + 1]; // is after, or behind the last
    int step = 1;
    int probe = hint[lane];
    if (inLane[probe] <= notAfter) {
      while (probe < high && inLane[probe] <= notAfter) {
        low = probe;
        probe += step;
        step <<= 1;
      }
      high = Math.min(high, probe);
    } else {
      while (probe > low && inLane[probe] > notAfter) {
        high = probe;
        probe -= step;
        step <<= 1;
      }
      low = Math.max(low, probe);
    }
    while (low + 1 < high) {
      int middle = (low + high) >>> 1;
      if (inLane[middle] <= notAfter) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (low < laneStart[lane]) {
      return 0;
    }
    hint[lane] = low;
    return inLane[low];
  }
}
