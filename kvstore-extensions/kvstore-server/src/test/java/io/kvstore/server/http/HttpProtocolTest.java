package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Http;
import io.kvstore.server.RawClient;
import io.kvstore.server.http.Web.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent over a connection, byte for byte: order, limits, and everything that is wrong. */
final class HttpProtocolTest {
  private static final int BODY_BYTES = 1 << 20;
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";
  private static final String CODED = "Transfer-Encoding: ";

  private Web web =
      Web.with(
          Consistency.LINEARIZABLE,
          store -> store,
          Http.on(Endpoint.loopback()).withBodyBytes(BODY_BYTES));

  @AfterEach
  void close() {
    web.close();
  }

  private static String put(String key, String value) {
    String body = "{\"value\": \"" + value + "\"}";
    return "PUT /data/" + key + HOST + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static String get(String path) {
    return "GET " + path + HOST + "\r\n";
  }

  /** Reads one answer: its head, and as much as the head announces. */
  private static String readAnswer(RawClient client) {
    String head = client.readUntil("\r\n\r\n");
    int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ");
    if (at < 0) {
      return head;
    }
    int begin = at + "content-length: ".length();
    int length = Integer.parseInt(head.substring(begin, head.indexOf('\r', begin)));
    return head + client.read(length);
  }

  private static String statusOf(String answer) {
    return answer.split(" ", 3)[1];
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() {
    try (RawClient client = web.raw(0)) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        requests.append(put("k", "v" + i)).append(get("/data/k")).append(get("/ping"));
      }
      client.send(requests.toString());
      for (int i = 0; i < 200; i++) {
        assertThat(statusOf(readAnswer(client))).isEqualTo(i == 0 ? "201" : "200");
        assertThat(readAnswer(client)).endsWith("{\"value\":\"v" + i + "\"}");
        assertThat(readAnswer(client)).endsWith("{\"node\":\"n0\"}");
      }
    }
  }

