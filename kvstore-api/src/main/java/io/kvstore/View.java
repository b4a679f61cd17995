package io.kvstore;

import java.util.List;

/**
 * What a replica group is right now.
 *
 * @param epoch the number of this view; each change has a higher one
 * @param members who belongs to it, in order
 * @param primary the first among them, for the protocols that have one
 * @param consistency what its clients may observe
 * @param replication how it keeps its copies
 */
public record View(
    long epoch,
    List<NodeId> members,
    NodeId primary,
    Consistency consistency,
    Replication replication) {
  /** Copies the members, and checks that the primary is one of them. */
  public View {
    members = List.copyOf(members);
    if (!members.contains(primary)) {
      throw new IllegalArgumentException(
          "the primary " + primary + " must be one of the members " + members);
    }
  }

  /** The place of a node among the members, or -1. */
  public int rankOf(NodeId node) {
    return members.indexOf(node);
  }
}
