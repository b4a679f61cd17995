package io.kvstore.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same seed gives the same trace, byte for byte, in every run and on every JVM: the digests
 * were written down once, and are renewed only when a protocol changes what it says.
 */
class DeterminismTest {
  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY, 62a922c32e596479",
    "SEQUENTIAL, PRIMARY, aa21a514fcf6fd42",
    "EVENTUAL, PRIMARY, 0aea50b979006b2f",
    "LINEARIZABLE, TOTAL_ORDER, 4d29715b3d4884d7",
    "SEQUENTIAL, TOTAL_ORDER, acd4a9d9f6772310",
    "CAUSAL, BROADCAST, d5abb358b8db2a76",
    "EVENTUAL, BROADCAST, 3015f385a2c7c456",
    "EVENTUAL, KEY_OWNER, cec39ba2e9a44f85",
    "LINEARIZABLE, CHAIN, 600283babb3c9c5b",
    "SEQUENTIAL, CHAIN, 5c7e49fbaf9713eb",
    "LINEARIZABLE, CRAQ, a4b7452b6c4f2334",
    "LINEARIZABLE, RAFT, fda01cf2e94220c9",
    "SEQUENTIAL, RAFT, dbcb45359e4fb85f",
    "EVENTUAL, RAFT, b26a53f025977614",
    "LINEARIZABLE, LEASEGUARD, acabee4e738bee44",
    "LINEARIZABLE, SHARED_LOG, 5e288c66d04f17ec",
    "SEQUENTIAL, SHARED_LOG, 1a5e449d0e72b4ac",
    "EVENTUAL, SHARED_LOG, 083923bc4d4b2d5c",
    "LINEARIZABLE, QUORUM, 20e54ae9026abd51",
    "EVENTUAL, QUORUM, f9fb5a1358446b47",
    "LINEARIZABLE, LOCKING, facf6e1aeb9e32d0"
  })
  void theSameSeedGivesTheSameTrace(Consistency level, Replication protocol, String digest)
      throws NoSuchAlgorithmException {
    assertThat(digestOfTrace(level, protocol)).isEqualTo(digest);
  }

  private static String digestOfTrace(Consistency level, Replication protocol)
      throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Simulation simulation =
        Simulation.withSeed(7)
            .links(new Faults(Delay.exponential(Duration.ofMillis(1)), 0.1, 0.1, 0.2))
            .trace(event -> digest.update((event + "\n").getBytes(UTF_8)));
    try (KVStore<String, String> store =
        KVStore.builder().consistency(level).replication(protocol).engine(simulation).open()) {
      store.cluster().skewClock(NodeId.of(1), Duration.ofSeconds(3), 0.01);
      workload(store, simulation);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static void workload(KVStore<String, String> store, Simulation simulation) {
    for (int round = 0; round < 40; round++) {
      CompletableFuture<?>[] calls = new CompletableFuture<?>[3];
      for (NodeId node : store.cluster().nodes()) {
        Session<String, String> session = store.at(node);
        String key = "key" + (round + node.number()) % 4;
        calls[node.number()] =
            switch (round % 4) {
              case 0 -> session.async().put(key, "value" + round, Duration.ofMillis(50));
              case 1 -> session.async().get(key);
              case 2 -> session.async().append(key, "+" + node);
              default -> session.async().remove(key);
            };
      }
      simulation.runFor(Duration.ofMillis(30));
      if (round == 20) {
        store.cluster().crash(NodeId.of(2));
        store.cluster().restart(NodeId.of(2));
      }
      assertThat(calls).doesNotContainNull();
    }
  }
}
