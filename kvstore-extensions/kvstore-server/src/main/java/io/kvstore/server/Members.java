package io.kvstore.server;

import static java.util.Objects.requireNonNull;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import io.kvstore.server.http.Directory;
import io.kvstore.server.http.Fleet;
import io.kvstore.server.net.Addresses;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The nodes of a server: their ports, and what they are called. */
final class Members implements Fleet {
  private final Cluster cluster;
  private final Directory directory;
  private final @Nullable Ports memcached;
  private final @Nullable Ports http;
  private final @Nullable Http options;

  Members(
      Cluster cluster,
      Directory directory,
      @Nullable Ports memcached,
      @Nullable Ports http,
      @Nullable Http options) {
    this.cluster = cluster;
    this.directory = directory;
    this.memcached = memcached;
    this.http = http;
    this.options = options;
  }

  /** Opens the ports of a node that is there. */
  void open(NodeId node) {
    Optional<Http.Name> name = Optional.ofNullable(options).map(each -> each.names().get(node));
    Wish asConfigured =
        new Wish(
            name.isPresent() ? OptionalLong.of(name.get().id()) : OptionalLong.empty(),
            name.flatMap(Http.Name::address),
            OptionalInt.empty(),
            OptionalInt.empty());
    open(node, asConfigured);
  }

  private void open(NodeId node, Wish wish) {
    if (memcached != null) {
      open(memcached, node, wish.memcachedPort());
    }
    if (http != null) {
      open(http, node, wish.httpPort());
    }
    String address =
        wish.address()
            .or(() -> httpAddress(node).or(() -> memcachedAddress(node)).map(Addresses::text))
            .orElse(node.toString());
    boolean areViewsOurs = options == null || !options.viewsFromOutside();
    directory.put(
        new Directory.Entry(
            node,
            wish.id().orElseGet(() -> directory.freeId(directory.defaultId(node))),
            address,
            wish.id().isPresent() || areViewsOurs));
  }

  /** A node that another process serves is called this. */
  void nameElsewhere(NodeId node) {
    Http.Name name = requireNonNull(requireNonNull(options).names().get(node));
    directory.put(
        new Directory.Entry(node, name.id(), name.address().orElse(node.toString()), true));
  }

  private static void open(Ports ports, NodeId node, OptionalInt port) {
    if (port.isPresent()) {
      ports.open(node, port.getAsInt());
    } else {
      ports.open(node);
    }
  }

  @Override
  public synchronized NodeId add(Wish wish) {
    directory.requireFree(wish.id(), wish.address());
    NodeId node = cluster.add();
    try {
      open(node, wish);
      return node;
    } catch (RuntimeException failed) {
      close(node);
      cluster.remove(node);
      throw failed;
    }
  }

  @Override
  public synchronized void remove(NodeId node) {
    cluster.remove(node);
    close(node);
  }

  private void close(NodeId node) {
    if (memcached != null) {
      memcached.close(node);
    }
    if (http != null) {
      http.close(node);
    }
    directory.remove(node);
  }

  @Override
  public Optional<InetSocketAddress> httpAddress(NodeId node) {
    return http == null ? Optional.empty() : http.address(node);
  }

  @Override
  public Optional<InetSocketAddress> memcachedAddress(NodeId node) {
    return memcached == null ? Optional.empty() : memcached.address(node);
  }

  Map<NodeId, InetSocketAddress> httpAddresses() {
    return http == null ? Map.of() : http.addresses();
  }

  Map<NodeId, InetSocketAddress> memcachedAddresses() {
    return memcached == null ? Map.of() : memcached.addresses();
  }

  long idOf(NodeId node) {
    return directory.get(node).id();
  }
}
