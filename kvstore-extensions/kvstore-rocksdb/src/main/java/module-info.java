/** Replicas that keep their entries in RocksDB. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // rocksdbjni is no module
module io.kvstore.rocksdb {
  requires transitive io.kvstore.core;
  requires org.slf4j;
  requires rocksdbjni;
  requires static org.jspecify;

  exports io.kvstore.rocksdb;
}
