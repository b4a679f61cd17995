package io.kvstore.examples.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Memcached;
import io.kvstore.server.Server;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** How clients come to the servers of a store: by calls, or over a port of each server. */
final class Doors implements AutoCloseable {
  private final KVStore<Bytes, Bytes> store;
  private final Optional<Server> server;

  private Doors(KVStore<Bytes, Bytes> store, Optional<Server> server) {
    this.store = store;
    this.server = server;
  }

  /** By calls. */
  static Doors within(KVStore<Bytes, Bytes> store) {
    return new Doors(store, Optional.empty());
  }

  /** As memcached's clients, over these ports of this machine. */
  static Doors onPorts(KVStore<Bytes, Bytes> store, List<Integer> ports) {
    Memcached memcached = Memcached.on(Endpoint.loopback().withPorts(ports));
    try {
      return new Doors(store, Optional.of(Server.over(store).memcached(memcached).start()));
    } catch (UncheckedIOException taken) {
      throw new MistakeException("--listen: " + requireNonNull(taken.getCause()).getMessage());
    }
  }

  /** A client of another protocol has limits of its own. */
  static void requireNamesForMemcached(ScenarioFile file) {
    for (String key : file.keys()) {
      if (!MemcachedClient.isName(key)) {
        throw new MistakeException(
            "--listen: a key of "
                + key.getBytes(UTF_8).length
                + " bytes, expected at most "
                + MemcachedClient.LONGEST_KEY
                + " for memcached's clients");
      }
    }
  }

  /** Where the servers listen, a line for each. */
  List<String> addresses() {
    return server.stream()
        .flatMap(listening -> listening.memcachedAddresses().entrySet().stream())
        .map(
            each ->
                "server %d listens at %s:%d"
                    .formatted(
                        each.getKey().number(),
                        each.getValue().getAddress().getHostAddress(),
                        each.getValue().getPort()))
        .toList();
  }

  /** A client of a server. */
  Client enter(NodeId node) {
    return server.isPresent()
        ? new MemcachedClient(server.get().memcachedAddress(node).orElseThrow())
        : new LocalClient(store.at(node));
  }

  @Override
  public void close() {
    server.ifPresent(Server::close);
  }

  private record LocalClient(KVStore<Bytes, Bytes> session) implements Client {
    @Override
    public void write(String key, String value) {
      session.put(Bytes.of(key), Bytes.of(value));
    }

    @Override
    public void read(String key) {
      session.get(Bytes.of(key));
    }

    @Override
    public void close() {}
  }
}
