package io.kvstore.server;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.http.Directory;
import io.kvstore.server.http.Events;
import io.kvstore.server.http.HttpProtocol;
import io.kvstore.server.http.Views;
import io.kvstore.server.memcached.MemcachedProtocol;
import io.kvstore.server.net.Admission;
import io.kvstore.server.net.Listener;
import io.kvstore.server.net.Network;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
 * <p>The store stays open when its server closes; its opener closes it afterwards.
 */
public final class Server implements AutoCloseable {
  private final Network network;
  private final Workers blocking;
  private final Workers json;
  private final Events events;
  private final Members members;
  private final @Nullable Listener administration;

  private Server(
      Network network,
      Workers blocking,
      Workers json,
      Events events,
      Members members,
      @Nullable Listener administration) {
    this.network = network;
    this.blocking = blocking;
    this.json = json;
    this.events = events;
    this.members = members;
    this.administration = administration;
  }

  /** A server of this store, yet to be described. */
  public static Builder over(KVStore<Bytes, Bytes> store) {
    return new Builder(store);
  }

  /** Where a node listens for memcached's clients, if it does. */
  public Optional<InetSocketAddress> memcachedAddress(NodeId node) {
    return members.memcachedAddress(node);
  }

  /** Where each node listens for memcached's clients, in the order of the nodes. */
  public Map<NodeId, InetSocketAddress> memcachedAddresses() {
    return members.memcachedAddresses();
  }

  /** Where a node listens for HTTP, if it does. */
  public Optional<InetSocketAddress> httpAddress(NodeId node) {
    return members.httpAddress(node);
  }

  /** Where each node listens for HTTP, in the order of the nodes. */
  public Map<NodeId, InetSocketAddress> httpAddresses() {
    return members.httpAddresses();
  }

  /** The number by which a node is known in views. */
  public long idOf(NodeId node) {
    return members.idOf(node);
  }

  /** Where operators are listened to, if they are. */
  public Optional<InetSocketAddress> administrationAddress() {
    return Optional.ofNullable(administration).map(Listener::address);
  }

  /**
   * Closes all ports. Requests that were read are answered first, within the time for closing; then
   * connections are closed, and no thread of the server is left. A second call does nothing.
   */
  @Override
  public void close() {
    network.close();
    blocking.close();
    json.close();
    events.close();
  }

  /** Describes a server and starts it. */
  public static final class Builder {
    private final KVStore<Bytes, Bytes> store;
    private @Nullable Memcached memcached;
    private @Nullable Http http;
    private @Nullable Http administration;
    private @Nullable NodeId only;
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

    /**
     * Listens to operators, who may add, crash, restart and cut off nodes and set views.
     *
     * @throws IllegalArgumentException when others than this machine could reach the address
     */
    public Builder administration(Http options) {
      if (!options.endpoint().address().isLoopbackAddress()) {
        throw new IllegalArgumentException(
            "administration is for this machine alone, not for " + options.endpoint().address());
      }
      administration = options;
      return this;
    }

    /** Serves one node alone: the others are served by processes of their own. */
    public Builder only(NodeId node) {
      only = requireNonNull(node, "node");
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
      Events events =
          Events.of(store.cluster()); // a closed store has none: then there is no thread
      Workers blocking = Workers.ofOperators();
      Workers json = Workers.ofJson();
      try {
        return start(blocking, json, events);
      } catch (RuntimeException | Error failed) {
        blocking.close();
        json.close();
        events.close();
        throw failed;
      }
    }

    private Server start(Workers blocking, Workers json, Events events) {
      Network network = new Network(threads, closeWithin);
      try {
        return start(network, blocking, json, events);
      } catch (RuntimeException | Error failed) {
        network.close();
        throw failed;
      }
    }

    private Server start(Network network, Workers blocking, Workers json, Events events) {
      Cluster cluster = store.cluster();
      List<NodeId> served = only == null ? cluster.nodes() : List.of(only);
      Directory directory = new Directory(only == null ? 1 : 0); // members across machines: n1, …
      boolean changesByItself = http == null || !http.viewsFromOutside();
      Views views = new Views(cluster, directory, blocking, changesByItself);
      Map<NodeId, Admission> admissions = new ConcurrentHashMap<>();
      Function<NodeId, Admission> admission =
          node -> admissions.computeIfAbsent(node, first -> Admission.ofOneAmong(served.size()));
      Members members =
          new Members(
              cluster,
              directory,
              portsOfMemcached(network, admission),
              portsOfHttp(network, directory, views, admission, events, json),
              http);
      if (http != null && http.viewsFromOutside()) {
        cluster.nodes().forEach(cluster::expel);
      }
      served.forEach(members::open);
      if (http != null) {
        http.names().keySet().stream()
            .filter(node -> !served.contains(node))
            .forEach(members::nameElsewhere);
      }
      Http forOperators = administration;
      Listener listener =
          forOperators == null
              ? null
              : network.listen(
                  forOperators.endpoint().addressOf(0),
                  forOperators.endpoint(),
                  () -> true,
                  HttpProtocol.administration(
                      cluster, forOperators, directory, views, members, blocking));
      return new Server(network, blocking, json, events, members, listener);
    }

    private @Nullable Ports portsOfMemcached(
        Network network, Function<NodeId, Admission> admission) {
      if (memcached == null) {
        return null;
      }
      MemcachedProtocol protocol = new MemcachedProtocol(store, memcached);
      return new Ports(
          network,
          store.cluster(),
          memcached.endpoint(),
          firstNumber(),
          node -> protocol.at(node, admission.apply(node)));
    }

    /** The number of the node that has the first of the ports. */
    private int firstNumber() {
      return only == null ? 0 : only.number();
    }

    private @Nullable Ports portsOfHttp(
        Network network,
        Directory directory,
        Views views,
        Function<NodeId, Admission> admission,
        Events events,
        Workers json) {
      if (http == null) {
        return null;
      }
      HttpProtocol protocol =
          new HttpProtocol(
              store,
              http,
              directory,
              views,
              events,
              node -> only == null || node.equals(only),
              json);
      return new Ports(
          network,
          store.cluster(),
          http.endpoint(),
          firstNumber(),
          node -> protocol.at(node, admission.apply(node)));
    }
  }
}
