package io.kvstore;

/** What a node is doing. */
public enum NodeStatus {
  /** It does not run. */
  DOWN,
  /** It runs, and waits in at least one group to be taken into the view. */
  JOINING,
  /** It serves in the view of every group of which it holds the shard. */
  SERVING
}