  @Test
  void aConnectionIsClosedWhenTheClientWantsIt() {
    try (RawClient client = web.raw(0)) {
      client.send("GET /ping" + HOST + "Connection: close\r\n\r\n" + get("/ping"));
      assertThat(readAnswer(client)).contains("connection: close");
      assertThat(client.isClosed()).isTrue();
    }
    try (RawClient client = web.raw(0)) {
      client.send("GET /ping HTTP/1.0\r\n\r\n");
      readAnswer(client);
      assertThat(client.isClosed()).isTrue();
    }
    try (RawClient client = web.raw(0)) {
      client.send("GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get("/ping"));
      assertThat(statusOf(readAnswer(client))).isEqualTo("200");
      assertThat(statusOf(readAnswer(client))).isEqualTo("200");
    }
  }

  @Test
  void whoSaysThatNothingMoreWillComeIsStillAnswered() {
    try (RawClient client = web.raw(0)) {
      client.send(put("k", "v") + get("/data/k"));
      assertThat(client.finish()).contains("201 Created").endsWith("{\"value\":\"v\"}");
    }
  }

  @Test
  void aBodyInChunksIsPutTogether() {
    try (RawClient client = web.raw(0)) {
      client.send(
          "PUT /data/k"
              + HOST
              + "Transfer-Encoding: chunked\r\n\r\na\r\n{\"value\": \r\n4\r\n\"v\"}\r\n0\r\n\r\n");
      assertThat(statusOf(readAnswer(client))).isEqualTo("201");
    }
    assertThat(web.get(0, "/data/k").field("value")).isEqualTo("v");
  }

  @Test
  void aBodyIsAskedForWhenTheClientWaitsForThat() {
    try (RawClient client = web.raw(0)) {
      client.send("PUT /data/k" + HOST + "Content-Length: 14\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue");
      client.send("{\"value\": \"v\"}");
      assertThat(statusOf(readAnswer(client))).isEqualTo("201");
      client.send(
          "PUT /data/k" + HOST + "Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
      assertThat(readAnswer(client)).contains("413").contains("{\"error\":");
    }
  }

  @Test
  void aBodyOverTheLimitIsRefusedInItsTurnAndTheConnectionGoesOn() {
    try (RawClient client = web.raw(0)) {
      client.send(put("k", "v"));
      client.send(put("k", "x".repeat(2 * BODY_BYTES)) + get("/data/k"));
      assertThat(statusOf(readAnswer(client))).isEqualTo("201");
      assertThat(readAnswer(client)).contains(" 413 ").contains("{\"error\":");
      assertThat(readAnswer(client)).endsWith("{\"value\":\"v\"}");
    }
  }

  @Test
  void whoDoesNotReadIsNotReadFrom() {
    String value = "v".repeat(100_000);
    web.store().put(Bytes.of("k"), Bytes.of(value));
    int requests = 2_000;
    try (RawClient slow = web.raw(0)) {
      String sent = get("/data/k").repeat(requests);
      Thread sender = new Thread(() -> slow.send(sent));
      sender.start();
      Reply other = web.get(0, "/data/k");
      assertThat(other.status()).isEqualTo(200);
      for (int i = 0; i < requests; i++) {
        assertThat(readAnswer(slow)).hasSizeGreaterThan(value.length());
      }
      join(sender);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(Duration.ofSeconds(20).toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ping",
        "/health",
        "/metrics",
        "/openapi.json",
        "/data",
        "/data/k",
        "/kvs/k",
        "/view"
      })
  void aWrongMethodIsToldTheRightOnes(String path) {
    Reply reply = web.send(0, "PATCH", path, "");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).contains("GET");
    assertThat(reply.field("error")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # method and path         | body                            | status
          GET /none                 |                                 | 404
          GET /nothing              |                                 | 404
          GET /data/a/b             |                                 | 404
          GET /data/                |                                 | 400
          GET /data/%zz             |                                 | 400
          GET /data/%               |                                 | 400
          GET /data/%2              |                                 | 400
          GET /data/%ff             |                                 | 400
          GET /data/%ed%a0%80       |                                 | 400
          GET /data?limit=0         |                                 | 400
          GET /data?limit=x         |                                 | 400
          GET /data?limit=          |                                 | 400
          GET /data?limit=99999999999 |                               | 400
          GET /data?limit=1&limit=2 |                                 | 400
          GET /data?unknown=1       |                                 | 400
          GET /data?prefix=%f       |                                 | 400
          GET *                     |                                 | 400
          PUT /data/k               |                                 | 400
          PUT /data/k               | {                               | 400
          PUT /data/k               | {}                              | 400
          PUT /data/k               | []                              | 400
          PUT /data/k               | null                            | 400
          PUT /data/k               | "v"                             | 400
          PUT /data/k               | {"value": 1}                    | 400
          PUT /data/k               | {"value": null}                 | 400
          PUT /data/k               | {"value": ["v"]}                | 400
          PUT /data/k               | {"value": "v"                   | 400
          PUT /data/k               | {"value": "v"} x                | 400
          PUT /data/k               | {"value": "v"}{"value": "v"}    | 400
          PUT /data/k               | {"value": "v", "value": "w"}    | 400
          PUT /data/k               | {'value': 'v'}                  | 400
          PUT /data/k               | {"value": "v",}                 | 400
          PUT /data/k               | {"value": "\\ud800"}            | 400
          PUT /data/k               | {"value": "\\x"}                | 400
          PUT /data/k               | {"value": NaN}                  | 400
          PUT /data/k               | value=v                         | 400
          PUT /kvs/k                | {"value": 1}                    | 400
          PUT /kvs/k                | {"causal-metadata": null}       | 400
          PUT /kvs/k                | {"value": 01, "causal-metadata": null} | 400
          PUT /kvs/k                | {"value": 1, "causal-metadata": 1} | 400
          PUT /kvs/k                | {"value": 1, "causal-metadata": "x"} | 400
          PUT /kvs/k                | {"value": 1, "causal-metadata": "0:-1"} | 400
          PUT /kvs/k                | {"value": 1, "causal-metadata": {}} | 400
          PUT /kvs/                 | {"value": 1, "causal-metadata": null} | 400
          GET /kvs/k                | {"causal-metadata": "9:1"}      | 400
          GET /kvs/k                | {"causal-metadata": "99999999999:1"} | 400
          GET /kvs/k                | [                               | 400
          DELETE /kvs/k             | {"causal-metadata": []}         | 400
          PUT /view                 | {"socket-address": 1}           | 400
          PUT /view                 | {"view": "x"}                   | 400
          PUT /view                 | {"view": [1]}                   | 400
          PUT /view                 | {"view": [{"address": "a:1"}]}  | 400
          PUT /view                 | {"view": [{"address": "a:1", "id": "1"}]} | 400
          PUT /view                 | {"view": [{"address": "nowhere:1", "id": 99}]} | 400
          PUT /view                 | {"view": [], "socket-address": "a:1"} | 400
          PUT /view                 | {"socket-address": "nowhere:1"} | 400
          DELETE /view              | {"view": []}                    | 400
          PUT /data/KEY251          | {"value": "v"}                  | 400
          PUT /kvs/KEY51            | {"value": 1, "causal-metadata": null} | 400
          DELETE /data?prefix=k     |                                 | 405
          POST /data/k              | {"value": "v"}                  | 405
          """)
  void whatIsMalformedHasAClearAnswerAndLosesNothing(String line, String body, int status) {
    web.store().put(Bytes.of("kept"), Bytes.of("v"));
    String content = body == null ? "" : body.replace("\\\\", "\\");
    String start = line.replace("KEY251", "k".repeat(251)).replace("KEY51", "k".repeat(51));
    try (RawClient client = web.raw(0)) {
      client.send(
          start
              + HOST
              + "Content-Length: "
              + content.length()
              + "\r\n\r\n"
              + content
              + get("/data/kept"));
      String answer = readAnswer(client);
      assertThat(statusOf(answer)).as(answer).isEqualTo(String.valueOf(status));
      assertThat(answer).contains("\r\n\r\n{\"error\":\"").doesNotContain("Exception");
      assertThat(readAnswer(client)).endsWith("{\"value\":\"v\"}");
    }
    assertThat(web.store().size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          GET /data/k HTTP/1.1 x$Host: localhost$$             | 400
          GET /data/k$$                                | 400
          GET$$                                        | 400
          nonsense$$                                   | 400
          GET /data/k HTTP/2.0$$                       | 505
          PRI * HTTP/2.0$$SM$$                         | 505
          GET /data/k HTTP/1.1$ : x$$                  | 400
          GET /data/k HTTP/1.1$Host$$                  | 400
          PUT /data/k HTTP/1.1$Content-Length: x$$     | 400
          PUT /data/k HTTP/1.1$Content-Length: -1$$    | 400
          PUT /data/k HTTP/1.1$Content-Length: 1$Content-Length: 2$$ab | 400
          PUT /data/k HTTP/1.1$Transfer-Encoding: chunked$$zz$ | 400
          """)
  void whatIsNoHttpIsSaidSoAndTheConnectionEnds(String lines, int status) {
    try (RawClient client = web.raw(0)) {
      client.send(lines.replace("$", "\r\n"));
      String answer = readAnswer(client);
      assertThat(statusOf(answer)).as(answer).isEqualTo(String.valueOf(status));
      assertThat(answer).contains("{\"error\":\"").contains("connection: close");
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(web.get(0, "/ping").status()).isEqualTo(200);
  }

  @Test
  void whatIsTooLongIsSaidSo() {
    try (RawClient client = web.raw(0)) {
      client.send(get("/data/" + "k".repeat(20_000)));
      assertThat(statusOf(readAnswer(client))).isEqualTo("414");
      assertThat(client.isClosed()).isTrue();
    }
    try (RawClient client = web.raw(0)) {
      client.send("GET /ping" + HOST + "X: " + "x".repeat(20_000) + "\r\n\r\n");
      assertThat(statusOf(readAnswer(client))).isEqualTo("431");
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(web.get(0, "/data/" + "k".repeat(251)).status()).isEqualTo(400);
    String nested = "[".repeat(10_000) + "]".repeat(10_000);
    assertThat(web.put(0, "/kvs/k", "{\"value\": " + nested + ", \"causal-metadata\": null}"))
        .extracting(Reply::status)
        .isEqualTo(400);
    String metadata = "\"" + "0:1;".repeat(10_000) + "0:1\"";
    assertThat(web.send(0, "GET", "/kvs/k", "{\"causal-metadata\": " + metadata + "}").status())
        .isEqualTo(400);
  }

  @Test
  void aWholeAddressIsUnderstood() {
    try (RawClient client = web.raw(0)) {
      client.send(get("http://example.org/ping"));
      assertThat(statusOf(readAnswer(client))).isEqualTo("200");
    }
  }

  @Test
  void moreConnectionsThanThereMayBeAreSentAway() {
    web.close();
    Endpoint small = Endpoint.loopback();
    web =
        Web.with(
            Consistency.LINEARIZABLE,
            store -> store,
            Http.on(small.withLimits(small.limits().withConnections(1))));
    try (RawClient first = web.raw(0)) {
      first.send(get("/ping"));
      assertThat(statusOf(readAnswer(first))).isEqualTo("200");
      try (RawClient second = web.raw(0)) {
        String refusal = readAnswer(second);
        assertThat(statusOf(refusal)).isEqualTo("503");
        assertThat(refusal).endsWith("{\"error\":\"too many connections\"}");
        assertThat(second.isClosed()).isTrue();
      }
    }
  }

  @Test
  void onlyWhoHasTheTokenIsServed() {
    web.close();
    web = Web.with(Consistency.LINEARIZABLE, s -> s, Http.onLoopback().withToken("s3cret"));
    Reply refused = web.get(0, "/data");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(web.send(0, "GET", "/data", "", "Authorization", "Bearer other").status())
        .isEqualTo(401);
    assertThat(web.send(0, "GET", "/data", "", "Authorization", "Basic s3cret").status())
        .isEqualTo(401);
    assertThat(web.send(0, "GET", "/data", "", "Authorization", "Bearer s3cret").status())
        .isEqualTo(200);
    assertThat(web.get(0, "/ping").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "LOCALHOST.:8081, 200",
    "127.0.0.1:8081, 200",
    "[::1]:8081, 200",
    "10.0.0.7, 200",
    "store.example, 200",
    "evil.example:8081, 421",
    "localhost.evil.example, 421",
    "127.0.0.1.evil.example, 421"
  })
  void withoutATokenAHostMustBeThisServer(String host, int status) {
    web.close();
    Http options = Http.onLoopback().withAllowedHosts(List.of("Store.example"));
    web = Web.with(Consistency.LINEARIZABLE, s -> s, options);
    try (RawClient client = web.raw(0)) {
      client.send("GET /data HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      String answer = readAnswer(client);
      assertThat(statusOf(answer)).isEqualTo(Integer.toString(status));
      if (status == 421) {
        assertThat(answer).contains(host).contains("--allowed-hosts");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, http://localhost:8081, 200",
    "POST, http://evil.example, 403",
    "POST, http://localhost:8082, 403",
    "POST, null, 403",
    "GET, http://evil.example, 200"
  })
  void aPageOfAnotherServerChangesNothing(String method, String origin, int status) {
    try (RawClient client = web.raw(0)) {
      client.send(
          method
              + " /entries HTTP/1.1\r\nHost: localhost:8081\r\nContent-Type: text/plain\r\nOrigin: "
              + origin
              + "\r\nContent-Length: 23\r\n\r\n{\"key\":\"k\",\"value\":\"v\"}");
      assertThat(statusOf(readAnswer(client))).isEqualTo(Integer.toString(status));
    }
    assertThat(web.get(0, "/data/k").status())
        .isEqualTo(method.equals("POST") && status == 200 ? 200 : 404);
  }

  @Test
  void whoHasATokenMayNameAnyHost() {
    web.close();
    web = Web.with(Consistency.LINEARIZABLE, s -> s, Http.onLoopback().withToken("s3cret"));
    try (RawClient client = web.raw(0)) {
      client.send(
          "GET /data HTTP/1.1\r\nHost: other.example\r\nAuthorization: Bearer s3cret\r\n\r\n");
      assertThat(statusOf(readAnswer(client))).isEqualTo("200");
    }
  }

  @Test
  void aBodyIsNotAskedForBeforeTheTokenIsKnown() {
    web.close();
    web = Web.with(Consistency.LINEARIZABLE, s -> s, Http.onLoopback().withToken("s3cret"));
    try (RawClient client = web.raw(0)) {
      client.send("PUT /data/k" + HOST + "Content-Length: 8000000\r\nExpect: 100-continue\r\n\r\n");
      assertThat(statusOf(readAnswer(client))).isEqualTo("401"); // at once, without a 100 before
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /ping HTTP/1.1\r\n",
        "GET /ping" + HOST + "Host: b\r\n",
        "PUT /data/k" + HOST + "Transfer-Encoding: gzip, chunked\r\n",
        "PUT /data/k" + HOST + CODED + "identity\r\n" + CODED + "chunked\r\n"
      })
  void whatDoesNotSayClearlyForWhomItIsOrWhereItEndsIsRefused(String request) {
    try (RawClient client = web.raw(0)) {
      client.send(request + "\r\n");
      if (request.startsWith("PUT")) {
        client.send("0\r\n\r\n");
      }
      assertThat(statusOf(readAnswer(client))).isEqualTo("400");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void theMetricsSayWhatWasAnswered() {
    IntStream.range(0, 5).forEach(i -> web.get(0, "/data/none"));
    web.put(0, "/data/k", "{\"value\": \"v\"}");
    web.send(0, "PATCH", "/data/k", "");
    String metrics = web.get(0, "/metrics").body();
    assertThat(metrics)
        .contains("kvstore_node_up{node=\"n0\"} 1\n")
        .contains("kvstore_view_members{node=\"n0\"} 3\n")
        .contains("kvstore_view_epoch{node=\"n0\"} ")
        .contains("role=\"primary\"")
        .contains("kvstore_entries{node=\"n0\"} 1\n")
        .contains("kvstore_replica_bytes{node=\"n0\",shard=\"0\"} 2\n")
        .contains("kvstore_replica_lag{node=\"n0\",shard=\"0\"} 0\n")
        .contains("kvstore_replica_operations_total{node=\"n0\",shard=\"0\"} 6\n")
        .contains("kvstore_replica_messages_sent_total{node=\"n0\",shard=\"0\"} ")
        .contains(
            "kvstore_http_requests_total{node=\"n0\",method=\"GET\",path=\"/data/{key}\","
                + "code=\"404\"} 5\n")
        .contains("method=\"other\",path=\"/data/{key}\",code=\"405\"} 1\n")
        .contains(
            "kvstore_http_request_duration_seconds_bucket{node=\"n0\",path=\"/data/{key}\","
                + "le=\"+Inf\"} 7\n")
        .contains(
            "kvstore_http_request_duration_seconds_count{node=\"n0\",path=\"/data/{key}\"} 7");
    metrics
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> assertThat(line).matches("[a-z_]+\\{[^}]*(\\{key}[^}]*)?} [-+.E0-9]+"));
  }
}
