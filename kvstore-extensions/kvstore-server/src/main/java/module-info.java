/** A kvstore cluster as servers: what clients that are not written in Java talk to. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // JLine 3 has module names, and no descriptors
module io.kvstore.server {
  requires transitive io.kvstore.api;
  requires info.picocli;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires org.slf4j;
  requires java.net.http;
  requires org.jline.reader;
  requires org.jline.terminal;
  requires tools.jackson.core;
  requires tools.jackson.databind;
  requires static org.jspecify;

  exports io.kvstore.server;

  uses io.kvstore.spi.EngineProvider;

  opens io.kvstore.server to
      info.picocli;
  opens io.kvstore.server.client to
      info.picocli;
}
