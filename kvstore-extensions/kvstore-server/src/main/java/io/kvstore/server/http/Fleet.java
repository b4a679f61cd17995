package io.kvstore.server.http;

import io.kvstore.NodeId;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The nodes of a server with their ports, of which there can be more and fewer. */
public interface Fleet {
  /**
   * What a new node is to be called in views, and where it is to listen, as far as that matters.
   */
  record Wish(
      OptionalLong id, Optional<String> address, OptionalInt httpPort, OptionalInt memcachedPort) {}

  /**
   * Adds a node.
   *
   * @throws IllegalArgumentException when the number or address belongs to another
   */
  NodeId add(Wish wish);

  /** Takes a node away for good. */
  void remove(NodeId node);

  /** Where a node listens for HTTP, if it does. */
  Optional<InetSocketAddress> httpAddress(NodeId node);

  /** Where a node listens for memcached's clients, if it does. */
  Optional<InetSocketAddress> memcachedAddress(NodeId node);
}
