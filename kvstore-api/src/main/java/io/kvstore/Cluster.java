package io.kvstore;

import java.time.Duration;
import java.util.List;

/**
 * The administration face of a store: its nodes, what its groups are right now, and ways to make
 * their life hard.
 */
public interface Cluster {
  /** All nodes, running or not, in the order of their numbers. */
  List<NodeId> nodes();

  /** Whether a node runs. */
  boolean isRunning(NodeId node);

  /** Into how many shards the keys are split. */
  int shards();

  /** What the replica group of a shard is right now. */
  View view(int shard);

  /**
   * Stops a node at once and takes its memory away. Operations that it held end as {@link
   * IndeterminateException}; new ones are refused. Does nothing when the node is down already.
   */
  void crash(NodeId node);

  /**
   * Starts a crashed node. It is brought up to date from the members that run before it serves
   * again; what it had stored on disk is kept. Does nothing when the node runs.
   */
  void restart(NodeId node);

  /**
   * Lets a node do nothing for so long, as one does whose process is stopped or collects garbage.
   * What comes to it meanwhile is not lost: it is dealt with after. Its clock goes on.
   */
  void pause(NodeId node, Duration time);

  /**
   * Makes a node's clock wrong from now on.
   *
   * @param offset how far it is ahead; negative when it is behind
   * @param drift how much faster it runs: 0.01 gains a hundredth of a second each second
   */
  void skewClock(NodeId node, Duration offset, double drift);

  /** The links between the nodes. */
  Network network();
}
