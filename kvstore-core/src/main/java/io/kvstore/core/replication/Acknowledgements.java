package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import java.util.Arrays;
import java.util.List;

/**
 * Who holds how much of a numbered sequence: each member says up to where, and what enough of them
 * hold can no longer be lost.
 *
 * <p>An answer takes time in proportion to what is newly held, and each new position one look at
 * all members; never more, however large the group is and however far one of them has fallen
 * behind.
 */
public final class Acknowledgements {
  private final NodeId self;
  private List<NodeId> members = List.of();
  private int needed;
  private long[] upTo = {}; // by the number of the member
  private int[] counts =
      new int[16]; // for each position after the settled ones, how many hold it: a ring
  private long settled;
  private long highest;
  private long heldByAll;
  private int membersThere; // how many members hold no more than what all do

  /** Counts for a member that itself holds whatever it has. */
  public Acknowledgements(NodeId self) {
    this.self = self;
  }

  /** How many of so many members any two such groups of which share one. */
  public static int majorityOf(int members) {
    return members / 2 + 1;
  }

  /**
   * Begins anew: every member of the view holds everything up to this position.
   *
   * @param neededMembers how many members must hold a position for it to be settled
   */
  public void restart(View view, int neededMembers, long position) {
    members = view.members();
    needed = neededMembers;
    int highestNumber = members.stream().mapToInt(NodeId::number).max().orElse(0);
    upTo = new long[Math.max(highestNumber, self.number()) + 1];
    Arrays.fill(upTo, position);
    Arrays.fill(counts, 0);
    settled = position;
    highest = position;
    heldByAll = position;
    membersThere = members.size();
  }

  /** A member says that it holds everything up to here. */
  public void holds(NodeId member, long position) {
    long before = upTo[member.number()];
    if (position <= before) {
      return;
    }
    upTo[member.number()] = position;
    settle(Math.max(before, settled), position);
    if (before == heldByAll) {
      membersThere--;
      if (membersThere == 0) {
        findHeldByAll();
      }
    }
  }

  private void settle(long after, long position) {
    reserve(position);
    for (long p = after + 1; p <= position; p++) {
      counts[slot(p)]++;
    }
    while (settled < highest && counts[slot(settled + 1)] >= needed) {
      settled++;
      counts[slot(settled)] = 0;
    }
  }

  private void findHeldByAll() {
    heldByAll = Long.MAX_VALUE;
    for (NodeId member : members) {
      long held = upTo[member.number()];
      if (held < heldByAll) {
        heldByAll = held;
        membersThere = 0;
      }
      membersThere += held == heldByAll ? 1 : 0;
    }
  }

  /** Up to where a member holds everything, as far as is known. */
  public long heldBy(NodeId member) {
    return upTo[member.number()];
  }

  /** The same, or what is to be taken for it when nothing is counted for that node. */
  public long heldAtLeastBy(NodeId node, long otherwise) {
    long[] held = upTo;
    return node.number() < held.length && members.contains(node) ? held[node.number()] : otherwise;
  }

  /** Up to where enough members hold everything. */
  public long settled() {
    return settled;
  }

  /** Up to where every member holds everything. */
  public long heldByAll() {
    return heldByAll;
  }

  /** Up to where at least one other member holds everything; all, when there is no other. */
  public long heldByAnother() {
    long most = members.size() > 1 ? 0 : highest;
    for (NodeId member : members) {
      most = member.equals(self) ? most : Math.max(most, upTo[member.number()]);
    }
    return most;
  }

  /** How many members hold a position. */
  public int holdersOf(long position) {
    int acknowledgements = 0;
    for (NodeId member : members) {
      acknowledgements += upTo[member.number()] >= position ? 1 : 0;
    }
    return acknowledgements;
  }

  private int slot(long position) {
    return (int) (position & (counts.length - 1));
  }

  private void reserve(long position) {
    highest = Math.max(highest, position);
    int length = counts.length;
    while (highest - settled >= length) {
      length *= 2;
    }
    if (length > counts.length) {
      int[] larger = new int[length];
      for (long p = settled + 1; p < settled + counts.length; p++) {
        larger[(int) (p & (length - 1))] = counts[slot(p)];
      }
      counts = larger;
    }
  }
}
