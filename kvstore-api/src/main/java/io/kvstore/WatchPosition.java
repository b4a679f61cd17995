package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.spi.VectorClock;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From where a watch goes on: for each shard, a place in what its replicas change. A value: it can
 * be written down with {@link #toString()} and read with {@link #parse(String)}, and a watch of the
 * same store goes on from it at any replica that still knows what came after.
 */
public final class WatchPosition {
  private final SortedMap<Integer, Place> byShard;

  private WatchPosition(SortedMap<Integer, Place> byShard) {
    this.byShard = byShard;
  }

  /**
   * A place in what one shard changes, for engines.
   *
   * @param epoch in a group with one order, the view in which its place was told; {@link #NO_ORDER}
   *     where members write independently
   * @param seen in a group with one order, how far it was seen; otherwise for each member the
   *     highest version of its that was
   */
  public record Place(long epoch, VectorClock seen) {
    /** Instead of an epoch, where members write independently. */
    public static final long NO_ORDER = -1;

    /** Whether it is a place in one order. */
    public boolean isInOneOrder() {
      return epoch != NO_ORDER;
    }

    /** How far the one order was seen. */
    public long position() {
      return seen.get(0);
    }

    private static Place parse(String text) {
      int at = text.indexOf('@');
      return at < 0
          ? new Place(NO_ORDER, VectorClock.parse(text))
          : new Place(epochIn(text.substring(at + 1)), VectorClock.parse(text.substring(0, at)));
    }

    private static long epochIn(String text) {
      long epoch = Long.parseLong(text);
      if (epoch < 0) {
        throw new IllegalArgumentException("an epoch must not be negative, not " + epoch);
      }
      return epoch;
    }

    @Override
    public String toString() {
      return isInOneOrder() ? seen + "@" + epoch : seen.toString();
    }
  }

  /** Knows no place in any shard, for engines. */
  public static final WatchPosition NOWHERE = new WatchPosition(new TreeMap<>());

  /** The position with this place in one shard, for engines. */
  public WatchPosition with(int shard, Place place) {
    SortedMap<Integer, Place> copy = new TreeMap<>(byShard);
    copy.put(shard, requireNonNull(place, "place"));
    return new WatchPosition(copy);
  }

  /**
   * The place in one shard, for engines.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Place in(int shard) {
    Place place = byShard.get(shard);
    if (place == null) {
      throw new IllegalArgumentException(
          "the watch position '" + this + "' says nothing of shard " + shard);
    }
    return place;
  }

  /**
   * Reads what {@link #toString()} wrote, and nothing else.
   *
   * @throws IllegalArgumentException when the text is no such position, or is longer than a store
   *     writes
   */
  public static WatchPosition parse(String text) {
    SortedMap<Integer, Place> byShard = new TreeMap<>();
    try {
      for (String part : ShardText.parts(text)) {
        byShard.put(ShardText.shardIn(part), Place.parse(ShardText.placeIn(part)));
      }
    } catch (IllegalArgumentException malformed) {
      throw notAPosition(text, malformed);
    }
    WatchPosition position = new WatchPosition(byShard);
    if (!position.toString().equals(text)) {
      throw notAPosition(text, null);
    }
    return position;
  }

  private static IllegalArgumentException notAPosition(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        ShardText.shown(text)
            + " is no watch position: expected shard:count@epoch or shard:count,count… with"
            + " semicolons between shards, each shard once, in their order",
        cause);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WatchPosition that && byShard.equals(that.byShard);
  }

  @Override
  public int hashCode() {
    return byShard.hashCode();
  }

  /** A short text without spaces, which {@link #parse(String)} reads. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(";");
    byShard.forEach((shard, place) -> text.add(shard + ":" + place));
    return text.toString();
  }
}
