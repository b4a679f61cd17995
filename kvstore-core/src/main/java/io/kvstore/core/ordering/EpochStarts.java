package io.kvstore.core.ordering;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where in a group's one order each of its last epochs began: by it, one who comes back finds what
 * it has of an order that the group did not go on with.
 */
public final class EpochStarts {
  private static final int LIMIT = 256;

  private final TreeMap<Long, Long> starts = new TreeMap<>();

  /** None yet. */
  public EpochStarts() {}

  /** Notes that an epoch begins after this position. */
  public void begin(long epoch, long after) {
    starts.put(epoch, after);
    if (starts.size() > LIMIT) {
      starts.pollFirstEntry();
    }
  }

  /** Takes somebody else's over, instead of these. */
  public void adopt(EpochStarts other) {
    if (other != this) {
      starts.clear();
      starts.putAll(other.starts);
    }
  }

  /** The same, from now on independent. */
  public EpochStarts copy() {
    EpochStarts copy = new EpochStarts();
    copy.adopt(this);
    return copy;
  }

  /**
   * The last position that an epoch shares with those that came after it; nothing if that is no
   * longer known.
   */
  public OptionalLong endOf(long epoch) {
    Map.Entry<Long, Long> next = starts.higherEntry(epoch);
    return starts.containsKey(epoch) && next != null
        ? OptionalLong.of(next.getValue())
        : OptionalLong.empty();
  }

  @Override
  public String toString() {
    return starts.toString();
  }
}
