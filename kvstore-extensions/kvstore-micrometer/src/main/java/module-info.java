/** The figures of a kvstore as Micrometer meters. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings({
  "requires-automatic",
  "requires-transitive-automatic"
}) // Micrometer is no module
module io.kvstore.micrometer {
  requires transitive io.kvstore.api;
  requires transitive micrometer.core;
  requires static org.jspecify;

  exports io.kvstore.micrometer;
}
