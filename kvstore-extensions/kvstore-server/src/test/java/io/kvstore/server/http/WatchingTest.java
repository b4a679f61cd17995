package io.kvstore.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Eventually;
import io.kvstore.server.Http;
import io.kvstore.server.RawClient;
import io.kvstore.server.Server;
import io.kvstore.server.http.Web.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What changes, as server-sent events. */
@Timeout(120)
final class WatchingTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration WITHIN = Duration.ofSeconds(20);

  private Web web = Web.at(Consistency.LINEARIZABLE);

  @AfterEach
  void close() {
    web.close();
  }

  private void set(String key, String value) {
    assertThat(web.put(0, "/data/" + key, "{\"value\": \"" + value + "\"}").status())
        .isLessThan(300);
  }

  /** One event, or a heartbeat, which has no data. */
  private record Event(String type, String id, String data) {
    JsonNode change(int number) {
      return JSON.readTree(data).path("changes").get(number);
    }
  }

  /** A client that reads events as a browser does. */
  private static final class Client implements AutoCloseable {
    private final BufferedReader lines;
    private String lastId = "";

    Client(HttpResponse<InputStream> answer) {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
      lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
      assertThat(next().orElseThrow().data()).isEmpty();
    }

    String lastId() {
      return lastId;
    }

    /** The next one; nothing at the end. */
    Optional<Event> next() {
      String type = "message";
      String data = "";
      try {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.isEmpty()) {
            return Optional.of(new Event(type, lastId, data));
          }
          int colon = line.indexOf(": ");
          String value = line.substring(colon + 2);
          switch (line.substring(0, colon)) {
            case "id" -> lastId = value;
            case "event" -> type = value;
            case "data" -> data = value;
            default -> throw new AssertionError(line);
          }
        }
        return Optional.empty();
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  @Test
  void eachChangeIsAnEvent() throws Exception {
    try (Client client = new Client(web.open(1, "/watch?prefix=a"))) {
      set("a1", "one");
      set("b", "unseen");
      web.put(2, "/data/a2", "{\"value\": \"two\", \"lifetime-seconds\": 60}");
      web.delete(0, "/data/a1");

      JsonNode first = client.next().orElseThrow().change(0);
      assertThat(first.path("key").asString()).isEqualTo("a1");
      assertThat(first.path("value").asString()).isEqualTo("one");
      assertThat(first.has("expires")).isFalse();
      JsonNode second = client.next().orElseThrow().change(0);
      assertThat(second.path("key").asString()).isEqualTo("a2");
      assertThat('"' + second.path("version").asString() + '"')
          .isEqualTo(web.get(1, "/data/a2").header("ETag"));
      assertThat(second.path("expires").asString()).endsWith("Z");
      JsonNode third = client.next().orElseThrow().change(0);
      assertThat(third.path("removed").asBoolean()).isTrue();
      assertThat(third.has("value")).isFalse();
    }
  }

  @Test
  void aClientThatComesBackMissesNothingAndIsToldNothingTwice() throws Exception {
    String seen;
    try (Client client = new Client(web.open(1, "/watch"))) {
      set("a", "1");
      assertThat(client.next().orElseThrow().change(0).path("value").asString()).isEqualTo("1");
      seen = client.lastId();
    }
    set("a", "2");
    for (HttpResponse<InputStream> again :
        List.of(
            web.open(1, "/watch", "Last-Event-ID", seen),
            web.open(2, "/watch?since=" + seen),
            web.open(0, "/watch?since=nothing", "Last-Event-ID", seen))) {
      try (Client client = new Client(again)) {
        assertThat(client.next().orElseThrow().change(0).path("value").asString()).isEqualTo("2");
      }
    }
  }

  @Test
  void aTableHasItsOwnChanges() throws Exception {
    web.store().table("t", same -> same);
    try (Client client = new Client(web.open(1, "/tables/t/watch?from=k&to=l"))) {
      set("k", "of the store");
      web.put(1, "/tables/t/data/j", "{\"value\": \"before\"}");
      web.put(1, "/tables/t/data/k", "{\"value\": \"of the table\"}");
      assertThat(client.next().orElseThrow().change(0).path("value").asString())
          .isEqualTo("of the table");
    }
  }

  private void keepFew() {
    web.close();
    web =
        Web.with(
            Consistency.LINEARIZABLE,
            store -> store.limits(Limits.DEFAULT.withChangesKept(4)),
            Http.onLoopback());
  }

  @Test
  void whatIsNotKnownAnyMoreIsGone() throws Exception {
    keepFew();
    String old;
    try (Client client = new Client(web.open(1, "/watch"))) {
      old = client.lastId();
    }
    for (int i = 0; i < 20; i++) {
      set("a", "v" + i);
    }
    Reply gone = web.send(1, "GET", "/watch", "", "Last-Event-ID", old);
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.field("error")).contains("begin a new watch, and take a snapshot");
  }

  @Test
  void aClientThatReadsTooSlowlyIsToldSoAndHoldsUpNobody() throws Exception {
    keepFew();
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 << 10);
    socket.connect(web.address(1));
    try (RawClient slow = new RawClient(socket)) {
      slow.send("GET /watch HTTP/1.0\r\nHost: localhost\r\n\r\n");
      assertThat(slow.readLine()).isEqualTo("HTTP/1.1 200 OK\r\n");
      for (int i = 0; i < 100; i++) {
        web.store().put(Bytes.of("large"), Bytes.of("x".repeat(100_000)));
      }
      assertThat(slow.readUntil("event: gone\ndata: {\"error\":"))
          .endsWith("event: gone\ndata: {\"error\":");
      assertThat(slow.finish()).contains("begin a new watch").endsWith("\"}\n\n");
    }
  }

  @Test
  void aNodeIsWatchedByNoMoreThanAFew() throws Exception {
    List<Client> clients = new ArrayList<>();
    try {
      for (int i = 0; i < Watching.MOST_AT_ONCE; i++) {
        clients.add(new Client(web.open(1, "/watch")));
      }
      Reply refused = web.get(1, "/watch");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.field("error")).contains("64 clients watch this node already");
      set("a", "1");
      for (Client each : clients) {
        assertThat(each.next().orElseThrow().change(0).path("key").asString()).isEqualTo("a");
      }
    } finally {
      for (Client each : clients) {
        each.close();
      }
    }
    Eventually.holdsWithin(WITHIN, () -> web.begin(1, "/watch").status() == 200);
  }

  @Test
  void whatIsNotAskedForRightIsRefused() {
    assertThat(web.get(0, "/watch?since=yesterday").field("error"))
        .contains("'yesterday' is no watch position");
    assertThat(web.get(0, "/watch?limit=3").field("error")).contains("no parameter 'limit'");
    assertThat(web.send(0, "POST", "/watch", "").status()).isEqualTo(405);
  }

  @Test
  void theEndOfTheServerIsTheEndOfAStream() throws Exception {
    try (Client client = new Client(web.open(1, "/watch"))) {
      web.server().close();
      assertThat(client.next()).isEmpty();
    }
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith("kvstore-server-watch")))
        .isEmpty();
  }

  @Test
  void theEndOfTheNodeIsTheEndOfAStream() throws Exception {
    try (RawClient client = web.raw(1)) {
      client.send("GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.readUntil("id: 0:")).contains("200 OK");
      web.store().cluster().crash(NodeId.of(1));
      assertThat(client.readUntil("an end that does not come")).endsWith("<closed>");
    }
  }

  /** A watch of what seldom changes is no idle connection. */
  @Test
  void aQuietWatchOutlivesTheIdleTimeout() throws Exception {
    Duration idle = Duration.ofMillis(300);
    Http options = Http.on(Endpoint.loopback().withIdleTimeout(idle));
    try (Server server = Server.over(web.store()).http(options).start();
        RawClient client = RawClient.connectTo(server.httpAddress(NodeId.of(0)).orElseThrow())) {
      client.send("GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n");
      for (int beats = 0; beats < 9; beats++) { // three times as long as the timeout
        assertThat(client.readUntil("id: 0:")).doesNotContain("<closed>");
      }
    }
  }

  @Test
  void whatIsNoTextIsThereInBase64Too() throws Exception {
    try (Client client = new Client(web.open(1, "/watch"))) {
      web.store().put(Bytes.of((byte) 0xff), Bytes.of((byte) 0xfe));
      JsonNode change = client.next().orElseThrow().change(0);
      assertThat(change.path("key64").asString()).isEqualTo("/w==");
      assertThat(change.path("value64").asString()).isEqualTo("/g==");
      set("text", "ü");
      assertThat(client.next().orElseThrow().change(0).has("value64")).isFalse();
    }
  }

  @Test
  void aSilentWatchIsToldItsPosition() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    EventStream stream =
        new EventStream(
            web.store().watch(Scan.prefix(Bytes.of("rare"))),
            Duration.ofMillis(10),
            threads,
            () -> {});
    try {
      assertThat(new String(stream.beginning(), UTF_8)).matches("id: 0:\\S+\n\n");
      String first = new String(stream.next().get().orElseThrow(), UTF_8);
      assertThat(first).matches("id: 0:\\S+\n\n");
      set("often", "1");
      Eventually.holdsWithin(
          WITHIN, () -> !new String(stream.next().join().orElseThrow(), UTF_8).equals(first));
    } finally {
      stream.close();
      threads.shutdown();
    }
    assertThat(stream.next().isDone()).isTrue();
  }
}
