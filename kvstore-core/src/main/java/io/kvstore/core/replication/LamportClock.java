package io.kvstore.core.replication;

import io.kvstore.NodeId;

/**
 * A counter that is ahead of everything its node has heard of (Lamport 1978).
 *
 * <p>A count and the number of the node that counted, packed into one long, order all writes of a
 * group: no two are alike, and one that was written in the knowledge of another is higher.
 */
public final class LamportClock {
  private static final int NODE_BITS = 16;
  private static final int EPOCH_BITS = 24; // so many events at least has an epoch to itself

  private long count;

  /** Nothing has happened yet. */
  public LamportClock() {}

  /** The present count. */
  public long count() {
    return count;
  }

  /** Counts one more event. */
  public long tick() {
    return ++count;
  }

  /**
   * Begins an epoch: what its node has counted in one before, and no member remembers since it
   * crashed, is not counted again.
   */
  public void beginEpoch(long epoch) {
    observe(epoch << EPOCH_BITS);
  }

  /** Takes note of a count that another member had. */
  public void observe(long other) {
    count = Math.max(count, other);
  }

  /** Counts one more event, and returns it as a version that no other node gives. */
  public long nextVersion(NodeId self) {
    return versionOf(tick(), self);
  }

  /** Takes note of a version that another member gave. */
  public void observeVersion(long version) {
    observe(countOf(version));
  }

  /** The count in a version. */
  public static long countOf(long version) {
    return version >>> NODE_BITS;
  }

  /** The number of the node that gave a version. */
  public static int nodeOf(long version) {
    return (int) (version & NodeId.MAX_NUMBER);
  }

  /** Whether a node gave a version. */
  public static boolean isBy(NodeId node, long version) {
    return nodeOf(version) == node.number();
  }

  /** The highest version that any node could have given at this count. */
  public static long highestVersionAt(long count) {
    return count << NODE_BITS | NodeId.MAX_NUMBER;
  }

  /** The highest version that any node gives before an epoch begins. */
  public static long highestVersionBefore(long epoch) {
    return highestVersionAt(epoch << EPOCH_BITS);
  }

  private static long versionOf(long count, NodeId node) {
    return count << NODE_BITS | node.number();
  }
}
