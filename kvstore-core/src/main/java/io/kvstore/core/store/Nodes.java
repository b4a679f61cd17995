package io.kvstore.core.store;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.machine.NodeClock;
import io.kvstore.spi.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The nodes of one store: which there are, which of them run, and what time each takes it to be.
 */
final class Nodes {
  private volatile List<NodeId> all;
  private volatile List<NodeClock> clocks; // by number
  private volatile boolean[] down; // by number; never changed, but replaced

  /** So many, all of them running. */
  Nodes(int number) {
    all = IntStream.range(0, number).mapToObj(NodeId::of).toList();
    clocks = all.stream().map(node -> new NodeClock()).toList();
    down = new boolean[number];
  }

  List<NodeId> all() {
    return all;
  }

  /** How many there have ever been. */
  int everMade() {
    return down.length;
  }

  void require(NodeId node) {
    if (!all.contains(requireNonNull(node, "node"))) {
      throw new IllegalArgumentException(
          "there is no node " + node + ": nodes are " + Fabric.inWords(all));
    }
  }

  boolean isThere(NodeId node) {
    return all.contains(node);
  }

  /** Whether a node runs; one that is gone does not. For calls, which removals may overtake. */
  boolean isUp(NodeId node) {
    boolean[] known = down;
    return node.number() < known.length && !known[node.number()];
  }

  /** The same for administration, to which a node that is not there is a mistake. */
  boolean isRunning(NodeId node) {
    boolean isUp = isUp(requireNonNull(node, "node"));
    if (!isUp) {
      require(node);
    }
    return isUp;
  }

  synchronized void setDown(NodeId node, boolean isDown) {
    boolean[] changed = down.clone();
    changed[node.number()] = isDown;
    down = changed;
  }

  NodeClock clockOf(NodeId node) {
    return clocks.get(node.number());
  }

  /** A node with the next number, which is not yet among them. */
  synchronized NodeId make() {
    NodeId node = NodeId.of(down.length);
    if (node.number() > Settings.MAX_REPLICAS) {
      throw new IllegalStateException("there have been " + down.length + " nodes: no more fit");
    }
    List<NodeClock> moreClocks = new ArrayList<>(clocks);
    moreClocks.add(new NodeClock());
    clocks = List.copyOf(moreClocks);
    down = Arrays.copyOf(down, down.length + 1);
    return node;
  }

  /** From now on it is among them. */
  synchronized void admit(NodeId node) {
    List<NodeId> more = new ArrayList<>(all);
    more.add(node);
    all = List.copyOf(more);
  }

  /** It is not among them any more. */
  synchronized void forget(NodeId node) {
    all = all.stream().filter(each -> !each.equals(node)).toList();
  }
}
