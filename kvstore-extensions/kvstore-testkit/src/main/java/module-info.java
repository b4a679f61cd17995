/**
 * What the author of a test needs, of an application, a protocol or a datalet: histories, checkers,
 * campaigns, drawings, a JUnit extension and contracts for datalets and engines.
 */
@org.jspecify.annotations.NullMarked
module io.kvstore.testkit {
  requires transitive io.kvstore.core;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires transitive org.assertj.core;
  requires static org.jspecify;

  exports io.kvstore.testkit;
  exports io.kvstore.testkit.assertions;
  exports io.kvstore.testkit.campaign;
  exports io.kvstore.testkit.check;
  exports io.kvstore.testkit.draw;
  exports io.kvstore.testkit.engine;
  exports io.kvstore.testkit.explore;
  exports io.kvstore.testkit.history;
  exports io.kvstore.testkit.junit;
  exports io.kvstore.testkit.object;
  exports io.kvstore.testkit.record;
  exports io.kvstore.testkit.transaction;
  exports io.kvstore.testkit.workload;

  uses io.kvstore.spi.Engine;
}
