package io.kvstore.testkit.check;

import io.kvstore.testkit.history.LongTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which writes of a key a session had come by at each of its positions, by writing or by reading
 * them; of those whose order is known the newest.
 *
 * <p>That makes one trail for each way to compare: the writes with versions; the writes of each
 * session; those of them without a version; and whether there are any, for what was there before.
 */
final class Trails {
  /** A write that a session had come by, and the operation by which it had. */
  record Known(int write, int by) {}

  private static final int NONE = Observed.NONE;
  private static final long BYTES_OF_A_TRAIL = 256;
  private static final long BYTES_OF_AN_ENTRY = 20;

  // Ways to compare.
  private static final int ANY = 0;
  private static final int VERSIONED = 1;
  private static final int OF_SESSIONS = 2;

  /** Positions in the session, and the ever newer writes that were known from there on. */
  private static final class Trail {
    int[] positions = new int[2];
    long[] ranks = new long[2];
    int[] writes = new int[2];
    int[] by = new int[2];
    int size;
  }

  private final WriteOrder order;
  private final Spending spending;
  private final int ways;
  private final LongTable numbers = new LongTable();
  private final List<Trail> trails = new ArrayList<>();

  Trails(WriteOrder order, Spending spending) {
    this.order = order;
    this.spending = spending;
    ways = OF_SESSIONS + 2 * order.sessions.count;
  }

  /**
   * A session comes by a write.
   *
   * @param write the write, or a constant of {@link Observed} where only the version is known
   * @param version of the write, if it is known
   * @param by the session's operation by which it knows
   */
  void add(int write, long version, int by) {
    if (version != NONE) {
      add(VERSIONED, version, write, by);
    }
    if (write >= 0 && order.sessions.session[write] != NONE) {
      int session = order.sessions.session[write];
      int position = order.sessions.position[write];
      add(ANY, 0, write, by);
      add(ofAll(session), position, write, by);
      if (version == NONE) {
        add(ofUnversioned(session), position, write, by);
      }
    }
  }

  private void add(int way, long rank, int write, int by) {
    long name = name(order.sessions.session[by], order.observed.key[by], way);
    int number = numbers.get(name);
    if (number == LongTable.ABSENT) {
      spending.take(BYTES_OF_A_TRAIL);
      number = trails.size();
      numbers.put(name, number);
      trails.add(new Trail());
    }
    Trail trail = trails.get(number);
    int size = trail.size;
    if (size > 0 && trail.ranks[size - 1] >= rank) {
      return;
    }
    if (size == trail.positions.length) {
      spending.take(BYTES_OF_AN_ENTRY * size);
      trail.positions = Arrays.copyOf(trail.positions, size * 2);
      trail.ranks = Arrays.copyOf(trail.ranks, size * 2);
      trail.writes = Arrays.copyOf(trail.writes, size * 2);
      trail.by = Arrays.copyOf(trail.by, size * 2);
    }
    trail.positions[size] = order.sessions.position[by];
    trail.ranks[size] = rank;
    trail.writes[size] = write;
    trail.by[size] = by;
    trail.size++;
  }

  /**
   * A write that is newer for sure, and that a session had come by.
   *
   * @param upTo the position of the session that counts
   * @param source the write to compare with, or a constant of {@link Observed}
   * @param version its version, if it is known
   */
  @Nullable Known newer(int session, int upTo, int key, int source, long version) {
    if (version == NONE && source == Observed.INITIAL) {
      return last(session, upTo, key, ANY, -1);
    }
    Known found = version == NONE ? null : last(session, upTo, key, VERSIONED, version);
    if (found == null && source >= 0) {
      int itsSession = order.sessions.session[source];
      if (itsSession != NONE) {
        int way = version == NONE ? ofAll(itsSession) : ofUnversioned(itsSession);
        found = last(session, upTo, key, way, order.sessions.position[source]);
      }
    }
    return found;
  }

  private @Nullable Known last(int session, int upTo, int key, int way, long rank) {
    int number = numbers.get(name(session, key, way));
    if (number == LongTable.ABSENT) {
      return null;
    }
    Trail trail = trails.get(number);
    int found = Arrays.binarySearch(trail.positions, 0, trail.size, upTo);
    int last = found >= 0 ? found : -found - 2;
    return last < 0 || trail.ranks[last] <= rank
        ? null
        : new Known(trail.writes[last], trail.by[last]);
  }

  private long name(int session, int key, int way) {
    return ((long) session * order.observed.keys.count() + key) * ways + way;
  }

  private static int ofAll(int session) {
    return OF_SESSIONS + 2 * session;
  }

  private static int ofUnversioned(int session) {
    return OF_SESSIONS + 2 * session + 1;
  }
}
