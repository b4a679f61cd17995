package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.StoreBuilder;
import io.kvstore.server.Http;
import io.kvstore.server.RawClient;
import io.kvstore.server.Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A store of three nodes that is served over HTTP, for one test, with a client of it. */
public final class Web implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private final KVStore<Bytes, Bytes> store;
  private final Server server;

  private Web(KVStore<Bytes, Bytes> store, Server server) {
    this.store = store;
    this.server = server;
  }

  public static Web at(Consistency level) {
    return with(level, store -> store, Http.onLoopback());
  }

  public static Web with(
      Consistency level, UnaryOperator<StoreBuilder<Bytes, Bytes>> settings, Http options) {
    StoreBuilder<Bytes, Bytes> builder =
        KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).consistency(level);
    return over(settings.apply(builder).open(), options);
  }

  /** A store that a test has opened; it is closed with its server. */
  public static Web over(KVStore<Bytes, Bytes> store, Http options) {
    return new Web(store, Server.over(store).http(options).threads(2).start());
  }

  public KVStore<Bytes, Bytes> store() {
    return store;
  }

  public Server server() {
    return server;
  }

  public InetSocketAddress address(int node) {
    return server.httpAddress(NodeId.of(node)).orElseThrow();
  }

  public RawClient raw(int node) {
    return RawClient.connectTo(address(node));
  }

  /** Sends a request to a node; headers are names and values in turn. */
  public Reply send(int node, String method, String path, String body, String... headers) {
    return send(address(node), method, path, body, headers);
  }

  /** Sends a request; headers are names and values in turn. */
  public static Reply send(
      InetSocketAddress to, String method, String path, String body, String... headers) {
    return new Reply(sent(BodyHandlers.ofString(), to, method, path, body, headers));
  }

  private static <T> HttpResponse<T> sent(
      BodyHandler<T> read,
      InetSocketAddress to,
      String method,
      String path,
      String body,
      String... headers) {
    URI uri = URI.create("http://" + to.getAddress().getHostAddress() + ':' + to.getPort() + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(30))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return CLIENT.send(request.build(), read);
    } catch (IOException failed) {
      throw new UncheckedIOException(method + " " + uri, failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** Asks for what may have no end, to be read as it comes. */
  public HttpResponse<InputStream> open(int node, String path, String... headers) {
    return sent(BodyHandlers.ofInputStream(), address(node), "GET", path, "", headers);
  }

  /** Asks for what may have no end, and does not read it. */
  public Reply begin(int node, String path) {
    BodyHandler<String> unread =
        head -> BodySubscribers.mapping(BodySubscribers.ofInputStream(), Web::left);
    return new Reply(sent(unread, address(node), "GET", path, ""));
  }

  private static String left(InputStream body) {
    try {
      body.close();
      return "{}";
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public Reply get(int node, String path) {
    return send(node, "GET", path, "");
  }

  public Reply put(int node, String path, String body) {
    return send(node, "PUT", path, body);
  }

  public Reply delete(int node, String path) {
    return send(node, "DELETE", path, "");
  }

  @Override
  public void close() {
    server.close();
    store.close();
  }

  /** An answer. */
  public record Reply(HttpResponse<String> response) {
    public int status() {
      return response.statusCode();
    }

    public String body() {
      return response.body();
    }

    public JsonNode json() {
      return JSON.readTree(body());
    }

    /** The text of a field of the answer; empty when it is not there. */
    public String field(String name) {
      return json().path(name).asString("");
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    public long number() {
      return Long.parseLong(header("Msg-Num"));
    }

    /** Status and body, for an assertion that says both. */
    @Override
    public String toString() {
      return status() + " " + body();
    }
  }
}
