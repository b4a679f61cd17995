package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.Http;
import io.kvstore.server.http.Web.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server with more nodes than replicas: each node serves all keys, and holds some of them. */
final class PlacedShardsTest {
  private static final int NODES = 4;

  private final Web web =
      Web.with(
          Consistency.LINEARIZABLE,
          store -> store.nodes(NODES).replicas(2).shards(4),
          Http.onLoopback());

  @AfterEach
  void close() {
    web.close();
  }

  @Test
  void everyNodeServesEveryKey() {
    for (int i = 0; i < 20; i++) {
      Reply put = web.put(i % NODES, "/data/k" + i, "{\"value\": \"v" + i + "\"}");
      assertThat(put.status()).as("%s", put).isEqualTo(201);
    }
    for (int i = 0; i < 20; i++) {
      assertThat(web.get((i + 1) % NODES, "/data/k" + i))
          .hasToString("200 {\"value\":\"v" + i + "\"}");
    }
  }

  @Test
  void everyNodeIsWellAndTellsOfTheShardsThatItHolds() {
    for (int node = 0; node < NODES; node++) {
      assertThat(web.get(node, "/health").status()).isEqualTo(200);
      String metrics = web.get(node, "/metrics").body();
      assertThat(metrics.lines().filter(line -> line.startsWith("kvstore_replica_position{")))
          .hasSize(2);
    }
  }

  @Test
  void aViewForAllIsRefused() {
    Reply reply = web.put(0, "/view", "{\"view\": [{\"address\": \"127.0.0.1:1\", \"id\": 1}]}");
    assertThat(reply.status()).isEqualTo(409);
    assertThat(reply.body()).contains("every node holds every shard");
    assertThat(web.get(1, "/data/k").status()).isEqualTo(404); // and nothing has changed
  }
}
