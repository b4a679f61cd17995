package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Eventually;
import io.kvstore.server.Http;
import io.kvstore.server.Memcached;
import io.kvstore.server.Server;
import io.kvstore.server.http.Web.Reply;
import io.kvstore.server.net.Addresses;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section 3.4 of the contracts: what an operator does to the nodes of a running server. */
final class AdministrationTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final KVStore<Bytes, Bytes> store =
      KVStore.builder()
          .keys(Codecs.BYTES)
          .values(Codecs.BYTES)
          .timeout(Duration.ofSeconds(2))
          .open();
  private final Server server =
      Server.over(store)
          .http(Http.onLoopback())
          .memcached(Memcached.onLoopback())
          .administration(Http.onLoopback())
          .threads(2)
          .start();

  @AfterEach
  void close() {
    server.close();
    store.close();
  }

  private Reply admin(String method, String path, String body, String... headers) {
    return Web.send(server.administrationAddress().orElseThrow(), method, path, body, headers);
  }

  private InetSocketAddress http(int node) {
    return server.httpAddress(NodeId.of(node)).orElseThrow();
  }

  private String statusOf(String node) {
    return admin("GET", "/admin/nodes/" + node, "").field("status");
  }

  private Reply set(int node, String value) {
    return Web.send(http(node), "PUT", "/data/k", "{\"value\": \"" + value + "\"}");
  }

  private Reply get(int node) {
    return Web.send(http(node), "GET", "/data/k", "");
  }

  @Test
  void nodesAreListedWithTheirNamesAndAddresses() {
    Reply reply = admin("GET", "/admin/nodes", "");
    assertThat(reply.json().get("nodes")).hasSize(3);
    assertThat(reply.json().get("nodes").get(1).toString())
        .contains("\"node\":\"n1\"")
        .contains("\"id\":2")
        .contains("\"http\":\"" + Addresses.text(http(1)) + '"')
        .contains("\"memcached\":\"127.0.0.1:")
        .contains("\"status\":\"serving\"")
        .contains("\"view\":[\"n0\",\"n1\",\"n2\"]");
  }

  @Test
  void aCrashedNodeClosesItsConnectionsAndIsBackAfterItsRestart() {
    set(0, "before");
    assertThat(admin("POST", "/admin/nodes/n1/crash", "").status()).isEqualTo(200);
    assertThat(statusOf("n1")).isEqualTo("down");
    assertThatThrownBy(() -> get(1)).isInstanceOf(UncheckedIOException.class);
    Eventually.holdsWithin(SOON, () -> set(0, "after").status() == 200);
    assertThat(admin("POST", "/admin/nodes/n1/restart", "").status()).isEqualTo(200);
    Eventually.holdsWithin(SOON, () -> statusOf("2").equals("serving"));
    assertThat(get(1).field("value")).isEqualTo("after");
  }

  @Test
  void theHealthOfANodeTellsThatAnotherIsDown() {
    Eventually.holdsWithin(SOON, () -> healthAtFirst("store").equals("whole"));
    admin("POST", "/admin/nodes/n1/crash", "");
    Eventually.holdsWithin(SOON, () -> healthAtFirst("store").equals("degraded"));
    assertThat(healthAtFirst("status")).isEqualTo("serving");
    admin("POST", "/admin/nodes/n1/restart", "");
    Eventually.holdsWithin(SOON, () -> healthAtFirst("store").equals("whole"));
  }

  private String healthAtFirst(String field) {
    return Web.send(http(0), "GET", "/health", "").field(field);
  }

  @Test
  void aCrashedPrimaryIsReplacedAndWhatItAcknowledgedIsThere() {
    assertThat(set(0, "acknowledged").status()).isEqualTo(201);
    admin("POST", "/admin/nodes/1/crash", "");
    Eventually.holdsWithin(SOON, () -> get(2).status() == 200);
    assertThat(get(1).field("value")).isEqualTo("acknowledged");
    Eventually.holdsWithin(SOON, () -> set(1, "later").status() == 200);
    admin("POST", "/admin/nodes/1/restart", "");
    Eventually.holdsWithin(SOON, () -> statusOf("n0").equals("serving"));
    assertThat(get(0).field("value")).isEqualTo("later");
  }

  @Test
  void aNodeThatIsCutOffShowsNothingOldAtAStrongLevel() {
    set(0, "old");
    admin("POST", "/admin/nodes/n2/isolate", "");
    Eventually.holdsWithin(SOON, () -> set(0, "new").status() == 200);
    Reply cutOff = get(2);
    assertThat(cutOff.status()).as("%s", cutOff).isEqualTo(503);
    assertThat(Web.send(http(2), "GET", "/ping", "").status()).isEqualTo(200);
    admin("POST", "/admin/network/heal", "");
    Eventually.holdsWithin(SOON, () -> get(2).field("value").equals("new"));
  }

  @Test
  void theCoordinatorIsCutOffAndCrashedLikeANodeAndIsNone() {
    String link = "{\"from\": \"coordinator\", \"to\": \"n1\"}";
    assertThat(admin("POST", "/admin/network/cut", link).status()).isEqualTo(200);
    Eventually.holdsWithin(SOON, () -> viewAtFirst() == 2); // as if n1 were lost
    assertThat(admin("POST", "/admin/network/heal", link).status()).isEqualTo(200);
    Eventually.holdsWithin(SOON, () -> viewAtFirst() == 3);
    assertThat(admin("POST", "/admin/nodes/coordinator/crash", "").status()).isEqualTo(200);
    assertThat(admin("POST", "/admin/nodes/coordinator/restart", "").status()).isEqualTo(200);
    assertThat(admin("DELETE", "/admin/nodes/coordinator", "").status()).isEqualTo(404);
    assertThat(admin("GET", "/admin/nodes/coordinator", "").status()).isEqualTo(404);
  }

  private int viewAtFirst() {
    return Web.send(http(0), "GET", "/view", "").json().path("view").size();
  }

  @Test
  void aNewNodeHasTheNamesAndPortsThatItWasGivenAndTheDataOfTheOthers() {
    set(0, "v");
    Reply added =
        admin("POST", "/admin/nodes", "{\"id\": 77, \"address\": \"10.0.0.9:8081\", \"http\": 0}");
    assertThat(added.status()).isEqualTo(201);
    assertThat(added.field("node")).isEqualTo("n3");
    assertThat(added.field("address")).isEqualTo("10.0.0.9:8081");
    Eventually.holdsWithin(SOON, () -> statusOf("77").equals("serving"));
    assertThat(get(3).field("value")).isEqualTo("v");
    assertThat(get(3).header("Node-Id")).isEqualTo("77");
    assertThat(Web.send(http(0), "GET", "/view", "").body()).contains("10.0.0.9:8081");

    assertThat(admin("POST", "/admin/nodes", "{\"id\": 77}").status()).isEqualTo(400);
    assertThat(admin("DELETE", "/admin/nodes/77", "").status()).isEqualTo(200);
    assertThat(admin("GET", "/admin/nodes/77", "").status()).isEqualTo(404);
    assertThat(server.httpAddress(NodeId.of(3))).isEmpty();
    assertThat(set(0, "w").status()).isEqualTo(200);
  }

  @Test
  void aNodeThatIsCutOffIsLeftOutAndComesBackWhenTheLinksAreHealed() {
    assertThat(admin("POST", "/admin/nodes/n2/isolate", "").status()).isEqualTo(200);
    Eventually.holdsWithin(
        SOON, () -> Web.send(http(0), "GET", "/view", "").json().get("view").size() == 2);
    assertThat(set(0, "v").status()).isEqualTo(201);
    assertThat(admin("POST", "/admin/network/heal", "").status()).isEqualTo(200);
    Eventually.holdsWithin(
        SOON, () -> Web.send(http(0), "GET", "/view", "").json().get("view").size() == 3);
    assertThat(get(2).field("value")).isEqualTo("v");
  }

  @Test
  void linksAreCutAndHealed() {
    assertThat(admin("POST", "/admin/network/cut", "{\"from\": \"n0\", \"to\": \"3\"}").status())
        .isEqualTo(200);
    assertThat(
            admin(
                    "POST",
                    "/admin/network/cut",
                    "{\"from\": \"n0\", \"to\": \"n1\", \"one-way\": true}")
                .status())
        .isEqualTo(200);
    assertThat(admin("POST", "/admin/network/heal", "{\"from\": \"n0\", \"to\": \"n2\"}").status())
        .isEqualTo(200);
    assertThat(admin("POST", "/admin/network/heal", "{}").status()).isEqualTo(200);
    Eventually.holdsWithin(SOON, () -> set(0, "v").status() < 300);
  }

  @Test
  void aPausedNodeGoesOnAfterwards() {
    assertThat(admin("POST", "/admin/nodes/n1/pause", "{\"millis\": 50}").status()).isEqualTo(200);
    Eventually.holdsWithin(SOON, () -> set(1, "v").status() < 300);
  }

  @Test
  void aViewIsSetByNames() {
    assertThat(admin("PUT", "/admin/view", "{\"view\": [\"n1\", \"n0\"]}").status()).isEqualTo(200);
    assertThat(admin("GET", "/admin/nodes/n1", "").json().get("view").toString())
        .isEqualTo("[\"n1\",\"n0\"]");
    assertThat(admin("POST", "/admin/nodes/n2/expel", "").status()).isEqualTo(200);
    assertThat(get(2).status()).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          GET    | /admin                 |                               | 404
          GET    | /data/k                |                               | 404
          PUT    | /admin/nodes           |                               | 405
          GET    | /admin/nodes/n9        |                               | 404
          GET    | /admin/nodes/9         |                               | 404
          POST   | /admin/nodes/n9/crash  |                               | 404
          DELETE | /admin/nodes/none      |                               | 404
          POST   | /admin/nodes           | {"id": 1}                     | 400
          POST   | /admin/nodes           | {"id": "x"}                   | 400
          POST   | /admin/nodes           | {"http": 65536}               | 400
          POST   | /admin/nodes           | {"address": 1}                | 400
          POST   | /admin/nodes           | {                             | 400
          POST   | /admin/nodes/n1/pause  | {}                            | 400
          POST   | /admin/nodes/n1/pause  | {"millis": -1}                | 400
          POST   | /admin/nodes/n1/pause  | {"millis": 1e9}               | 400
          POST   | /admin/network/cut     | {"from": "n0"}                | 400
          POST   | /admin/network/cut     | {"from": "n0", "to": "n9"}    | 404
          POST   | /admin/network/cut     | {"from": "n0", "to": "n1", "one-way": 1} | 400
          POST   | /admin/network/heal    | {"from": "n0"}                | 400
          PUT    | /admin/view            | {}                            | 400
          PUT    | /admin/view            | {"view": []}                  | 400
          PUT    | /admin/view            | {"view": [1]}                 | 400
          PUT    | /admin/view            | {"view": ["n0", "n0"]}        | 400
          PUT    | /admin/view            | {"view": ["n0", "n9"]}        | 404
          """)
  void whatMakesNoSenseIsRefusedAndChangesNothing(
      String method, String path, String body, int status) {
    Reply reply = admin(method, path, body == null ? "" : body);
    assertThat(reply.status()).as("%s", reply).isEqualTo(status);
    assertThat(reply.field("error")).isNotEmpty();
    assertThat(store.cluster().nodes()).hasSize(3);
    assertThat(set(1, "v").status()).isEqualTo(201);
  }

  @Test
  void noThreadOutlivesTheServer() {
    admin("PUT", "/admin/view", "{\"view\": [\"n0\", \"n1\", \"n2\"]}");
    set(0, "v");
    Set<String> before = threads();
    assertThat(before).isNotEmpty();
    server.close();
    assertThat(threads()).doesNotContainAnyElementsOf(before);
  }

  /** The threads of this server and of those that other tests may have open. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kvstore-server"))
        .collect(Collectors.toSet());
  }

  @Test
  void pagesInABrowserMayNotAdminister() {
    Reply refused = admin("POST", "/admin/nodes/n1/crash", "", "Origin", "http://example.org");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(statusOf("n1")).isEqualTo("serving");
  }

  @Test
  void othersThanThisMachineMayNotAdminister() throws UnknownHostException {
    Http everywhere = Http.on(Endpoint.loopback().withAddress(InetAddress.getByName("0.0.0.0")));
    assertThatThrownBy(() -> Server.over(store).administration(everywhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this machine alone");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST | /admin/nodes/n1/crash   | crash   | {}
          POST | /admin/nodes/n1/restart | restart | {}
          POST | /admin/nodes/n1/pause   | pause   | {"millis": 1}
          POST | /admin/nodes/n1/expel   | expel   | {}
          POST | /admin/nodes/n1/isolate | network | {}
          POST | /admin/network/cut      | network | {"from": "n0", "to": "n1"}
          POST | /admin/network/heal     | network | {}
          POST | /admin/nodes            | add     | {}
          PUT  | /admin/view             | setView | {"view": ["n1", "n0"]}
          """)
  void whatAnEngineCannotDoIsAnsweredWithItsOwnSentence(
      String method, String path, String what, String body) {
    try (KVStore<Bytes, Bytes> fixed = WithoutViews.store();
        Server other = Server.over(fixed).administration(Http.onLoopback()).start()) {
      Reply reply = Web.send(other.administrationAddress().orElseThrow(), method, path, body);
      assertThat(reply.status()).isEqualTo(501);
      assertThat(reply.field("error")).isEqualTo(what + " has no meaning here: do it otherwise");
    }
  }
}
