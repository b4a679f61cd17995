package io.kvstore;

import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * What a session has seen: for each shard, a place in its order. A value: it can be written down
 * with {@link #toString()}, read with {@link #parse(String)}, handed to somebody else, and given to
 * a session at any replica, which then shows nothing older.
 */
public final class Position {
  /** Nothing seen yet. */
  public static final Position START = new Position(new TreeMap<>());

  private final SortedMap<Integer, VectorClock> byShard;

  private Position(SortedMap<Integer, VectorClock> byShard) {
    this.byShard = byShard;
  }

  /** The position with this place in one shard, for engines. */
  public Position with(int shard, VectorClock seen) {
    SortedMap<Integer, VectorClock> copy = new TreeMap<>(byShard);
    if (seen.length() == 0) {
      copy.remove(shard);
    } else {
      copy.put(shard, seen);
    }
    return new Position(copy);
  }

  /** The place in one shard, for engines. */
  public VectorClock in(int shard) {
    return byShard.getOrDefault(shard, VectorClock.ZERO);
  }

  /** The shards in which something has been seen, for engines. */
  public List<Integer> shards() {
    return new ArrayList<>(byShard.keySet());
  }

  /** What either has seen. */
  public Position merge(Position other) {
    SortedMap<Integer, VectorClock> merged = new TreeMap<>(byShard);
    other.byShard.forEach((shard, seen) -> merged.merge(shard, seen, VectorClock::merge));
    return new Position(merged);
  }

  /** Whether everything that the other has seen has been seen here. */
  public boolean covers(Position other) {
    return other.byShard.entrySet().stream()
        .allMatch(each -> in(each.getKey()).covers(each.getValue()));
  }

  /**
   * Reads what {@link #toString()} wrote.
   *
   * @throws IllegalArgumentException when the text is no position
   */
  public static Position parse(String text) {
    SortedMap<Integer, VectorClock> byShard = new TreeMap<>();
    if (text.isEmpty()) {
      return START;
    }
    try {
      for (String part : text.split(";", -1)) {
        int colon = part.indexOf(':');
        byShard.merge(
            Integer.parseUnsignedInt(part.substring(0, colon)),
            VectorClock.parse(part.substring(colon + 1)),
            VectorClock::merge);
      }
    } catch (IndexOutOfBoundsException | NumberFormatException malformed) {
      throw new IllegalArgumentException(
          "'" + text + "' is no position: expected shard:count,count… parted by semicolons",
          malformed);
    }
    return new Position(byShard);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Position that && byShard.equals(that.byShard);
  }

  @Override
  public int hashCode() {
    return byShard.hashCode();
  }

  /** A short text without spaces, which {@link #parse(String)} reads. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(";");
    byShard.forEach((shard, seen) -> text.add(shard + ":" + seen));
    return text.toString();
  }
}
