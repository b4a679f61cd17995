package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Eventually;
import io.kvstore.server.Http;
import io.kvstore.server.RawClient;
import io.kvstore.server.Server;
import io.kvstore.server.http.Web.Reply;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code /status} and the page that shows it. */
final class StoreStatusTest {
  @Test
  void aNodeThatIsLostIsShownByTheOthersWithWhatHappened() {
    try (Web web = Web.at(Consistency.LINEARIZABLE)) {
      assertThat(web.put(0, "/data/k", "{\"value\": \"v\"}").status()).isEqualTo(201);
      JsonNode well = web.get(1, "/status").json();
      assertThat(well.path("node").asString()).isEqualTo("n1");
      assertThat(well.path("health").asString()).isEqualTo("whole");
      assertThat(well.path("shards").path(0).path("members")).hasSize(3);
      assertThat(well.path("nodes").path(0).path("replicas").path(0).path("entries").asInt())
          .isEqualTo(1);
      web.store().cluster().crash(NodeId.of(2));
      Eventually.holdsWithin(
          Duration.ofSeconds(20),
          () -> web.get(0, "/status").json().path("shards").path(0).path("members").size() == 2);
      JsonNode ill = web.get(0, "/status").json();
      assertThat(ill.path("health").asString()).isEqualTo("degraded");
      assertThat(ill.path("nodes").path(2).path("status").asString()).isEqualTo("down");
      assertThat(ill.path("events").toString())
          .contains("n2 was crashed")
          .contains("n2 in shard 0 is left out of view 2");
    }
  }

  /** Of a node that another process serves it is not known how many operations it was asked for. */
  @Test
  void nodesOfOtherProcessesAreNotCounted() {
    try (KVStore<Bytes, Bytes> store =
            KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).open();
        Server all = Server.over(store).http(Http.onLoopback()).start();
        Server one = Server.over(store).only(NodeId.of(1)).http(Http.onLoopback()).start()) {
      assertThat(counted(all, 0)).containsExactly(true, true, true);
      assertThat(counted(one, 1)).containsExactly(false, true, false);
    }
  }

  private static List<Boolean> counted(Server server, int node) {
    InetSocketAddress there = server.httpAddress(NodeId.of(node)).orElseThrow();
    try (RawClient client = RawClient.connectTo(there)) {
      client.send("GET /status HTTP/1.0\r\nHost: localhost\r\n\r\n");
      return Pattern.compile("\"counted\":(true|false)")
          .matcher(client.readUntil("\"events\""))
          .results()
          .map(found -> Boolean.valueOf(found.group(1)))
          .toList();
    }
  }

  @Test
  void requestsForEntriesAreCountedAndThoseOfThePageAreNot() {
    try (Web web = Web.at(Consistency.LINEARIZABLE)) {
      for (int i = 0; i < 3; i++) {
        assertThat(web.get(0, "/data/k").status()).isEqualTo(404);
        assertThat(web.get(0, "/status").status()).isEqualTo(200);
      }
      int sum = 0;
      for (JsonNode count : web.get(0, "/status").json().path("requests").path("counts")) {
        sum += count.asInt();
      }
      assertThat(sum).isEqualTo(3);
    }
  }

  @Test
  void thePageNeedsNoTokenAndWhatItShowsDoes() {
    try (Web web = Web.with(Consistency.CAUSAL, same -> same, Http.onLoopback().withToken("t"))) {
      Reply page = web.get(0, "/");
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.header("Content-Type")).startsWith("text/html");
      assertThat(page.header("Content-Security-Policy"))
          .contains("default-src 'none'", "frame-ancestors 'none'");
      assertThat(web.get(0, "/status").status()).isEqualTo(401);
      assertThat(web.send(0, "GET", "/status", "", "Authorization", "Bearer t").status())
          .isEqualTo(200);
    }
  }
}
