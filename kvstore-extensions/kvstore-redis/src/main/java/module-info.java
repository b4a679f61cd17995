/** Replicas that keep their entries in a Redis or Valkey. */
@org.jspecify.annotations.NullMarked
module io.kvstore.redis {
  requires transitive io.kvstore.core;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.kvstore.redis;
}
