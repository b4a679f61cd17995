package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import java.util.Arrays;

/**
 * What is known of the order of the writes of each key: what was there initially is before all; two
 * writes of known versions are ordered by these; any other two of one session by that session.
 */
final class WriteOrder {
  static final int NONE = Observed.NONE;

  final Observed observed;
  final Sessions sessions;

  /** By write: its version, also where only a read tells of it. */
  private final long[] version;

  WriteOrder(Observed observed) {
    this.observed = observed;
    sessions = new Sessions(observed);
    History history = observed.history;
    version = new long[history.size()];
    for (int row = 0; row < version.length; row++) {
      version[row] = observed.versionWritten(row);
    }
    for (int row = 0; row < version.length; row++) {
      int source = observed.source(row);
      if (source >= 0 && version[source] == NONE) {
        version[source] = observed.versionRead(row);
      }
    }
  }

  /** The version that a write wrote, {@link #NONE} if it is not known. */
  long versionOf(int write) {
    return version[write];
  }

  /** The version that was read, if it is from this write. */
  long versionRead(int row, int from) {
    if (from == Observed.INITIAL) {
      return NONE;
    }
    long told = observed.versionRead(row);
    return told == NONE && from >= 0 ? version[from] : told;
  }

  /** All that a read may be from, or that it is ambiguous where its version tells enough. */
  int[] sourcesOf(int row) {
    int source = observed.source(row);
    if (source == Observed.AMBIGUOUS) {
      int[] all = candidatesOf(row);
      return versionRead(row, source) == NONE || all.length == 0 ? all : new int[] {source};
    }
    return source == Observed.THIN_AIR || isOwnFuture(row, source)
        ? new int[0]
        : new int[] {source};
  }

  /** All writes that an ambiguous read may be from, none of them its own session's later. */
  int[] candidatesOf(int row) {
    long read = versionRead(row, Observed.AMBIGUOUS);
    return Arrays.stream(observed.candidates(row))
        .filter(from -> !isOwnFuture(row, from))
        .filter(from -> read == NONE || from < 0 || version[from] == NONE || version[from] == read)
        .sorted() // what was there initially comes first
        .toArray();
  }

  /** Decides which write a read is from where versions and the read's own session tell. */
  void decide(Spending spending) {
    for (int row = 0; row < version.length; row++) {
      if (observed.source(row) == Observed.AMBIGUOUS) {
        spending.checkTime();
        int[] candidates = candidatesOf(row);
        if (candidates.length == 1) {
          observed.decide(row, candidates[0]);
        }
      }
    }
  }

  private boolean isOwnFuture(int row, int from) {
    return from > row && observed.history.process(from) == observed.history.process(row);
  }
}
