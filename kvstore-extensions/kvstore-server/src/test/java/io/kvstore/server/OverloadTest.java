package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.http.Web;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server with little memory, and clients that want more of it than there is. */
@Timeout(120)
final class OverloadTest {
  private static final List<String> SMALL = List.of("-Xmx256m");
  private static final int ENDED_BY_SIGTERM = 143;

  private static ServerProcess start() throws Exception {
    ServerProcess server =
        ServerProcess.start(SMALL, Map.of(), "--http", "0", "--memcached", "0", "--log", "error");
    server.await("ready");
    return server;
  }

  private static void assertServes(ServerProcess server) {
    for (int node = 0; node < 3; node++) {
      assertThat(Web.send(server.http(node), "GET", "/health", "").status()).isEqualTo(200);
    }
  }

  @Test
  void aFullStoreRefusesWritesAndGoesOn() throws Exception {
    try (ServerProcess server = start();
        RawClient client = RawClient.connectTo(server.memcached(0))) {
      String value = "v".repeat(10_000);
      int stored = 0;
      String answer = "STORED\r\n";
      while (answer.equals("STORED\r\n")) {
        answer = client.say("set k" + stored + " 0 0 10000\r\n" + value + "\r\n");
        stored += answer.equals("STORED\r\n") ? 1 : 0;
        assertThat(stored).isLessThan(30_000);
      }

      assertThat(answer).isEqualTo("SERVER_ERROR out of memory storing object\r\n");
      assertThat(stored).isGreaterThan(5_000);
      assertThat(client.say("get k0\r\n")).startsWith("VALUE k0 0 10000\r\n");
      assertThat(
              Web.send(server.http(1), "PUT", "/data/x", "{\"value\":\"" + value + "\"}").status())
          .isEqualTo(507);
      assertThat(client.say("delete k0\r\ndelete k1\r\n")).isEqualTo("DELETED\r\nDELETED\r\n");
      assertThat(client.say("set k0 0 0 10000\r\n" + value + "\r\n")).isEqualTo("STORED\r\n");
      assertThat(client.say("flush_all\r\n")).isEqualTo("OK\r\n");
      assertServes(server);
      assertThat(server.end()).isEqualTo(ENDED_BY_SIGTERM);
    }
  }

  @Test
  void clientsThatSendMuchAndStopTakeNoMemoryFromOthers() throws Exception {
    List<RawClient> attackers = new ArrayList<>();
    try (ServerProcess server = start();
        RawClient client = RawClient.connectTo(server.memcached(0))) {
      String almost = "v".repeat(1_048_000);
      for (int i = 0; i < 400; i++) {
        RawClient attacker = RawClient.connectTo(server.memcached(i % 3));
        attackers.add(attacker);
        attacker.send("set k 0 0 1048575\r\n" + almost);
        if (i % 20 == 0) {
          assertThat(client.say("set good 0 0 1\r\n1\r\nget good\r\n"))
              .isEqualTo("STORED\r\nVALUE good 0 1\r\n1\r\nEND\r\n");
        }
      }
      String large = "v".repeat(1_000_000);
      assertThat(client.say("set good 0 0 1000000\r\n" + large + "\r\n")).isEqualTo("STORED\r\n");
      assertServes(server);
      assertThat(server.end()).isEqualTo(ENDED_BY_SIGTERM);
    } finally {
      attackers.forEach(RawClient::close);
    }
  }

  @Test
  void bodiesThatNeverEndTakeNoMemoryFromOthers() throws Exception {
    List<RawClient> attackers = new ArrayList<>();
    try (ServerProcess server = start()) {
      String almost = "v".repeat(4_000_000);
      for (int i = 0; i < 80; i++) {
        RawClient attacker = RawClient.connectTo(server.http(i % 3));
        attackers.add(attacker);
        attacker.send(
            "PUT /data/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n\r\n" + almost);
        assertServes(server);
      }
      assertThat(Web.send(server.http(0), "PUT", "/data/k", "{\"value\":\"v\"}").status())
          .isEqualTo(201);
      assertThat(server.end()).isEqualTo(ENDED_BY_SIGTERM);
    } finally {
      attackers.forEach(RawClient::close);
    }
  }
}
