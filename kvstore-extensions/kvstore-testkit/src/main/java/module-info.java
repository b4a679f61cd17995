/** What the author of a test, or of a datalet, needs: a contract that every datalet keeps. */
@org.jspecify.annotations.NullMarked
module io.kvstore.testkit {
  requires transitive io.kvstore.core;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;
  requires static org.jspecify;

  exports io.kvstore.testkit;
}
