package io.kvstore.server;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.StoreBuilder;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;

/** A store of three nodes with its server, for one test. */
public record Served(KVStore<Bytes, Bytes> store, Server server) implements AutoCloseable {
  /** At a level, with everything else as it comes. */
  public static Served at(Consistency level) {
    return with(level, store -> store, Memcached.onLoopback());
  }

  /** With settings of the test's own. */
  public static Served with(
      Consistency level, UnaryOperator<StoreBuilder<Bytes, Bytes>> settings, Memcached options) {
    StoreBuilder<Bytes, Bytes> builder =
        KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).consistency(level);
    KVStore<Bytes, Bytes> store = settings.apply(builder).open();
    return new Served(store, Server.over(store).memcached(options).threads(2).start());
  }

  /** Where a node listens. */
  public InetSocketAddress address(int node) {
    return server.memcachedAddress(NodeId.of(node)).orElseThrow();
  }

  /** A client of a node. */
  public RawClient client(int node) {
    return RawClient.connectTo(address(node));
  }

  @Override
  public void close() {
    server.close();
    store.close();
  }
}
