package io.kvstore.memcached;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Memcached;
import io.kvstore.server.Server;
import java.net.InetSocketAddress;
import java.util.List;

/** A store of one node with an endpoint for memcached's clients. */
final class OwnEndpoint extends MemcachedServer {
  private KVStore<Bytes, Bytes> store;
  private Server server;

  @Override
  InetSocketAddress startAt(InetSocketAddress place) {
    store = KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).replicas(1).open();
    server =
        Server.over(store)
            .memcached(Memcached.on(Endpoint.loopback().withPort(place.getPort())))
            .start();
    return server.memcachedAddress(NodeId.of(0)).orElseThrow();
  }

  @Override
  boolean listsItems() {
    return false;
  }

  @Override
  List<String> items() {
    return store.scan(Scan.all()).stream().map(Item::key).map(Bytes::toText).toList();
  }

  @Override
  public void close() {
    server.close();
    store.close();
  }
}
