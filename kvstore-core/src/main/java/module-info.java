/**
 * The in-process cluster: everything behind the interfaces of {@code io.kvstore.api} in one JVM.
 */
@org.jspecify.annotations.NullMarked
module io.kvstore.core {
  requires transitive io.kvstore.api;
  requires static org.jspecify;
  requires static jdk.jfr; // without it nothing is recorded
  requires com.google.common;
  requires org.jctools.core.jdk11; // its queues need no sun.misc.Unsafe
  requires org.slf4j;

  exports io.kvstore.core;
  exports io.kvstore.core.datalet;
  exports io.kvstore.core.engine;
  exports io.kvstore.core.replication;
  exports io.kvstore.core.spi;
  exports io.kvstore.core.trace;

  provides io.kvstore.spi.Engine with
      io.kvstore.core.InProcess;
}
