package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.server.Endpoint;
import io.kvstore.server.EndpointLimits;
import io.kvstore.server.Eventually;
import io.kvstore.server.Memcached;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Nodes that are down or cut off, clients that are slow or too many, and servers that close. */
class TroubleTest {
  private static final Pattern BYTES_WRITTEN = Pattern.compile("STAT bytes_written (\\d+)");

  private static Served served(Endpoint endpoint, Duration timeout) {
    return Served.with(
        Consistency.LINEARIZABLE, store -> store.timeout(timeout), Memcached.on(endpoint));
  }

  @Test
  void aNodeThatIsCutOffAnswersWithAServerErrorAndTheOthersGoOn() {
    try (Served served = served(Endpoint.loopback(), Duration.ofSeconds(1));
        RawClient cutOff = served.client(2);
        RawClient other = served.client(0)) {
      assertThat(other.say("set k 0 0 1\r\nx\r\n")).isEqualTo("STORED\r\n");
      served.store().cluster().network().isolate(NodeId.of(2));
      cutOff.send("get k\r\nget k l\r\nset k 0 0 1\r\ny\r\nversion\r\n");
      assertThat(other.say("get k\r\n")).isEqualTo("VALUE k 0 1\r\nx\r\nEND\r\n");
      assertThat(cutOff.readLine()).startsWith("SERVER_ERROR ");
      assertThat(cutOff.readLine()).startsWith("SERVER_ERROR ");
      assertThat(cutOff.readLine()).startsWith("SERVER_ERROR ");
      assertThat(cutOff.readLine()).isEqualTo("VERSION 1.6.18\r\n");
      assertThat(cutOff.say("stats\r\n")).contains("STAT node n2\r\n").endsWith("END\r\n");
      served.store().cluster().network().heal();
      Eventually.holds(() -> cutOff.say("get k\r\n").startsWith("VALUE k 0 1\r\n"));
    }
  }

  @Test
  void aNodeThatIsCutOffGoesOnWhereItsLevelLetsIt() {
    try (Served served = Served.at(Consistency.EVENTUAL);
        RawClient client = served.client(2)) {
      served.store().cluster().network().isolate(NodeId.of(2));
      assertThat(client.say("set k 0 0 1\r\nx\r\nget k\r\n"))
          .isEqualTo("STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n");
    }
  }

  @Test
  void aNodeThatCrashesClosesItsConnectionsUntilItIsBack() {
    try (Served served = Served.at(Consistency.EVENTUAL);
        RawClient client = served.client(1)) {
      assertThat(client.say("version\r\n")).isEqualTo("VERSION 1.6.18\r\n");
      served.store().cluster().crash(NodeId.of(1));
      assertThat(client.isClosed()).isTrue();
      try (RawClient refused = served.client(1)) {
        assertThat(refused.isClosed()).isTrue();
      }
      served.store().cluster().restart(NodeId.of(1));
      try (RawClient again = served.client(1)) {
        assertThat(again.say("version\r\n")).isEqualTo("VERSION 1.6.18\r\n");
      }
    }
  }

  @Test
  void aClientThatDoesNotReadIsNotReadEither() {
    int requests = 200;
    byte[] large = new byte[(1 << 20) - 1];
    try (Served served = Served.at(Consistency.LINEARIZABLE);
        RawClient slow = served.client(0);
        RawClient other = served.client(0)) {
      served.store().put(Bytes.of("k"), Bytes.wrap(large));
      slow.send("get k\r\n".repeat(requests) + "quit\r\n");
      long before = -1;
      for (long now = written(other); now != before; now = written(other)) {
        before = now;
      }
      assertThat(before).isLessThan(50L * large.length);
      int answer = "VALUE k 0 1048575\r\n\r\nEND\r\n".length() + large.length;
      for (int i = 0; i < requests; i++) {
        assertThat(slow.read(answer)).startsWith("VALUE k 0 1048575\r\n").endsWith("\r\nEND\r\n");
      }
      assertThat(slow.isClosed()).isTrue();
    }
  }

