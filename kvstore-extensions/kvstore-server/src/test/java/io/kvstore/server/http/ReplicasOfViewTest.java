package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.server.Eventually;
import io.kvstore.server.http.Web.Reply;
import io.kvstore.server.net.Addresses;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Section 3.2 of the contracts, where replicas come and go. */
final class ReplicasOfViewTest {
  private static final Duration WITHIN = Duration.ofSeconds(5);
  private static final String NOT_SATISFIED =
      "503 {\"error\":\"causal dependencies not satisfied; try again later\"}";

  private final Web web = Web.at(Consistency.CAUSAL);

  @AfterEach
  void close() {
    web.close();
  }

  private String addressOf(int node) {
    return Addresses.text(web.address(node));
  }

  private String named(int node) {
    return "{\"socket-address\": \"" + addressOf(node) + "\"}";
  }

  private List<String> view(int node) {
    return web.get(node, "/view")
        .json()
        .get("view")
        .valueStream()
        .map(each -> each.asString())
        .toList();
  }

  private Reply set(int node, String value, String seen) {
    return web.put(node, "/kvs/k", "{\"value\": " + value + ", \"causal-metadata\": " + seen + "}");
  }

  private Reply get(int node, String seen) {
    return web.send(node, "GET", "/kvs/k", "{\"causal-metadata\": " + seen + "}");
  }

  private static String seenBy(Reply reply) {
    return reply.json().get("causal-metadata").toString();
  }

  @Test
  void aReplicaIsTakenOutAndAddedAgain() {
    assertThat(view(0)).containsExactly(addressOf(0), addressOf(1), addressOf(2));
    assertThat(web.put(0, "/view", named(2))).hasToString("200 {\"result\":\"already present\"}");
    assertThat(web.send(0, "DELETE", "/view", named(2)))
        .hasToString("200 {\"result\":\"deleted\"}");
    assertThat(view(0)).containsExactly(addressOf(0), addressOf(1));
    assertThat(view(1)).containsExactly(addressOf(0), addressOf(1));
    assertThat(web.send(0, "DELETE", "/view", named(2)))
        .hasToString("404 {\"error\":\"View has no such replica\"}");
    assertThat(web.put(1, "/view", named(2))).hasToString("201 {\"result\":\"added\"}");
    for (int node = 0; node < 3; node++) {
      assertThat(view(node)).containsExactly(addressOf(0), addressOf(1), addressOf(2));
    }
  }

  @Test
  void aDeadReplicaIsGoneFromTheSurvivorsViewsAndIsBackWithAllDataWhenItStartsAgain() {
    set(0, "1", "null");
    web.store().cluster().crash(NodeId.of(1));
    Eventually.holdsWithin(
        WITHIN,
        () -> view(0).equals(List.of(addressOf(0), addressOf(2))) && view(0).equals(view(2)));
    Reply written = set(2, "2", "null");
    web.store().cluster().restart(NodeId.of(1));
    Eventually.holdsWithin(
        WITHIN, () -> view(0).size() == 3 && view(1).size() == 3 && view(2).size() == 3);
    assertThat(get(1, seenBy(written)).json().get("value").asInt()).isEqualTo(2);
  }

  @Test
  void aDeadReplicaComesBackThoughOthersWereTakenOutAndAddedMeanwhile() {
    set(0, "1", "null");
    web.store().cluster().crash(NodeId.of(1));
    Eventually.holdsWithin(WITHIN, () -> view(0).size() == 2 && view(2).size() == 2);
    assertThat(web.send(0, "DELETE", "/view", named(2)).status()).isEqualTo(200);
    assertThat(web.put(0, "/view", named(2)).status()).isEqualTo(201);
    assertThat(view(0)).containsExactly(addressOf(0), addressOf(2));
    Reply written = set(2, "2", "null");
    web.store().cluster().restart(NodeId.of(1));
    Eventually.holdsWithin(
        WITHIN, () -> view(0).size() == 3 && view(1).size() == 3 && view(2).size() == 3);
    assertThat(get(1, seenBy(written)).json().get("value").asInt()).isEqualTo(2);
  }

  @Test
  void aReplicaThatWasTakenOutStaysOutThoughItStartsAgainAndOthersAreAdded() {
    assertThat(web.send(0, "DELETE", "/view", named(1)).status()).isEqualTo(200);
    web.store().cluster().crash(NodeId.of(1));
    assertThat(web.send(0, "DELETE", "/view", named(2)).status()).isEqualTo(200);
    assertThat(web.put(0, "/view", named(2)).status()).isEqualTo(201);
    web.store().cluster().restart(NodeId.of(1));
    Eventually.holdsWithin(WITHIN, () -> web.get(1, "/health").status() == 200);
    assertThat(view(0)).containsExactly(addressOf(0), addressOf(2));
    assertThat(view(1)).containsExactly(addressOf(1));
    assertThat(web.put(0, "/view", named(1)).status()).isEqualTo(201);
    assertThat(view(1)).hasSize(3);
  }

  @Test
  void aReplicaThatWasPutOutWhileItWasCutOffStaysBehindUntilItRejoins() {
    Reply before = set(0, "1", "null");
    assertThat(get(2, seenBy(before)).status()).isEqualTo(200);
    web.store().cluster().network().isolate(NodeId.of(2));
    assertThat(web.send(0, "DELETE", "/view", named(2)).status()).isIn(200, 404);
    Reply after = set(0, "2", seenBy(before));
    web.store().cluster().network().heal();
    assertThat(get(2, seenBy(after))).hasToString(NOT_SATISFIED);
    assertThat(get(2, seenBy(before)).json().get("value").asInt()).isEqualTo(1);
    assertThat(web.put(0, "/view", named(2)).status()).isEqualTo(201);
    assertThat(get(2, seenBy(after)).json().get("value").asInt()).isEqualTo(2);
  }

  @Test
  void whatIsNoAddressOfAReplicaIsRefused() {
    assertThat(web.put(0, "/view", "{\"socket-address\": \"nowhere:1\"}").status()).isEqualTo(400);
    assertThat(web.put(0, "/view", "{\"socket-address\": 1}").status()).isEqualTo(400);
    assertThat(web.send(0, "DELETE", "/view", "{}").status()).isEqualTo(400);
    assertThat(web.send(0, "DELETE", "/view", "{\"socket-address\": \"nowhere:1\"}").status())
        .isEqualTo(404);
  }
}
