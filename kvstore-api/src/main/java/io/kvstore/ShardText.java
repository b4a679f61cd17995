package io.kvstore;

import io.kvstore.spi.Settings;

/**
 * The parts of a position that was written down, one for each shard. The text may come from
 * anywhere: what it may take to read it is limited.
 */
final class ShardText {
  /** Longer than any that a store writes: some millions of counts. */
  private static final int LONGEST = 1 << 20;

  private static final int MOST_SHOWN = 100;

  private ShardText() {}

  /** The parts of a text, of which a store has no more than shards. */
  static String[] parts(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a position has at most " + LONGEST + " characters, not " + text.length());
    }
    String[] parts = text.split(";", Settings.MAX_SHARDS + 1);
    if (parts.length > Settings.MAX_SHARDS) {
      throw new IllegalArgumentException("a store has at most " + Settings.MAX_SHARDS + " shards");
    }
    return parts;
  }

  /** The number of the shard that a part is about. */
  static int shardIn(String part) {
    int shard = Integer.parseInt(part.substring(0, colonIn(part)));
    if (shard < 0 || shard >= Settings.MAX_SHARDS) {
      throw new IllegalArgumentException(
          "a shard is a number from 0 to " + (Settings.MAX_SHARDS - 1) + ", not " + shard);
    }
    return shard;
  }

  /** What a part says of its shard. */
  static String placeIn(String part) {
    return part.substring(colonIn(part) + 1);
  }

  private static int colonIn(String part) {
    int colon = part.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("expected a colon after the number of a shard");
    }
    return colon;
  }

  /** A text in an error message: quoted, and cut off where it is long. */
  static String shown(String text) {
    return text.length() <= MOST_SHOWN
        ? "'" + text + "'"
        : "'" + text.substring(0, MOST_SHOWN) + "…' (" + text.length() + " characters)";
  }
}
