package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Http;
import io.kvstore.server.net.Protocol;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** HTTP over the nodes of one store. */
public final class HttpProtocol {
  private static final int HEADER_BYTES = 16 << 10;
  private static final int CHUNK_BYTES = 64 << 10;
  private static final byte[] NO_ROOM =
      String.join(
              "\r\n",
              "HTTP/1.1 503 Service Unavailable",
              "Content-Type: application/json",
              "Content-Length: 32",
              "Connection: close",
              "",
              "{\"error\":\"too many connections\"}")
          .getBytes(StandardCharsets.US_ASCII);

  private final KVStore<Bytes, Bytes> store;
  private final Http options;
  private final Directory directory;

  /** Over this store, whose nodes are known to clients as the directory says. */
  public HttpProtocol(KVStore<Bytes, Bytes> store, Http options, Directory directory) {
    this.store = store;
    this.options = options;
    this.directory = directory;
  }

  /** What this node speaks. */
  public Protocol at(NodeId node) {
    NodeFace face = new NodeFace(store, node, options, directory);
    return new Port(new Service(routes(face), options.token(), face.tally()));
  }

  private static Routes routes(NodeFace node) {
    Condition condition = new Condition(node);
    Data data = new Data(node);
    CausalData causal = new CausalData(node);
    return new Routes()
        .add("GET", "/ping", condition::ping)
        .add("GET", "/health", condition::health)
        .add("GET", "/metrics", condition::metrics)
        .add("GET", "/openapi.json", condition::description)
        .add("GET", "/data", data::list)
        .add("GET", "/data/{key}", data::get)
        .add("PUT", "/data/{key}", data::put)
        .add("DELETE", "/data/{key}", data::delete)
        .add("GET", "/kvs/{key}", causal::get)
        .add("PUT", "/kvs/{key}", causal::put)
        .add("DELETE", "/kvs/{key}", causal::delete);
  }

  private final class Port implements Protocol {
    private final Service service;

    Port(Service service) {
      this.service = service;
    }

    @Override
    public List<ChannelHandler> handlers() {
      var limits = options.endpoint().limits();
      return List.of(
          new HttpServerCodec(
              new HttpDecoderConfig()
                  .setMaxInitialLineLength(Math.min(limits.lineBytes(), HEADER_BYTES))
                  .setMaxHeaderSize(HEADER_BYTES)
                  .setMaxChunkSize(CHUNK_BYTES)),
          new BoundedAggregator(options.bodyBytes()),
          new Conversation(service::answer, limits.pipelined()));
    }

    @Override
    public byte[] refusal() {
      return NO_ROOM.clone();
    }
  }
}
