package io.kvstore.server;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.util.Locale;

/** A server to try by hand: {@code ServeStore <port> <level> <threads>}. */
public final class ServeStore {
  private ServeStore() {}

  /** Serves until the process is ended. */
  public static void main(String[] args) throws InterruptedException {
    Consistency level = Consistency.valueOf(args[1].toUpperCase(Locale.ROOT));
    KVStore<Bytes, Bytes> store =
        KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).consistency(level).open();
    Endpoint endpoint = Endpoint.loopback().withPort(Integer.parseInt(args[0]));
    Server server =
        Server.over(store)
            .memcached(Memcached.on(endpoint))
            .threads(args.length > 2 ? Integer.parseInt(args[2]) : 2)
            .start();
    System.out.println(server.memcachedAddresses());
    Thread.currentThread().join();
  }
}
