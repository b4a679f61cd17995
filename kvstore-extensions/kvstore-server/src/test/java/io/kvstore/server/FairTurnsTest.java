package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.http.Web;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that are much work, beside those that are little. */
@Timeout(600)
final class FairTurnsTest {
  private static final int CLIENTS = 8;

  private static String request(String method, String path, String body) {
    return "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(method, path, body.length(), body);
  }

  @Test
  void linesOfManyKeysLetOthersHaveTheirTurn() throws Exception {
    String lines = ("get" + " k".repeat(500_000) + "\r\n").repeat(20);
    try (UnderAttack attack = UnderAttack.start()) {
      attack.by(
          "lines of 500,000 keys",
          each -> {
            for (int i = 0; i < CLIENTS; i++) {
              RawClient client = each.attacker(RawClient.connectTo(each.server().memcached(0)));
              each.inBackground(() -> client.send(lines));
            }
          });
    }
  }

  @Test
  void jsonOfManyFieldsLetsOthersHaveTheirTurn() throws Exception {
    String request = request("PUT", "/kvs/x", "{\"value\":" + fields(600_000) + "}").repeat(5);
    try (UnderAttack attack = UnderAttack.start()) {
      attack.by(
          "JSON of 600,000 fields",
          each -> {
            for (int i = 0; i < CLIENTS; i++) {
              RawClient client = each.attacker(RawClient.connectTo(each.server().http(0)));
              each.inBackground(() -> client.send(request));
            }
          });
    }
  }

  @Test
  void largeJsonThatIsReadAgainAndAgainLetsOthersHaveTheirTurn() throws Exception {
    String value = fields(75_000);
    try (UnderAttack attack = UnderAttack.start()) {
      InetSocketAddress node = attack.server().http(0);
      String put = "{\"value\":" + value + ",\"causal-metadata\":null}";
      assertThat(Web.send(node, "PUT", "/kvs/x", put).status()).isEqualTo(201);
      attack.by(
          "reading JSON of 75,000 fields",
          each -> {
            for (int i = 0; i < CLIENTS; i++) {
              each.attacker(RawClient.connectTo(node))
                  .sendUnlessClosed(request("GET", "/kvs/x", "").repeat(20));
            }
          });
    }
  }

  private static String fields(int number) {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < number; i++) {
      text.append(i == 0 ? "" : ",").append('"').append(i).append("\":1");
    }
    return text.append('}').toString();
  }

  @Test
  void requestsThatWaitForWhatIsToComeTakeNoRoomFromOthers() throws Exception {
    try (UnderAttack attack = UnderAttack.start("--consistency", "causal")) {
      InetSocketAddress node = attack.server().http(0);
      String now =
          Web.send(node, "PUT", "/kvs/x", "{\"value\":1,\"causal-metadata\":null}")
              .field("causal-metadata");
      String body = "{\"causal-metadata\":\"" + now.replaceFirst(":\\d+", ":99999") + "\"}";
      attack.by(
          "metadata of the future",
          each -> {
            for (int i = 0; i < 90; i++) {
              each.attacker(RawClient.connectTo(node))
                  .sendUnlessClosed(request("GET", "/kvs/x", body).repeat(250));
            }
            Eventually.holdsWithin(
                Duration.ofSeconds(60),
                () -> {
                  // On a busy machine the first do not wait any more when the last have come.
                  for (int i = 0; i < 10; i++) {
                    each.attacker(RawClient.connectTo(node))
                        .sendUnlessClosed(request("GET", "/kvs/x", body).repeat(250));
                  }
                  Web.Reply refused = Web.send(node, "GET", "/kvs/x", body);
                  return refused.status() == 503
                      && refused.body().contains("too many requests wait");
                });
            assertThat(Web.send(node, "GET", "/kvs/x", "{\"causal-metadata\":null}").status())
                .isEqualTo(200);
          });
    }
  }
}
