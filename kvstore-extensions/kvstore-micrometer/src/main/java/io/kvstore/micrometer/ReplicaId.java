package io.kvstore.micrometer;

import io.kvstore.NodeId;
import io.kvstore.ReplicaStatus;

/** Names a replica: its node and its shard. */
record ReplicaId(NodeId node, int shard) {
  static ReplicaId of(ReplicaStatus replica) {
    return new ReplicaId(replica.node(), replica.shard());
  }
}
