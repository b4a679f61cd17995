package io.kvstore.examples;

import io.kvstore.Cluster;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.io.PrintStream;
import java.net.URI;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;

/** A cache by javax.cache's own interfaces, which has its entries on three replicas. */
public final class JCacheExample {
  private JCacheExample() {}

  /** Uses the cache. */
  public static void main(String... arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    CachingProvider provider = Caching.getCachingProvider();
    URI uri = URI.create("kvstore:shop?consistency=linearizable&replicas=3");
    try (CacheManager manager = provider.getCacheManager(uri, null)) {
      Cache<String, Long> stock =
          manager.createCache(
              "stock", new MutableConfiguration<String, Long>().setTypes(String.class, Long.class));
      stock.put("tea", 3L);
      out.println("in stock: " + stock.get("tea"));

      KVStore<?, ?> store = manager.unwrap(KVStore.class);
      Cluster cluster = store.cluster();
      NodeId first = cluster.nodes().get(0);
      cluster.crash(first);
      out.println(first + " has crashed");
      for (int i = 1; i <= 4; i++) {
        out.println("customer " + i + (isSold(stock) ? " has tea" : " is too late"));
      }
    }
  }

  /** Takes one away, if there is one: nothing comes between the two. */
  private static boolean isSold(Cache<String, Long> stock) {
    return stock.invoke(
        "tea",
        (entry, arguments) -> {
          boolean isThere = entry.getValue() > 0;
          if (isThere) {
            entry.setValue(entry.getValue() - 1);
          }
          return isThere;
        });
  }
}
