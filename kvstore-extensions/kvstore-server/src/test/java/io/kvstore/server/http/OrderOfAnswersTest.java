package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.server.Http;
import io.kvstore.server.http.Web.Reply;
import io.kvstore.server.net.Addresses;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** All answers of concurrent clients, sorted by their numbers, are a legal sequential history. */
final class OrderOfAnswersTest {
  private static final long SEED = Long.getLong("kvstore.seed", 1);
  private static final int CLIENTS = 6;
  private static final int REQUESTS = 150;

  private record Answered(int client, String method, String key, String value, Reply reply) {
    boolean isRead() {
      return method.equals("GET");
    }

    int request() {
      return Integer.parseInt(value.substring(value.indexOf('-') + 1));
    }

    /** A read comes before the write of the same number. */
    long place() {
      return 2 * reply.number() + (isRead() ? 0 : 1);
    }
  }

  private final Set<String> unknown = ConcurrentHashMap.newKeySet();

  private static Web open(Consistency level, Replication replication, int shards) {
    return Web.with(
        level, store -> store.replication(replication).shards(shards), Http.onLoopback());
  }

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY",
    "LINEARIZABLE, TOTAL_ORDER",
    "LINEARIZABLE, CHAIN",
    "LINEARIZABLE, RAFT",
    "LINEARIZABLE, SHARED_LOG",
    "LINEARIZABLE, LEASEGUARD",
    "LINEARIZABLE, LOCKING",
    "SEQUENTIAL, PRIMARY",
    "SEQUENTIAL, TOTAL_ORDER"
  })
  void answersSortedByTheirNumbersAreALegalSequentialHistory(
      Consistency level, Replication replication) {
    try (Web web = open(level, replication, 1)) {
      List<Answered> all = play(web, List.of(0, 1, 2), () -> {});
      check(all);
      List<Long> writes =
          all.stream().filter(each -> !each.isRead()).map(each -> each.reply().number()).toList();
      assertThat(writes).doesNotHaveDuplicates();
      boolean areReadsOrdered =
          level == Consistency.LINEARIZABLE && replication == Replication.TOTAL_ORDER;
      boolean haveTermsNumbers = // of their first entries, and of those that renew a lease
          replication == Replication.RAFT || replication == Replication.LEASEGUARD;
      if (!areReadsOrdered && !haveTermsNumbers) {
        assertThat(writes).isEqualTo(LongStream.range(0, writes.size()).boxed().toList());
      }
      if (level == Consistency.LINEARIZABLE) {
        checkOrderOfEachClient(all);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEARIZABLE", "SEQUENTIAL"})
  void withSeveralShardsEachHasNumbersOfItsOwnAndAllAreALegalHistory(Consistency level) {
    try (Web web = open(level, Replication.PRIMARY, 4)) {
      check(play(web, List.of(0, 1, 2), () -> {}));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEARIZABLE", "SEQUENTIAL"})
  void theNumbersGoOnAcrossViewChanges(Consistency level) {
    try (Web web = open(level, Replication.PRIMARY, 1)) {
      String first = "{\"socket-address\": \"" + Addresses.text(web.address(0)) + "\"}";
      List<Answered> all =
          play(
              web,
              List.of(1, 2),
              () -> {
                for (int i = 0; i < 3; i++) {
                  // The primary leaves, and comes back.
                  assertThat(web.send(1, "DELETE", "/view", first).status()).isEqualTo(200);
                  assertThat(web.put(1, "/view", first).status()).isEqualTo(201);
                }
                web.store().cluster().crash(NodeId.of(0));
              });
      check(all);
      long last = all.get(all.size() - 1).reply().number();
      assertThat(web.get(1, "/data/k0").number()).isGreaterThanOrEqualTo(last);
    }
  }

  @Test
  void theFirstWriteHasNumberZeroWhateverItIs() {
    for (Consistency level : Consistency.values()) {
      try (Web web = Web.at(level)) {
        assertThat(web.get(1, "/data/k").number()).isZero();
        Reply removed = web.delete(1, "/data/k");
        assertThat(removed.status()).isEqualTo(404);
        assertThat(removed.number()).as("%s", level).isZero();
      }
    }
  }

  @Test
  void aNumberIsThatOfTheWritesBefore() {
    try (Web web = Web.at(Consistency.LINEARIZABLE)) {
      for (int i = 0; i < 10; i++) {
        String body = "{\"value\": \"" + i + "\"}";
        assertThat(web.put(i % 3, "/data/k" + i, body).number()).isEqualTo(2L * i);
        assertThat(web.delete(i % 3, "/data/none").number()).isEqualTo(2L * i + 1);
        assertThat(web.get(i % 3, "/data/k0").number()).isEqualTo(2L * i + 2);
      }
    }
  }

  private List<Answered> play(Web web, List<Integer> nodes, Runnable meanwhile) {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<CompletableFuture<List<Answered>>> clients =
          IntStream.range(0, CLIENTS)
              .mapToObj(
                  client -> CompletableFuture.supplyAsync(() -> play(web, nodes, client), threads))
              .toList();
      meanwhile.run();
      List<Answered> all = new ArrayList<>();
      clients.forEach(client -> all.addAll(client.join()));
      all.sort(Comparator.comparingLong(Answered::place));
      return all;
    } finally {
      threads.shutdown();
    }
  }

  private List<Answered> play(Web web, List<Integer> nodes, int client) {
    Random random = new Random(SEED + client);
    List<Answered> answers = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      String key = "k" + random.nextInt(3);
      String value = client + "-" + i;
      int kind = random.nextInt(5);
      String method = kind < 2 ? "PUT" : kind < 3 ? "DELETE" : "GET";
      String body = method.equals("PUT") ? "{\"value\": \"" + value + "\"}" : "";
      int node = nodes.get(random.nextInt(nodes.size()));
      Reply reply = web.send(node, method, "/data/" + key, body);
      if (reply.status() == 500 && !method.equals("GET")) {
        unknown.add(key);
      } else if (reply.status() != 503) {
        assertThat(reply.status()).as("%s", reply).isIn(200, 201, 404);
        assertThat(reply.header("Node-Id")).isEqualTo("" + (node + 1));
        answers.add(new Answered(client, method, key, value, reply));
      }
    }
    return answers;
  }

  /** Keys of which a write ended in 500, so that its client cannot tell, are left out. */
  private void check(List<Answered> history) {
    Map<String, String> state = new HashMap<>();
    Set<String> numbers = new HashSet<>();
    for (Answered each : history) {
      if (unknown.contains(each.key())) {
        continue;
      }
      String there = state.get(each.key());
      String what = "seed " + SEED + ": " + each;
      switch (each.method()) {
        case "PUT" -> {
          assertThat(each.reply().status()).as(what).isEqualTo(there == null ? 201 : 200);
          state.put(each.key(), each.value());
        }
        case "DELETE" -> {
          assertThat(each.reply().status()).as(what).isEqualTo(there == null ? 404 : 200);
          state.remove(each.key());
        }
        default ->
            assertThat(each.reply().field("value")).as(what).isEqualTo(there == null ? "" : there);
      }
      if (!each.isRead()) {
        assertThat(numbers.add(each.key() + " " + each.reply().number())).as(what).isTrue();
      }
    }
    assertThat(unknown).hasSizeLessThan(3);
  }

  private static void checkOrderOfEachClient(List<Answered> history) {
    List<Answered> asAsked = new ArrayList<>(history);
    asAsked.sort(Comparator.comparingInt(Answered::client).thenComparingInt(Answered::request));
    for (int i = 1; i < asAsked.size(); i++) {
      Answered before = asAsked.get(i - 1);
      Answered each = asAsked.get(i);
      if (before.client() == each.client()) {
        assertThat(each.place())
            .as("seed %s: %s", SEED, each)
            .isGreaterThanOrEqualTo(before.place());
      }
    }
  }
}
