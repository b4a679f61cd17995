/**
 * What an application compiles against: the store's interface, its values, and the door to engines.
 */
@org.jspecify.annotations.NullMarked
module io.kvstore.api {
  requires static transitive org.jspecify;

  exports io.kvstore;
  exports io.kvstore.spi;

  uses io.kvstore.spi.Engine;
}
