package io.kvstore;

import java.util.List;

/**
 * How far the shards of a store are on their way to where they are to be.
 *
 * @param underWay the moves that have begun: of each node one at a time
 * @param left how many are to begin after them, as it looks now
 * @param done how many have ended since the store was opened
 */
public record Rebalancing(List<ShardMove> underWay, int left, long done) {
  /** Where nothing is to move. */
  public static final Rebalancing NONE = new Rebalancing(List.of(), 0, 0);

  /** Copies the list. */
  public Rebalancing {
    underWay = List.copyOf(underWay);
  }

  /** Whether nothing is under way, and nothing left to do that could be done now. */
  public boolean isOver() {
    return underWay.isEmpty() && left == 0;
  }
}
