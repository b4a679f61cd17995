package io.kvstore;

/** How a store is, in one word. */
public enum Health {
  /**
   * Every node serves in every group of which it holds the shard, and none has fallen behind. What
   * was lost before is not part of it, see {@link Cluster#losses}.
   */
  WHOLE,
  /**
   * Every group can serve, but not with every node that holds its shard, or a member has not come
   * nearer for a second to what another has written, as when a link between them is cut: another
   * loss may be one too many.
   */
  DEGRADED,
  /**
   * At least one group cannot serve for the moment: a member of its view is missing, and the others
   * do not go on without it, or not yet.
   */
  IMPAIRED
}
