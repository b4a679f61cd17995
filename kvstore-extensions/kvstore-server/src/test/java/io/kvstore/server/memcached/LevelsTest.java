package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.Eventually;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a session may expect of any level, and what only some levels promise. */
class LevelsTest {
  @ParameterizedTest
  @EnumSource(Consistency.class)
  void aConnectionSeesItsOwnWritesInTheirOrder(Consistency level) {
    try (Served served = Served.at(level);
        RawClient client = served.client(1)) {
      StringBuilder requests = new StringBuilder();
      StringBuilder answers = new StringBuilder();
      for (int i = 0; i < 500; i++) {
        requests.append("set k%d 0 0 3\r\n%03d\r\nget k%d\r\n".formatted(i % 7, i, i % 7));
        answers.append("STORED\r\nVALUE k%d 0 3\r\n%03d\r\nEND\r\n".formatted(i % 7, i));
      }
      assertThat(client.say(requests.toString())).isEqualTo(answers.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void whatOneNodeStoresTheOthersShowInTheEnd(Consistency level) {
    try (Served served = Served.at(level);
        RawClient writer = served.client(0);
        RawClient reader = served.client(2)) {
      writer.say("set k 3 0 1\r\nx\r\n");
      Eventually.holds(() -> reader.say("get k\r\n").equals("VALUE k 3 1\r\nx\r\nEND\r\n"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Consistency.class,
      names = {"LINEARIZABLE", "SEQUENTIAL"})
  void noIncrementIsLostWhereTheLevelOrdersWrites(Consistency level) {
    int clients = 6;
    int increments = 200;
    try (Served served = Served.at(level)) {
      ExecutorService threads = Executors.newFixedThreadPool(clients);
      try (RawClient first = served.client(0)) {
        first.say("set n 0 0 1\r\n0\r\n");
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
          int node = i % 3;
          done.add(
              CompletableFuture.runAsync(
                  () -> {
                    try (RawClient client = served.client(node)) {
                      Eventually.holds(() -> client.say("get n\r\n").startsWith("VALUE"));
                      String answers = client.say("incr n 1\r\n".repeat(increments));
                      assertThat(answers.lines())
                          .hasSize(increments)
                          .allMatch(a -> a.matches("\\d+"));
                    }
                  },
                  threads));
        }
        done.forEach(CompletableFuture::join);
        assertThat(first.say("incr n 0\r\n")).isEqualTo(clients * increments + "\r\n");
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void statsSayWhichNodeAndWhichLevel(Consistency level) {
    try (Served served = Served.at(level);
        RawClient client = served.client(1)) {
      assertThat(client.say("stats\r\n"))
          .contains("STAT node n1\r\n")
          .contains("STAT consistency " + level.name().toLowerCase(java.util.Locale.ROOT) + "\r\n")
          .contains("STAT lag ")
          .contains("STAT curr_connections 1\r\n")
          .endsWith("END\r\n");
    }
  }
}
