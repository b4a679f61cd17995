package io.kvstore.server.http;

import io.kvstore.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
  public void put(Entry entry) {
    putAll(List.of(entry));
  }

  /** The same for several at once, which may exchange their names. */
  synchronized void putAll(List<Entry> changed) {
    SortedMap<NodeId, Entry> next = new TreeMap<>(entries);
    changed.forEach(entry -> next.put(entry.node(), entry));
    Set<Long> ids = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    for (Entry each : next.values()) {
      if (!ids.add(each.id())) {
        throw new IllegalArgumentException("two nodes have the number " + each.id());
      }
      if (!addresses.add(each.address())) {
        throw new IllegalArgumentException("two nodes have the address " + each.address());
      }
    }
    entries.putAll(next);
  }

  /**
   * Checks names that a node is about to get.
   *
   * @throws IllegalArgumentException when a node has one of them
   */
  public synchronized void requireFree(OptionalLong id, Optional<String> address) {
    if (id.isPresent() && withId(id.getAsLong()).isPresent()) {
      throw new IllegalArgumentException("a node has the number " + id.getAsLong());
    }
    if (address.isPresent() && at(address.get()).isPresent()) {
      throw new IllegalArgumentException("a node has the address " + address.get());
    }
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

  /** The first number from this one on that no node has. */
  public synchronized long freeId(long from) {
    long id = from;
    while (withId(id).isPresent()) {
      id++;
    }
    return id;
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
