package io.kvstore;

import java.util.Optional;

/**
 * A copy of a shard that goes from one node to another: the group takes the new holder in, with all
 * that it has, and goes on without the old one after that.
 *
 * @param shard the shard
 * @param from where the copy is given up; nothing where only one more is made
 * @param to where the copy is made; nothing where one too many is given up
 */
public record ShardMove(int shard, Optional<NodeId> from, Optional<NodeId> to) {
  @Override
  public String toString() {
    return "shard "
        + shard
        + from.map(node -> " from " + node).orElse("")
        + to.map(node -> " to " + node).orElse("");
  }
}
