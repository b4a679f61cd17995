package io.kvstore.server;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.http.Directory;
import io.kvstore.server.http.HttpProtocol;
import io.kvstore.server.memcached.MemcachedProtocol;
import io.kvstore.server.net.Listener;
import io.kvstore.server.net.Network;
import io.kvstore.server.net.Protocol;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a store's nodes, from when they open until they close.
 *
 * <pre>{@code
 * KVStore<Bytes, Bytes> store =
 *     KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).open();
 * try (Server server = Server.over(store).memcached(Memcached.onLoopback()).start()) {
 *   InetSocketAddress first = server.memcachedAddress(NodeId.of(0)).orElseThrow();
 * }
 * }</pre>
 *
 * <p>The store stays open when its server closes; whoever opened it closes it afterwards.
 */
public final class Server implements AutoCloseable {
  private final Network network;
  private final Map<NodeId, Listener> memcached;
  private final Map<NodeId, Listener> http;

  private Server(Network network, Map<NodeId, Listener> memcached, Map<NodeId, Listener> http) {
    this.network = network;
    this.memcached = memcached;
    this.http = http;
  }

  /** A server of this store, yet to be described. */
  public static Builder over(KVStore<Bytes, Bytes> store) {
    return new Builder(store);
  }

  /** Where a node listens for memcached's clients, if it does. */
  public Optional<InetSocketAddress> memcachedAddress(NodeId node) {
    return Optional.ofNullable(memcached.get(node)).map(Listener::address);
  }

  /** Where each node listens for memcached's clients, in the order of the nodes. */
  public Map<NodeId, InetSocketAddress> memcachedAddresses() {
    Map<NodeId, InetSocketAddress> addresses = new LinkedHashMap<>();
    memcached.forEach((node, listener) -> addresses.put(node, listener.address()));
    return addresses;
  }

  /** Where a node listens for HTTP, if it does. */
  public Optional<InetSocketAddress> httpAddress(NodeId node) {
    return Optional.ofNullable(http.get(node)).map(Listener::address);
  }

  /**
   * Closes all ports. Requests that were read are answered first, within the time for closing; then
   * connections are closed, and no thread of the server is left. A second call does nothing.
   */
  @Override
  public void close() {
    network.close();
  }

  /** Describes a server and starts it. */
  public static final class Builder {
    private final KVStore<Bytes, Bytes> store;
    private @Nullable Memcached memcached;
    private @Nullable Http http;
    private int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    private Duration closeWithin = Duration.ofSeconds(5);

    private Builder(KVStore<Bytes, Bytes> store) {
      this.store = requireNonNull(store, "store");
    }

    /** Serves every node to memcached's clients. */
    public Builder memcached(Memcached options) {
      memcached = requireNonNull(options, "options");
      return this;
    }

    /** Serves every node over HTTP. */
    public Builder http(Http options) {
      http = requireNonNull(options, "options");
      return this;
    }

    /** How many threads serve all connections. One for each processor, unless said otherwise. */
    public Builder threads(int number) {
      if (number < 1) {
        throw new IllegalArgumentException("threads must be at least 1, not " + number);
      }
      threads = number;
      return this;
    }

    /** How long requests may take to end when the server closes. Five seconds by default. */
    public Builder closeWithin(Duration time) {
      if (time.isNegative()) {
        throw new IllegalArgumentException("the time must not be negative, not " + time);
      }
      closeWithin = time;
      return this;
    }

    /**
     * Opens the ports.
     *
     * @throws java.io.UncheckedIOException when a port is taken, or a file cannot be read
     */
    public Server start() {
      Network network = new Network(threads, closeWithin);
      try {
        return new Server(network, startMemcached(network), startHttp(network));
      } catch (RuntimeException | Error failed) {
        network.close();
        throw failed;
      }
    }

    private Map<NodeId, Listener> startMemcached(Network network) {
      if (memcached == null) {
        return Map.of();
      }
      MemcachedProtocol protocol = new MemcachedProtocol(store, memcached);
      return start(network, memcached.endpoint(), protocol::at);
    }

    private Map<NodeId, Listener> startHttp(Network network) {
      if (http == null) {
        return Map.of();
      }
      Http options = http;
      Directory directory = new Directory();
      HttpProtocol protocol = new HttpProtocol(store, options, directory);
      Map<NodeId, Listener> listeners = start(network, options.endpoint(), protocol::at);
      listeners.forEach(
          (node, listener) -> directory.put(options.entryOf(node, listener.address())));
      return listeners;
    }

    private Map<NodeId, Listener> start(
        Network network, Endpoint endpoint, Function<NodeId, Protocol> protocol) {
      Map<NodeId, Listener> listeners = new LinkedHashMap<>();
      Cluster cluster = store.cluster();
      List<NodeId> nodes = new ArrayList<>(cluster.nodes());
      for (int place = 0; place < nodes.size(); place++) {
        NodeId node = nodes.get(place);
        Listener listener =
            network.listen(
                endpoint.addressOf(place),
                endpoint,
                () -> cluster.isRunning(node),
                protocol.apply(node));
        listeners.put(node, listener);
      }
      return listeners;
    }
  }
}
