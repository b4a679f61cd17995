package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.server.Http;
import io.kvstore.server.http.Web.Reply;
import io.kvstore.server.net.Addresses;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 3.1 of the contracts, where views are set by somebody who talks to every node. */
final class ViewsFromOutsideTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Web web =
      Web.with(
          Consistency.LINEARIZABLE,
          store -> store.replicas(4).timeout(TIMEOUT).failover(Failover.byHand()),
          Http.onLoopback().withViewsFromOutside());

  @AfterEach
  void close() {
    web.close();
  }

  private String addressOf(int node) {
    return Addresses.text(web.address(node));
  }

  /** Sends a view of these nodes to each of those. */
  private void tell(List<Integer> members, List<Integer> receivers) {
    for (int receiver : receivers) {
      Reply reply = web.put(receiver, "/view", viewOf(members));
      assertThat(reply.status()).as("node %s: %s", receiver, reply).isEqualTo(200);
    }
  }

  private String viewOf(List<Integer> members) {
    return members.stream()
        .map(node -> "{\"address\": \"" + addressOf(node) + "\", \"id\": " + (node + 1) + "}")
        .collect(Collectors.joining(", ", "{\"view\": [", "]}"));
  }

  private Reply set(int node, String key, String value) {
    return web.put(node, "/data/" + key, "{\"value\": \"" + value + "\"}");
  }

  private void assertAll(List<Integer> nodes, String listing) {
    for (int node : nodes) {
      assertThat(web.get(node, "/data")).as("node %s", node).hasToString("200 " + listing);
    }
  }

  @Test
  void aNodeWithoutAViewIsThereAndServesNoData() {
    assertThat(web.get(0, "/ping").status()).isEqualTo(200);
    assertThat(web.get(0, "/health").status()).isEqualTo(503);
    assertThat(web.get(0, "/data").status()).isEqualTo(503);
    assertThat(web.get(0, "/data/k").status()).isEqualTo(503);
    assertThat(web.delete(0, "/data/k").status()).isEqualTo(503);
    assertThat(set(0, "k", "v").status()).isEqualTo(503);
    assertThat(web.get(0, "/view")).hasToString("200 {\"view\":[]}");
  }

  @Test
  void theBodyOfAPutIsCheckedBeforeAnythingElse() {
    assertThat(web.put(0, "/data/k", "{\"value\": 1}").status()).isEqualTo(400);
    assertThat(web.put(0, "/data/k", "").status()).isEqualTo(400);
  }

  @Test
  void theSmallestIdIsThePrimaryAndOthersPassRequestsOnToIt() {
    tell(List.of(2, 1, 0), List.of(0, 1, 2));
    assertThat(set(2, "k", "v").status()).isEqualTo(201);
    assertAll(List.of(0, 1, 2), "{\"k\":\"v\"}");
    Reply full = web.send(1, "GET", "/view", "", "Accept", "application/json; detail=full");
    assertThat(full.json().get("primary").asInt()).isEqualTo(1);
    assertThat(full.json().get("ids").toString()).isEqualTo("[1,2,3]");
    assertThat(full.json().get("epoch").asInt()).isPositive();
    assertThat(full.field("consistency")).isEqualTo("linearizable");
    assertThat(full.field("replication")).isEqualTo("primary");
  }

  @Test
  void aViewShrinksToOneNodeAndNothingIsLost() {
    tell(List.of(0, 1, 2), List.of(0, 1, 2));
    set(1, "a", "1");
    web.store().cluster().crash(NodeId.of(0));
    tell(List.of(1, 2), List.of(1, 2));
    assertThat(set(2, "b", "2").status()).isEqualTo(201);
    assertAll(List.of(1, 2), "{\"a\":\"1\",\"b\":\"2\"}");
    web.store().cluster().crash(NodeId.of(1));
    tell(List.of(2), List.of(2));
    assertThat(set(2, "c", "3").status()).isEqualTo(201);
    assertAll(List.of(2), "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}");
  }

  @Test
  void aWriteThatCannotBeReplicatedIsAnErrorAndIsNotReadAfterwards() {
    tell(List.of(0, 1), List.of(0, 1));
    set(0, "k", "before");
    web.store().cluster().network().cut(NodeId.of(0), NodeId.of(1));
    assertThat(set(0, "k", "after").status()).isIn(500, 503);
    Reply read = web.get(0, "/data/k");
    assertThat(read.body()).doesNotContain("after");
  }

  @Test
  void aNodeThatIsNotInItsViewServesNoData() {
    tell(List.of(0, 1, 2), List.of(0, 1, 2));
    tell(List.of(0, 1), List.of(0, 1, 2));
    assertThat(web.get(2, "/data/k").status()).isEqualTo(503);
    assertThat(set(2, "k", "v").status()).isEqualTo(503);
    assertThat(set(1, "k", "v").status()).isEqualTo(201);
  }

  @Test
  void aClusterIsSplitAndItsHalvesEvolveApartUntilTheyAreJoined() {
    tell(List.of(0, 1, 2, 3), List.of(0, 1, 2, 3));
    set(3, "common", "1");
    tell(List.of(0, 1), List.of(0, 1));
    tell(List.of(2, 3), List.of(2, 3));
    assertThat(set(1, "k", "left").status()).isEqualTo(201);
    assertThat(set(3, "k", "right").status()).isEqualTo(201);
    assertThat(set(3, "r", "right").status()).isEqualTo(201);
    assertAll(List.of(0, 1), "{\"common\":\"1\",\"k\":\"left\"}");
    assertAll(List.of(2, 3), "{\"common\":\"1\",\"k\":\"right\",\"r\":\"right\"}");
    tell(List.of(0, 1, 2), List.of(0, 1, 2));
    assertAll(List.of(0, 1, 2), "{\"common\":\"1\",\"k\":\"left\"}");
    assertAll(List.of(3), "{\"common\":\"1\",\"k\":\"right\",\"r\":\"right\"}");
  }

  @Test
  void aJoinerTakesOverTheStateOfTheViewsPrimary() {
    tell(List.of(0), List.of(0));
    tell(List.of(1), List.of(1));
    set(0, "k", "zero");
    set(1, "k", "one");
    set(1, "other", "one");
    tell(List.of(0, 1), List.of(0, 1));
    assertAll(List.of(0, 1), "{\"k\":\"zero\"}");
  }

  @Test
  void aNodeThatStartsAgainServesOnceItIsInAView() {
    tell(List.of(0, 1), List.of(0, 1));
    set(0, "k", "v");
    web.store().cluster().crash(NodeId.of(1));
    tell(List.of(0), List.of(0));
    web.store().cluster().restart(NodeId.of(1));
    assertThat(web.get(1, "/data/k").status()).isEqualTo(503);
    tell(List.of(0, 1), List.of(0, 1));
    assertAll(List.of(0, 1), "{\"k\":\"v\"}");
  }

  @Test
  void aPrimaryThatStartsAgainTakesOverWhatTheViewHas() {
    tell(List.of(0, 1), List.of(0, 1));
    set(0, "k", "v");
    web.store().cluster().crash(NodeId.of(0));
    tell(List.of(1), List.of(1));
    web.store().cluster().restart(NodeId.of(0));
    tell(List.of(0, 1), List.of(1, 0));
    assertAll(List.of(0, 1), "{\"k\":\"v\"}");
  }

  @Test
  void whatIsAcknowledgedWhileTheViewChangesIsThereOnTheSurvivors() {
    tell(List.of(0, 1, 2), List.of(0, 1, 2));
    AtomicBoolean isOver = new AtomicBoolean();
    Map<String, String> acknowledged = new ConcurrentSkipListMap<>();
    List<CompletableFuture<Void>> writers =
        IntStream.of(1, 2)
            .mapToObj(
                node ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 0; !isOver.get(); i++) {
                            String key = "k" + node + "-" + i;
                            if (set(node, key, "v").status() == 201) {
                              acknowledged.put(key, "v");
                            }
                          }
                        }))
            .toList();
    tell(List.of(1, 2), List.of(0, 1, 2));
    tell(List.of(1, 2, 3), List.of(1, 2, 3));
    tell(List.of(0, 1, 2, 3), List.of(0, 1, 2, 3));
    tell(List.of(1, 2), List.of(1, 2));
    isOver.set(true);
    writers.forEach(CompletableFuture::join);
    assertThat(acknowledged).isNotEmpty();
    for (int node : List.of(1, 2)) {
      assertThat(web.get(node, "/data").json().propertyNames()).containsAll(acknowledged.keySet());
    }
  }

  /** Node 0 hangs in a write when the others are told of a view without it, and is told last. */
  @Test
  void aWriteThatHangsAtANodeThatIsLeftOutIsNotAcknowledged() {
    tell(List.of(0, 1, 2), List.of(0, 1, 2));
    set(0, "k", "old");
    web.store().cluster().network().cut(NodeId.of(0), NodeId.of(1));
    web.store().cluster().network().cut(NodeId.of(0), NodeId.of(2));
    CompletableFuture<Reply> hanging = CompletableFuture.supplyAsync(() -> set(0, "k", "new"));
    tell(List.of(1, 2), List.of(1, 2));
    assertThat(web.get(0, "/data/k").status()).isEqualTo(503);
    assertThat(web.get(0, "/view")).hasToString("200 {\"view\":[]}");
    Reply late = hanging.join();
    String left = web.get(1, "/data/k").body();
    assertThat(late.status() >= 500 || left.contains("new")).as("%s, %s", late, left).isTrue();
    assertThat(web.get(2, "/data/k").body()).isEqualTo(left);
    tell(List.of(1, 2), List.of(0));
    web.store().cluster().network().heal();
    tell(List.of(0, 1, 2), List.of(0, 1, 2));
    assertThat(web.get(0, "/data/k").body()).isEqualTo(left);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"view\": 1}",
        "{\"view\": [1]}",
        "{\"view\": [{}]}",
        "{\"view\": [{\"address\": \"x:1\"}]}",
        "{\"view\": [{\"id\": 1}]}",
        "{\"view\": [{\"address\": 1, \"id\": 1}]}",
        "{\"view\": [{\"address\": \"x:1\", \"id\": \"1\"}]}",
        "{\"view\": [{\"address\": \"x:1\", \"id\": 99999999999999999999}]}",
        "{\"view\": [{\"address\": \"unknown:1\", \"id\": 77}]}",
        "{\"view\": [{\"address\": \"x:1\", \"id\": 1}, {\"address\": \"y:1\", \"id\": 1}]}",
        "{\"view\": [], \"socket-address\": \"x:1\"}"
      })
  void aViewThatIsNotWellFormedIsRefusedAndChangesNothing(String body) {
    tell(List.of(0, 1), List.of(0, 1));
    Reply refused = web.put(0, "/view", body);
    assertThat(refused.status()).as("%s", refused).isEqualTo(400);
    assertThat(refused.field("error")).isNotEmpty();
    assertThat(web.get(0, "/view").json().get("view")).hasSize(2);
    assertThat(set(0, "k", "v").status()).isEqualTo(201);
  }
}
