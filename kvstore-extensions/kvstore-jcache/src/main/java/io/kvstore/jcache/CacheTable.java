package io.kvstore.jcache;

import io.kvstore.Bytes;
import io.kvstore.Codec;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import java.util.Locale;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of a cache in the store of its manager.
 *
 * @param store the store
 * @param name the name of the table, which no other one has had in this store
 * @param consistency what clients of it may observe
 * @param shards into how many parts its keys are split
 */
record CacheTable(KVStore<Bytes, Bytes> store, String name, Consistency consistency, int shards) {
  private static final Logger LOG = LoggerFactory.getLogger(CacheTable.class);
  private static final int MOST_OF_THE_NAME = 40; // of the 64 that a table's name may have

  /** A name for the table of a cache: the number makes it the only one. */
  static String nameOf(String cache, long number) {
    String start = cache.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[._-]+", "");
    String shown = start.length() > MOST_OF_THE_NAME ? start.substring(0, MOST_OF_THE_NAME) : start;
    return String.format(Locale.ROOT, "%s-%d", shown.isEmpty() ? "cache" : shown, number);
  }

  /** A client of the table as it is, which is made if there is none. */
  KVStore<Bytes, Bytes> opened() {
    try {
      return opened(Codecs.BYTES, Codecs.BYTES);
    } catch (KVStoreException | IllegalArgumentException failure) {
      throw new CacheException(
          "no table can be made for the cache: " + failure.getMessage(), failure);
    }
  }

  /** A client of the table that encodes its keys and values. */
  <K, V> KVStore<K, V> opened(Codec<K> keys, Codec<V> values) {
    return store.table(
        name, table -> table.keys(keys).values(values).consistency(consistency).shards(shards));
  }

  void drop() {
    try {
      store.dropTable(name);
    } catch (KVStoreException failure) {
      LOG.warn("the table {} of a closed cache stays until its manager is closed", name, failure);
    }
  }
}
