/** javax.cache (JSR 107) over a kvstore. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // cache.api is no module
module io.kvstore.jcache {
  requires transitive cache.api;
  requires transitive io.kvstore.api;
  requires java.management;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.kvstore.jcache;

  uses io.kvstore.spi.Engine;

  provides javax.cache.spi.CachingProvider with
      io.kvstore.jcache.KVStoreCachingProvider;
}
