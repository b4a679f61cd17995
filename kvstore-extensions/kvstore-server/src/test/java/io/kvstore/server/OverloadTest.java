package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.http.Web;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server with little memory, and clients that want more of it than there is. */
@Timeout(600)
final class OverloadTest {
  private static final int ENDED_BY_SIGTERM = 143;

  private static void assertServes(ServerProcess server) {
    for (int node = 0; node < 3; node++) {
      assertThat(Web.send(server.http(node), "GET", "/health", "").status()).isEqualTo(200);
    }
  }

  @Test
  void aFullStoreRefusesWritesAndGoesOn() throws Exception {
    try (ServerProcess server = UnderAttack.process();
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
    String almost = "v".repeat(1_048_000);
    try (UnderAttack attack = UnderAttack.start()) {
      attack.by(
          "values that never end",
          each -> {
            for (int i = 0; i < 400; i++) {
              each.attacker(RawClient.connectTo(each.server().memcached(i % 3)))
                  .sendUnlessClosed("set k 0 0 1048575\r\n" + almost);
            }
            each.storeLarge();
            assertServes(each.server());
          });
    }
  }

  @Test
  void bodiesThatNeverEndTakeNoMemoryFromOthers() throws Exception {
    String almost = "v".repeat(4_000_000);
    try (UnderAttack attack = UnderAttack.start()) {
      attack.by(
          "bodies that never end",
          each -> {
            for (int i = 0; i < 80; i++) {
              each.attacker(RawClient.connectTo(each.server().http(i % 3)))
                  .sendUnlessClosed(
                      "PUT /data/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n\r\n"
                          + almost);
            }
            assertThat(
                    Web.send(each.server().http(0), "PUT", "/data/k", "{\"value\":\"v\"}").status())
                .isBetween(200, 201);
            assertServes(each.server());
          });
    }
  }
}
