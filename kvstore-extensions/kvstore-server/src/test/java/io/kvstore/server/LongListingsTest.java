package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.http.Web;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that ask for all entries at once: some read them, some do not. There are {@code
 * -Dkvstore.attack.entries=50000} of them; a million fit.
 */
@Timeout(600)
final class LongListingsTest {
  private static final int ENTRIES = Integer.getInteger("kvstore.attack.entries", 50_000);
  private static final int ENTRIES_A_BATCH = 1_000;
  private static final String LIST = "GET /data HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @Test
  void listingsOfAllEntriesLetOthersHaveTheirTurn() throws Exception {
    try (UnderAttack attack = UnderAttack.start("--max-held-bytes", "200000000")) {
      fill(attack.server());
      attack.by(
          "listings of " + ENTRIES + " entries",
          each -> {
            for (int node = 0; node < 3; node++) {
              RawClient reader = each.attacker(RawClient.connectTo(each.server().http(node)));
              each.attacker(RawClient.slowReaderOf(each.server().http(node)))
                  .sendUnlessClosed(LIST);
              each.inBackground(() -> readAgainAndAgain(reader));
            }
            for (int node = 0; node < 3; node++) {
              assertThat(Web.send(each.server().http(node), "GET", "/health", "").status())
                  .isEqualTo(200);
            }
          });
    }
  }

  private static void readAgainAndAgain(RawClient reader) {
    while (reader.send(LIST).skipTo('}')) {
      // The next one.
    }
  }

  private static void fill(ServerProcess server) {
    try (RawClient client = RawClient.connectTo(server.memcached(0))) {
      StringBuilder batch = new StringBuilder();
      for (int i = 1; i <= ENTRIES; i++) {
        batch.append("set key").append(i).append(" 0 0 1 noreply\r\nv\r\n");
        if (i % ENTRIES_A_BATCH == 0 || i == ENTRIES) {
          assertThat(client.say(batch.toString())).isEmpty();
          batch.setLength(0);
        }
      }
      assertThat(client.say("get key" + ENTRIES + "\r\n")).startsWith("VALUE");
    }
  }
}
