package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The definitions of the session guarantees, tried out: every write that each read may be from, and
 * all pairs of operations. Of unknown outcome there are only writes and deletes; there are no
 * appends and adds.
 */
final class PlainGuarantees {
  private static final int INITIAL = -1;
  private static final int NOTHING = -2;

  private final History history;
  private final SessionGuarantee guarantee;
  private final int size;
  private final int initial;
  private final List<List<Integer>> candidates = new ArrayList<>();
  private final int[] source;
  private final long[] version;
  private boolean isAmbiguous;

  private PlainGuarantees(History history, SessionGuarantee guarantee, Object initial) {
    this.history = history;
    this.guarantee = guarantee;
    this.initial = history.values().find(initial);
    size = history.size();
    source = new int[size];
    version = new long[size];
    for (int row = 0; row < size; row++) {
      candidates.add(candidatesOf(row));
    }
  }

  /** Whether some choice of what the reads are from gives the guarantee. */
  static boolean holds(History history, SessionGuarantee guarantee, Object initial) {
    return new PlainGuarantees(history, guarantee, initial).exists(0);
  }

  static boolean isAmbiguous(History history, Object initial) {
    return new PlainGuarantees(history, SessionGuarantee.MONOTONIC_READS, initial).isAmbiguous;
  }

  // What a read is from

  private int valueRead(int row) {
    boolean isCas = history.kind(row) == Kind.CAS;
    return history.outcome(row) != Outcome.OK
        ? Values.NONE
        : isCas ? history.expected(row) : history.result(row);
  }

  private int valueWritten(int row) {
    return switch (history.kind(row)) {
      case READ -> Values.NONE;
      case DELETE -> Values.NIL;
      default -> history.argument(row);
    };
  }

  private List<Integer> candidatesOf(int row) {
    List<Integer> found = new ArrayList<>();
    int value = valueRead(row);
    if (value == Values.NONE) {
      found.add(NOTHING);
      return found;
    }
    if (value == initial) {
      found.add(INITIAL);
    }
    boolean byVersion = false;
    for (int write = 0; write < size; write++) {
      boolean isSame =
          write != row
              && history.key(write) == history.key(row)
              && valueWritten(write) == value
              && history.outcome(write) != Outcome.FAIL;
      if (isSame
          && history.kind(row) == Kind.READ
          && history.version(row) != Values.NONE
          && history.version(write) == history.version(row)) {
        found.clear();
        byVersion = true;
      }
      boolean isOther =
          history.kind(row) == Kind.READ
              && history.version(row) != Values.NONE
              && history.version(write) != Values.NONE
              && history.version(write) != history.version(row);
      if (isSame && !isOther && (!byVersion || history.version(write) == history.version(row))) {
        found.add(write);
      }
    }
    isAmbiguous |= found.size() > 1;
    found.removeIf(write -> write > row && history.process(write) == history.process(row));
    return found;
  }

  private boolean exists(int row) {
    if (row == size) {
      return isKept();
    }
    for (int from : candidates.get(row)) {
      source[row] = from;
      if (exists(row + 1)) {
        return true;
      }
    }
    return false;
  }

  // What is known of the order

  private boolean isRead(int row) {
    return source[row] != NOTHING;
  }

  private boolean isWrite(int row) {
    boolean isSure =
        history.outcome(row) == Outcome.OK
            && history.kind(row) != Kind.READ
            && !(history.kind(row) == Kind.DELETE && history.result(row) == Values.NIL);
    return isSure || Arrays.stream(source).anyMatch(from -> from == row);
  }

  private boolean isAnswered(int row) {
    return history.outcome(row) == Outcome.OK;
  }

  private void learnVersions() {
    for (int row = 0; row < size; row++) {
      version[row] = history.version(row);
    }
    for (int row = 0; row < size; row++) {
      if (history.kind(row) == Kind.READ && source[row] >= 0 && version[source[row]] < 0) {
        version[source[row]] = history.version(row);
      }
    }
  }

  private long versionRead(int row) {
    return history.kind(row) == Kind.READ && version[row] >= 0
        ? version[row]
        : source[row] >= 0 ? version[source[row]] : Values.NONE;
  }

  /** Whether what a read is from is known to be older than a write. */
  private boolean isBehind(int read, int write) {
    if (history.key(read) != history.key(write)) {
      return false;
    }
    long seen = versionRead(read);
    if (seen >= 0 && version[write] >= 0) {
      return seen < version[write];
    }
    int from = source[read];
    return from == INITIAL
        || (from < write
            && history.process(from) == history.process(write)
            && isAnswered(from)
            && isAnswered(write));
  }

  // The guarantees

  private boolean isKept() {
    learnVersions();
    for (int row = 0; row < size; row++) {
      if ((isRead(row) && isBroken(row)) || (isWrite(row) && isMisplaced(row))) {
        return false;
      }
    }
    return true;
  }

  private boolean isBroken(int row) {
    boolean isReading = guarantee == SessionGuarantee.READ_YOUR_WRITES;
    boolean isMonotonic = guarantee == SessionGuarantee.MONOTONIC_READS;
    if (isReading || isMonotonic) {
      return isReading ? overlooksItsOwn(row) : goesBack(row);
    }
    return !overlooksItsOwn(row) && !goesBack(row) && overlooksOthers(row);
  }

  private boolean isEarlier(int one, int row) {
    return history.process(one) == history.process(row)
        && isAnswered(one)
        && (one < row || isAtOnce(one, row));
  }

  private boolean isAtOnce(int one, int row) {
    return one != row
        && history.group(one) == history.group(row)
        && history.kind(one) == Kind.READ
        && history.kind(row) == Kind.READ;
  }

  private boolean overlooksItsOwn(int row) {
    for (int write = 0; write < row; write++) {
      if (isEarlier(write, row) && isWrite(write) && isBehind(row, write)) {
        return true;
      }
    }
    return false;
  }

  private boolean goesBack(int row) {
    for (int other = 0; other < size; other++) {
      if (isEarlier(other, row) && isRead(other) && source[other] >= 0) {
        if (isBehind(row, source[other])) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean overlooksOthers(int row) {
    for (int through = 0; through < size; through++) {
      boolean isSeen = through == row || isEarlier(through, row);
      int later = source[through];
      if (!isSeen || later < 0 || history.process(later) == history.process(row)) {
        continue;
      }
      for (int before = 0; before <= later; before++) {
        if (history.process(before) != history.process(later) || !isAnswered(before)) {
          continue;
        }
        boolean isMissed =
            guarantee == SessionGuarantee.MONOTONIC_WRITES
                ? before < later && isWrite(before) && isBehind(row, before)
                : isRead(before) && source[before] >= 0 && isBehind(row, source[before]);
        if (isMissed) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isMisplaced(int write) {
    for (int before = 0; before <= write && isAnswered(write) && version[write] >= 0; before++) {
      if (history.process(before) != history.process(write)
          || history.key(before) != history.key(write)
          || !isAnswered(before)) {
        continue;
      }
      boolean isWriting = guarantee == SessionGuarantee.MONOTONIC_WRITES;
      boolean isFollowing = guarantee == SessionGuarantee.WRITES_FOLLOW_READS;
      if ((isWriting && isWrite(before) && version[before] > version[write])
          || (isFollowing && isRead(before) && versionRead(before) > version[write])) {
        return true;
      }
    }
    return false;
  }
}
