package io.kvstore;

import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session has seen: for each shard, a place in its order. A value: it can be written down
 * with {@link #toString()}, read with {@link #parse(String)}, handed to another client, and given
 * to a session at any replica, which then shows nothing older.
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
   * Reads what {@link #toString()} wrote, and nothing else.
   *
   * @throws IllegalArgumentException when the text is no position, or is longer than a store writes
   */
  public static Position parse(String text) {
    SortedMap<Integer, VectorClock> byShard = new TreeMap<>();
    if (text.isEmpty()) {
      return START;
    }
    try {
      for (String part : ShardText.parts(text)) {
        VectorClock seen = VectorClock.parse(ShardText.placeIn(part));
        if (seen.length() == 0) {
          throw new IllegalArgumentException("nothing is seen of a shard that is named");
        }
        byShard.put(ShardText.shardIn(part), seen);
      }
    } catch (IllegalArgumentException malformed) {
      throw notAPosition(text, malformed);
    }
    Position position = new Position(byShard);
    if (!position.toString().equals(text)) {
      throw notAPosition(text, null);
    }
    return position;
  }

  private static IllegalArgumentException notAPosition(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        ShardText.shown(text)
            + " is no position: expected shard:count,count… with semicolons between shards,"
            + " each shard once, in their order",
        cause);
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
