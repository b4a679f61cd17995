package io.kvstore.server;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import io.kvstore.server.net.Listener;
import io.kvstore.server.net.Network;
import io.kvstore.server.net.Protocol;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/** The ports of all nodes for one protocol. */
final class Ports {
  private final Network network;
  private final Cluster cluster;
  private final Endpoint endpoint;
  private final int firstNumber;
  private final Function<NodeId, Protocol> protocol;
  private final Map<NodeId, Listener> listeners = new ConcurrentSkipListMap<>();

  /**
   * Ports that are not open yet.
   *
   * @param firstNumber the number of the node that has the first of them
   */
  Ports(
      Network network,
      Cluster cluster,
      Endpoint endpoint,
      int firstNumber,
      Function<NodeId, Protocol> protocol) {
    this.network = network;
    this.cluster = cluster;
    this.endpoint = endpoint;
    this.firstNumber = firstNumber;
    this.protocol = protocol;
  }

  /** Opens the port of a node, which follows from its number. */
  InetSocketAddress open(NodeId node) {
    return open(node, endpoint.addressOf(node.number() - firstNumber));
  }

  /** Opens a port for a node. */
  InetSocketAddress open(NodeId node, int port) {
    return open(node, new InetSocketAddress(endpoint.address(), port));
  }

  private InetSocketAddress open(NodeId node, InetSocketAddress where) {
    Listener listener =
        network.listen(where, endpoint, () -> isServing(node), protocol.apply(node));
    listeners.put(node, listener);
    return listener.address();
  }

  private boolean isServing(NodeId node) {
    return cluster.nodes().contains(node) && cluster.isRunning(node);
  }

  /** Closes the port of a node and its connections. */
  void close(NodeId node) {
    Listener listener = listeners.remove(node);
    if (listener != null) {
      network.close(listener);
    }
  }

  Optional<InetSocketAddress> address(NodeId node) {
    return Optional.ofNullable(listeners.get(node)).map(Listener::address);
  }

  Map<NodeId, InetSocketAddress> addresses() {
    Map<NodeId, InetSocketAddress> addresses = new LinkedHashMap<>();
    listeners.forEach((node, listener) -> addresses.put(node, listener.address()));
    return addresses;
  }
}
