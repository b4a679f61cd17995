package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.http.Web.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All answers of concurrent clients, sorted by their numbers, are a legal sequential history. */
final class OrderOfAnswersTest {
  private static final long SEED = Long.getLong("kvstore.seed", 1);
  private static final int CLIENTS = 6;
  private static final int REQUESTS = 150;

  private record Answered(String method, String key, String value, Reply reply) {
    boolean isRead() {
      return method.equals("GET");
    }

    long number() {
      return reply.number();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEARIZABLE", "SEQUENTIAL"})
  void answersSortedByTheirNumbersAreALegalSequentialHistory(Consistency level) {
    try (Web web = Web.at(level)) {
      ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
      List<Answered> all;
      try {
        all = play(web, threads);
      } finally {
        threads.shutdown();
      }
      all.sort(Comparator.comparingLong(Answered::number).thenComparing(Answered::isRead));
      check(all);
    }
  }

  private static List<Answered> play(Web web, Executor threads) {
    List<CompletableFuture<List<Answered>>> clients =
        IntStream.range(0, CLIENTS)
            .mapToObj(client -> CompletableFuture.supplyAsync(() -> play(web, client), threads))
            .toList();
    List<Answered> all = new ArrayList<>();
    clients.forEach(client -> all.addAll(client.join()));
    return all;
  }

  private static List<Answered> play(Web web, int client) {
    Random random = new Random(SEED + client);
    List<Answered> answers = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      String key = "k" + random.nextInt(3);
      String value = client + "-" + i;
      int kind = random.nextInt(5);
      String method = kind < 2 ? "PUT" : kind < 3 ? "DELETE" : "GET";
      String body = method.equals("PUT") ? "{\"value\": \"" + value + "\"}" : "";
      Reply reply = web.send(random.nextInt(3), method, "/data/" + key, body);
      assertThat(reply.status()).as("%s", reply).isIn(200, 201, 404);
      answers.add(new Answered(method, key, value, reply));
    }
    return answers;
  }

  private static void check(List<Answered> history) {
    Map<String, String> state = new HashMap<>();
    long last = 0;
    for (Answered each : history) {
      String there = state.get(each.key());
      switch (each.method()) {
        case "PUT" -> {
          assertThat(each.reply().status()).isEqualTo(there == null ? 201 : 200);
          state.put(each.key(), each.value());
        }
        case "DELETE" -> {
          assertThat(each.reply().status()).isEqualTo(there == null ? 404 : 200);
          state.remove(each.key());
        }
        default ->
            assertThat(each.reply().field("value"))
                .as("seed %s: %s", SEED, each)
                .isEqualTo(there == null ? "" : there);
      }
      if (!each.isRead()) {
        assertThat(each.number()).as("seed %s: %s", SEED, each).isGreaterThan(last);
        last = each.number();
      }
    }
  }
}