  private static long written(RawClient client) {
    Matcher matcher = BYTES_WRITTEN.matcher(client.say("version\r\n".repeat(1_000) + "stats\r\n"));
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1)) / 1_000_000; // the statistics are written, too
  }

  @Test
  void noMoreRequestsOfAConnectionAreOnTheirWayThanIsAllowed() {
    Memcached options =
        Memcached.on(Endpoint.loopback().withLimits(EndpointLimits.DEFAULT.withPipelined(4)));
    try (Served served =
            Served.with(
                Consistency.LINEARIZABLE,
                store ->
                    store
                        .timeout(Duration.ofMillis(300))
                        .limits(Limits.DEFAULT.withOperationsInFlight(4)),
                options);
        RawClient client = served.client(2)) {
      served.store().cluster().network().isolate(NodeId.of(2));
      for (int i = 0; i < 10; i++) {
        client.send("get k" + i + "\r\n");
      }
      for (int i = 0; i < 10; i++) {
        assertThat(client.readLine())
            .startsWith("SERVER_ERROR ")
            .doesNotContain("operationsInFlight");
      }
    }
  }

  @Test
  void clientsWaitWhenAllOfThemTogetherAskForMoreThanAStoreTakesAtOnce() {
    int clients = 60;
    int requests = 200; // more than the 10,000 operations that the store takes at once
    try (Served served = served(Endpoint.loopback(), Duration.ofMillis(300));
        RawClient other = served.client(0)) {
      served.store().cluster().network().isolate(NodeId.of(2));
      List<RawClient> connected = new ArrayList<>();
      try {
        for (int i = 0; i < clients; i++) {
          connected.add(served.client(2));
          StringBuilder line = new StringBuilder();
          for (int j = 0; j < requests; j++) {
            line.append("get k").append(i).append('-').append(j).append("\r\n");
          }
          connected.get(i).send(line.toString());
        }
        assertThat(other.say("get k\r\n".repeat(500))).isEqualTo("END\r\n".repeat(500));
        for (RawClient client : connected) {
          for (int j = 0; j < requests; j++) {
            assertThat(client.readLine())
                .startsWith("SERVER_ERROR ")
                .doesNotContain("operationsInFlight");
          }
        }
      } finally {
        connected.forEach(RawClient::close);
      }
    }
  }

  @Test
  void aConnectionTooManyIsToldSo() {
    Endpoint endpoint = Endpoint.loopback().withLimits(EndpointLimits.DEFAULT.withConnections(2));
    try (Served served = served(endpoint, Duration.ofSeconds(5));
        RawClient first = served.client(0)) {
      first.say("version\r\n");
      try (RawClient second = served.client(0)) {
        second.say("version\r\n");
        try (RawClient third = served.client(0)) {
          assertThat(third.readUntil("<nothing>"))
              .isEqualTo("ERROR Too many open connections\r\n<closed>");
        }
        assertThat(first.say("stats\r\n")).contains("STAT rejected_connections 1\r\n");
      }
      Eventually.holds(() -> first.say("stats\r\n").contains("STAT curr_connections 1\r\n"));
      try (RawClient fourth = served.client(0)) {
        assertThat(fourth.say("version\r\n")).isEqualTo("VERSION 1.6.18\r\n");
      }
    }
  }

  @Test
  void aSilentConnectionIsClosed() {
    Endpoint endpoint = Endpoint.loopback().withIdleTimeout(Duration.ofMillis(200));
    try (Served served = served(endpoint, Duration.ofSeconds(5));
        RawClient client = served.client(0)) {
      assertThat(client.say("version\r\n")).isEqualTo("VERSION 1.6.18\r\n");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void whatWasReadIsAnsweredBeforeAServerCloses() {
    try (Served served = served(Endpoint.loopback(), Duration.ofMillis(500));
        RawClient client = served.client(2)) {
      client.say("version\r\n");
      served.store().cluster().network().isolate(NodeId.of(2));
      client.send("get k\r\n");
      try (RawClient other = served.client(2)) { // on the same loops, so the first was read, too
        other.say("version\r\n".repeat(100));
      }
      CompletableFuture<Void> closing = CompletableFuture.runAsync(served.server()::close);
      assertThat(client.readLine()).startsWith("SERVER_ERROR ");
      assertThat(client.isClosed()).isTrue();
      closing.join();
    }
  }

  @Test
  void whatAClientSendsBeforeItsEndIsAnswered() {
    try (Served served = Served.at(Consistency.SEQUENTIAL);
        RawClient client = served.client(1)) {
      client.send("set k 0 0 1\r\nx\r\nget k\r\nget");
      assertThat(client.finish()).isEqualTo("STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n");
    }
  }

  @Test
  void aClientThatNeverStopsDoesNotKeepAServerOpen() {
    Served served = Served.at(Consistency.EVENTUAL);
    CompletableFuture<Void> talking;
    try (RawClient client = served.client(0)) {
      client.say("version\r\n");
      talking =
          CompletableFuture.runAsync(
              () -> {
                while (true) {
                  client.send("get k\r\n".repeat(100));
                  client.read("END\r\n".length() * 100);
                }
              });
      long began = System.nanoTime();
      served.close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
    }
    assertThat(talking.handle((ended, thrown) -> thrown).join()).isNotNull();
  }

  @Test
  void aClosedServerLeavesNoThreads() {
    Served served = Served.at(Consistency.LINEARIZABLE);
    try (RawClient client = served.client(0)) {
      client.say("version\r\n");
      served.close();
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("kvstore-server"));
  }
}
