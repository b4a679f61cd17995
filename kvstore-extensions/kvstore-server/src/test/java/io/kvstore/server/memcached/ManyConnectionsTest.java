package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients at once, each with many requests on their way. */
class ManyConnectionsTest {
  private static final int CONNECTIONS = Integer.getInteger("kvstore.connections", 200);
  private static final int ROUNDS = Integer.getInteger("kvstore.rounds", 5);
  private static final int REQUESTS = 20;

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void everyClientGetsItsOwnAnswersInOrder(Consistency level) {
    try (Served served = Served.at(level)) {
      List<RawClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < CONNECTIONS; i++) {
          clients.add(served.client(i % 3));
        }
        for (int round = 0; round < ROUNDS; round++) {
          for (int i = 0; i < CONNECTIONS; i++) {
            clients.get(i).send(requests(i, round));
          }
          for (int i = 0; i < CONNECTIONS; i++) {
            String expected = answers(i, round);
            assertThat(clients.get(i).read(expected.length()))
                .as("round %d, client %d", round, i)
                .isEqualTo(expected);
          }
        }
      } finally {
        clients.forEach(RawClient::close);
      }
    }
  }

  private static String requests(int client, int round) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < REQUESTS; i++) {
      text.append("set c%d-%d %d 0 4\r\n%04d\r\n".formatted(client, i % 5, i, round));
      text.append("get c%d-%d\r\n".formatted(client, i % 5));
    }
    return text.toString();
  }

  private static String answers(int client, int round) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < REQUESTS; i++) {
      text.append("STORED\r\n");
      text.append("VALUE c%d-%d %d 4\r\n%04d\r\nEND\r\n".formatted(client, i % 5, i, round));
    }
    return text.toString();
  }
}
