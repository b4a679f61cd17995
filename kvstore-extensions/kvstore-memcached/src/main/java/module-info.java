/** Replicas that keep their entries in servers that speak memcached. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // xmemcached is no module
module io.kvstore.memcached {
  requires transitive io.kvstore.core;
  requires org.slf4j;
  requires xmemcached;
  requires static org.jspecify;

  exports io.kvstore.memcached;
}
