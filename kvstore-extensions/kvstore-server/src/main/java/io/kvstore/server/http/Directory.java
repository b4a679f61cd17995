package io.kvstore.server.http;

import io.kvstore.NodeId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Under which number and address each node is known to those who talk about views. Whoever sets a
 * view may give a node another one of the two.
 */
public final class Directory {
  /**
   * A node with its names.
   *
   * @param node the node
   * @param id its number in views; the smallest in a view is the primary
   * @param address its address in views, host and port
   */
  public record Entry(NodeId node, long id, String address) {}

  private final SortedMap<NodeId, Entry> entries = new TreeMap<>();

  /** Nobody is known yet. */
  public Directory() {}

  /**
   * Makes a node known, or gives it other names.
   *
   * @throws IllegalArgumentException when another node has one of them
   */
  public synchronized void put(Entry entry) {
    for (Entry other : entries.values()) {
      if (!other.node().equals(entry.node())
          && (other.id() == entry.id() || other.address().equals(entry.address()))) {
        throw new IllegalArgumentException(
            "node " + other.node() + " already is " + other.id() + " at " + other.address());
      }
    }
    entries.put(entry.node(), entry);
  }

  /** Forgets a node. */
  public synchronized void remove(NodeId node) {
    entries.remove(node);
  }

  /** The names of a node; what it is called by itself until it has others. */
  public synchronized Entry get(NodeId node) {
    Entry known = entries.get(node);
    return known != null ? known : new Entry(node, node.number() + 1L, node.toString());
  }

  /** Who is at an address. */
  public synchronized Optional<NodeId> at(String address) {
    return entries.values().stream()
        .filter(entry -> entry.address().equals(address))
        .map(Entry::node)
        .findFirst();
  }

  /** Who has a number. */
  public synchronized Optional<NodeId> withId(long id) {
    return entries.values().stream().filter(entry -> entry.id() == id).map(Entry::node).findFirst();
  }
}
