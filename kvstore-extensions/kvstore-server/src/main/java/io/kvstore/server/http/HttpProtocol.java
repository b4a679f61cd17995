package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Http;
import io.kvstore.server.net.Admission;
import io.kvstore.server.net.Protocol;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** HTTP over the nodes of one store. */
public final class HttpProtocol {
  private static final int HEADER_BYTES = 16 << 10;
  private static final int CHUNK_BYTES = 64 << 10;

  // The limit is the conversation's; this one must be above what it may get from one read.
  private static final int MOST_OF_ONE_READ = 1 << 16;
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
  private final Views views;
  private final Executor json;
  private final StoreStatus status;

  /**
   * Over this store, whose nodes are known to clients as the directory says.
   *
   * @param events what has happened to them
   * @param isCounted whether a node is served by this process, which counts its operations
   * @param json reads and writes large JSON
   */
  public HttpProtocol(
      KVStore<Bytes, Bytes> store,
      Http options,
      Directory directory,
      Views views,
      Events events,
      Predicate<NodeId> isCounted,
      Executor json) {
    status = new StoreStatus(store.cluster(), directory, events, isCounted, views.blocking());
    this.json = json;
    this.store = store;
    this.options = options;
    this.directory = directory;
    this.views = views;
  }

  /** What this node speaks to those who are admitted. */
  public Protocol at(NodeId node, Admission admission) {
    NodeFace face = new NodeFace(store, node, options, directory, views, json);
    Service service = new Service(routes(face, views, status), options, face.tally(), json);
    return new Port(options, service, admission, json, face.watching()::close);
  }

  /** What is spoken to operators. */
  public static Protocol administration(
      Cluster cluster,
      Http options,
      Directory directory,
      Views views,
      Fleet fleet,
      Executor blocking) {
    Routes routes = new Administration(cluster, directory, views, fleet, blocking).routes();
    Service service = new Service(routes, options, new Tally(), blocking).withoutBrowsers();
    return new Port(options, service, Admission.ofOneAmong(1), blocking, () -> {});
  }

  static Routes routes(NodeFace node, Views views, StoreStatus status) {
    Entries entries = new Entries(node);
    Condition condition = new Condition(node);
    Data data = new Data(node);
    TableData tables = new TableData(node, data);
    Transactions transactions = new Transactions(node);
    CausalData causal = new CausalData(node);
    ViewFace view = new ViewFace(node, views);
    return new Routes()
        .add("GET", "/", status::page)
        .add("GET", "/status", status.askedAt(node))
        .add("GET", "/ping", condition::ping)
        .add("GET", "/health", condition::health)
        .add("GET", "/metrics", condition::metrics)
        .add("GET", "/openapi.json", condition::description)
        .add("GET", "/data", data::list)
        .add("GET", "/data/{key}", data::get)
        .add("PUT", "/data/{key}", data::put)
        .add("DELETE", "/data/{key}", data::delete)
        .add("GET", "/watch", data::watch)
        .add("GET", "/tables", tables::tables)
        .add("GET", "/tables/{table}/data", tables::list)
        .add("GET", "/tables/{table}/data/{key}", tables::get)
        .add("PUT", "/tables/{table}/data/{key}", tables::put)
        .add("DELETE", "/tables/{table}/data/{key}", tables::delete)
        .add("GET", "/entries", entries::list)
        .add("POST", "/entries", entries::put)
        .add("GET", "/tables/{table}/entries", entries::listOfTable)
        .add("POST", "/tables/{table}/entries", entries::putInTable)
        .add("GET", "/tables/{table}/watch", tables::watch)
        .add("POST", "/transactions", transactions::ofStore)
        .add("POST", "/tables/{table}/transactions", transactions::ofTable)
        .add("GET", "/kvs/{key}", causal::get)
        .add("PUT", "/kvs/{key}", causal::put)
        .add("DELETE", "/kvs/{key}", causal::delete)
        .add("GET", "/view", view::get)
        .add("PUT", "/view", view::put)
        .add("DELETE", "/view", view::delete);
  }

  private static final class Port implements Protocol {
    private final Http options;
    private final Service service;
    private final Admission admission;
    private final Executor json;
    private final Runnable onClosed;

    Port(Http options, Service service, Admission admission, Executor json, Runnable onClosed) {
      this.onClosed = onClosed;
      this.json = json;
      this.options = options;
      this.service = service;
      this.admission = admission;
    }

    @Override
    public List<ChannelHandler> handlers() {
      var limits = options.endpoint().limits();
      RequestMeter meter = new RequestMeter();
      return List.of(
          meter.bytes(),
          new HttpServerCodec(
              new HttpDecoderConfig()
                  .setMaxInitialLineLength(Math.min(limits.lineBytes(), HEADER_BYTES))
                  .setMaxHeaderSize(HEADER_BYTES)
                  .setMaxChunkSize(CHUNK_BYTES),
              MOST_OF_ONE_READ),
          meter.requests(),
          new BoundedAggregator(options.bodyBytes(), service::mayAsk),
          new Conversation(service::answer, limits.pipelined(), admission, json));
    }

    @Override
    public void closed() {
      onClosed.run();
    }

    @Override
    public byte[] refusal() {
      return NO_ROOM.clone();
    }
  }
}
