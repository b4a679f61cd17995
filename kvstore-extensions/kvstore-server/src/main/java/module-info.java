/** A kvstore cluster as servers: what clients that are not written in Java talk to. */
@org.jspecify.annotations.NullMarked
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
  requires tools.jackson.core;
  requires tools.jackson.databind;
  requires static org.jspecify;

  exports io.kvstore.server;

  uses io.kvstore.spi.EngineProvider;

  opens io.kvstore.server to
      info.picocli;
}
