package io.kvstore.server.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;

/** A request with its whole body. */
final class Request {
  private static final String WATCH = "/watch";
  private static final String TABLES = "/tables/";

  private final String method;
  private final String uri;
  private final HttpHeaders headers;
  private final byte[] body;
  private final boolean isKeptAlive;
  private final boolean takesChunks;
  private final Ticket ticket;
  private final long readAtNanos = System.nanoTime();

  /** Copies what it needs: the message is the caller's to release. */
  Request(FullHttpRequest message, Ticket ticket) {
    this.ticket = ticket;
    method = message.method().name();
    uri = message.uri();
    headers = message.headers();
    body = ByteBufUtil.getBytes(message.content());
    isKeptAlive = HttpUtil.isKeepAlive(message);
    takesChunks = !message.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  /** One host is named, where one must be; and another server would find the same end of it. */
  static boolean isClear(FullHttpRequest request) {
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    boolean mayHaveNone = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return (hosts == 1 || (hosts == 0 && mayHaveNone))
        && (codings.isEmpty()
            || (codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked")));
  }

  String method() {
    return method;
  }

  /** What it is about. */
  Target target() {
    return Target.parse(uri);
  }

  /** What its body says. */
  Body body() {
    return Body.of(body);
  }

  Optional<String> header(String name) {
    List<String> values = headers.getAll(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(",", values));
  }

  int bodyLength() {
    return body.length;
  }

  /** Its body as it came. */
  byte[] bodyBytes() {
    return body;
  }

  /** Its room among the requests under way. */
  Ticket ticket() {
    return ticket;
  }

  /** Whether its client understands a body whose length is not said at its beginning. */
  boolean takesChunks() {
    return takesChunks;
  }

  boolean isKeptAlive() {
    return isKeptAlive;
  }

  /**
   * Whether it changes nothing, so that it may be on its way beside others of the kind. Listings
   * and watches are taken one by one: they may be long.
   */
  boolean isRead() {
    return method.equals("GET") && !isOfAllKeys();
  }

  /**
   * Whether it is {@code /data}, {@code /entries} or {@code /watch}, of the store or of a table.
   */
  private boolean isOfAllKeys() {
    int end = uri.indexOf('?');
    String path = end < 0 ? uri : uri.substring(0, end);
    return path.equals("/data")
        || path.equals("/entries")
        || path.equals(WATCH)
        || (path.startsWith(TABLES) && path.indexOf('/', TABLES.length()) == path.lastIndexOf('/'));
  }

  /** Whether the store has to do something for it: then it needs room among such requests. */
  boolean isForStore() {
    return uri.startsWith("/data")
        || uri.startsWith("/entries")
        || uri.startsWith("/transactions")
        || uri.startsWith(WATCH)
        || uri.startsWith("/kvs/")
        || uri.startsWith(TABLES);
  }

  long readAtNanos() {
    return readAtNanos;
  }
}
