package io.kvstore.core.node;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.membership.Members;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.storage.Chunk;

/** A group, as its replicas see it. */
public interface ReplicaGroup extends Members {
  /** What the group is right now. */
  View view();

  /** Makes the controlets. */
  ControletFactory protocol();

  /** Whether its datalets take time, and time is virtual. */
  boolean hasSlowDatalets();

  /** How much goes into one part of a copy. */
  Chunk.Size chunkSize();

  /** Notes in a replica's log of changes that a view begins, in the order at this position. */
  void noteBeginning(View view, long position, LoggedChanges changes);

  /** A replica serves in a new view. */
  void onActivated(NodeId node, View view);

  /** Something of a node has failed, and the node stops. */
  void onFailure(NodeId node);
}
