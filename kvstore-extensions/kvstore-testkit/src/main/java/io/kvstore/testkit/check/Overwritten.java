package io.kvstore.testkit.check;

/**
 * The search for a read of a value that, as the reader knew, had been overwritten (pattern
 * WriteCORead).
 *
 * <p>Of each session only its last write of the key that the reader knows must be looked at: if an
 * earlier one is after the write that was read, so is that.
 */
final class Overwritten implements Past.Reader {
  private static final int NONE = Sessions.NONE;

  private final Sessions sessions;
  private final Observed observed;
  private final Past past;
  private int reader = NONE;
  private int later = NONE;

  Overwritten(Sessions sessions, Spending spending) {
    this.sessions = sessions;
    observed = sessions.observed;
    past = new Past(sessions, spending, this);
    past.keepWrites();
  }

  /** Whether there is such a read, in a history whose causes do not run in a circle. */
  boolean exists() {
    past.run();
    return reader != NONE;
  }

  /** The read. */
  int reader() {
    return reader;
  }

  /** The write that the reader knew to be later than the one that it read. */
  int later() {
    return later;
  }

  @Override
  public void read(int row, int[] clocks, int from) {
    int source = observed.source(row);
    if (source < 0 || reader != NONE) {
      return;
    }
    int key = observed.key[row];
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int session = sessions.laneSession(lane);
      int last = sessions.lastIn(lane, clocks[from + session]);
      int write = last == 0 ? NONE : sessions.at(session, last);
      if (write != NONE && write != source && past.isAfter(write, source)) {
        reader = row;
        later = write;
        return;
      }
    }
  }
}
