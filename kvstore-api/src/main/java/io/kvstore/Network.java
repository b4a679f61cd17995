package io.kvstore;

import static java.util.Objects.requireNonNull;

/**
 * The links between the nodes of a store, and what is wrong with them. All of it can be changed
 * while the store runs, and holds for what is sent from then on.
 */
public interface Network {
  /** Sets what is wrong with every link. */
  void faults(Faults faults);

  /** Sets what is wrong with the link from one node to another, and only in that direction. */
  void faults(NodeId from, NodeId to, Faults faults);

  /** Cuts the link from one node to another, and only in that direction. */
  void cutOneWay(NodeId from, NodeId to);

  /** Cuts the links between two nodes, both ways. */
  default void cut(NodeId one, NodeId other) {
    requireNonNull(one, "one");
    requireNonNull(other, "other");
    cutOneWay(one, other);
    cutOneWay(other, one);
  }

  /** Cuts a node off from all others. */
  void isolate(NodeId node);

  /** Repairs the links between two nodes, both ways: cuts end, faults stay. */
  void heal(NodeId one, NodeId other);

  /** Repairs every link: cuts end and faults are gone. */
  void heal();
}
