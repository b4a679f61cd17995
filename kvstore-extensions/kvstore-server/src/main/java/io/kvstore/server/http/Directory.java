package io.kvstore.server.http;

import io.kvstore.NodeId;
import io.kvstore.server.http.Views.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Under which number and address each node is known to those who talk about views. A node is its
 * number: that stays, while its address may change from view to view, also to one that another node
 * had before.
 *
 * <p>Until a node is given a number by its operator or in a view, it has one that no client relies
 * on: then it is found by its address.
 */
public final class Directory {
  /**
   * A node with its names.
   *
   * @param node the node
   * @param id its number in views; the smallest in a view is the primary
   * @param address its address in views, host and port
   * @param isNumbered whether the number was given to it, and so is what it is found by
   */
  public record Entry(NodeId node, long id, String address, boolean isNumbered) {}

  private final Map<NodeId, Entry> entries = new LinkedHashMap<>(); // named last comes last
  private final int firstId;

  /**
   * No node is known yet.
   *
   * @param firstId the number of the node n0, unless it is given another; so for the others
   */
  public Directory(int firstId) {
    this.firstId = firstId;
  }

  /** The number of a node that is given none. */
  public long defaultId(NodeId node) {
    return (long) node.number() + firstId;
  }

  /**
   * Makes a node known.
   *
   * @throws IllegalArgumentException when another node has its number
   */
  public synchronized void put(Entry entry) {
    withId(entry.id())
        .filter(other -> !other.equals(entry.node()))
        .ifPresent(
            other -> {
              throw new IllegalArgumentException("a node has the number " + entry.id());
            });
    replace(entry);
  }

  private void replace(Entry entry) {
    entries.remove(entry.node());
    entries.put(entry.node(), entry);
  }

  /**
   * Finds the nodes that a view names, in its order, and lets them be called what it calls them. A
   * number that was given to a node means that node, wherever it is now. Any other number goes to a
   * node that was given none: the one at its address, or else the one that has the number. A number
   * that is new then goes to the node at its address.
   *
   * @throws IllegalArgumentException when the view names no such nodes; then nothing has changed
   */
  synchronized List<Entry> name(List<Named> view) {
    requireDistinct(view);
    Map<Named, NodeId> found = new HashMap<>();
    view.forEach(named -> find(named, withId(named.id()), true, found));
    view.forEach(named -> find(named, at(named.address()), false, found));
    view.forEach(named -> find(named, withId(named.id()), false, found));
    view.forEach(named -> find(named, at(named.address()), true, found));
    List<Entry> members = new ArrayList<>();
    for (Named named : view) {
      NodeId node = found.get(named);
      if (node == null) {
        throw new IllegalArgumentException(
            "there is no node with the number " + named.id() + " or at '" + named.address() + "'");
      }
      members.add(new Entry(node, named.id(), named.address(), true));
    }
    members.forEach(this::replace);
    members.forEach(this::renumberOthers);
    return members;
  }

  private static void requireDistinct(List<Named> view) {
    Set<Long> ids = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    for (Named named : view) {
      if (!ids.add(named.id())) {
        throw new IllegalArgumentException("two nodes have the number " + named.id());
      }
      if (!addresses.add(named.address())) {
        throw new IllegalArgumentException("two nodes have the address '" + named.address() + "'");
      }
    }
  }

  private void find(
      Named named, Optional<NodeId> candidate, boolean isNumbered, Map<Named, NodeId> found) {
    candidate
        .filter(node -> get(node).isNumbered() == isNumbered)
        .filter(node -> !found.containsKey(named) && !found.containsValue(node))
        .ifPresent(node -> found.put(named, node));
  }

  /** A node that had this number without having been given it gets another. */
  private void renumberOthers(Entry named) {
    List<Entry> others =
        entries.values().stream()
            .filter(entry -> entry.id() == named.id() && !entry.node().equals(named.node()))
            .toList();
    for (Entry other : others) {
      entries.put(other.node(), new Entry(other.node(), freeId(1), other.address(), false));
    }
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
    return known != null ? known : new Entry(node, defaultId(node), node.toString(), false);
  }

  /** The first number from this one on that no node has. */
  public synchronized long freeId(long from) {
    long id = from;
    while (withId(id).isPresent()) {
      id++;
    }
    return id;
  }

  /** The node at an address; the one that was given it last, if several were. */
  public synchronized Optional<NodeId> at(String address) {
    return entries.values().stream()
        .filter(entry -> entry.address().equals(address))
        .map(Entry::node)
        .reduce((earlier, later) -> later);
  }

  /** The node with a number. */
  public synchronized Optional<NodeId> withId(long id) {
    return entries.values().stream().filter(entry -> entry.id() == id).map(Entry::node).findFirst();
  }
}
