package io.kvstore.testkit.history;

import io.kvstore.NodeId;
import java.util.List;

/**
 * Something that was done to the nodes or links of a store.
 *
 * @param time when, in the same count as the operations of the history beside it
 * @param kind what it is
 * @param what it in words: {@code cut n0 to n2}
 * @param nodes the nodes that it concerns: of a cut or a link from where and where to; none where
 *     it concerns all
 */
public record Disturbance(long time, Kind kind, String what, List<NodeId> nodes) {
  /** The kinds of disturbances. */
  public enum Kind {
    /** A node stops. */
    CRASH,
    /** A crashed node starts again. */
    RESTART,
    /** The link from one node to another does not carry anything any more. */
    CUT,
    /** Links work again: those between the two nodes, both ways, or all. */
    HEAL,
    /** Links lose, delay, repeat or reorder what they carry: one of them, or all. */
    LINKS,
    /** A node does nothing for a while. */
    PAUSE,
    /** The clock of a node is wrong. */
    CLOCK,
    /** By hand, a view is set or a node is taken out of it. */
    VIEW
  }

  /** Copies the list. */
  public Disturbance {
    nodes = List.copyOf(nodes);
  }

  @Override
  public String toString() {
    return "[" + time + "] " + what;
  }
}
