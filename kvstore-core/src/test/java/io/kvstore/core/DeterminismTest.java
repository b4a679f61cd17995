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
    "LINEARIZABLE, PRIMARY, b756fc606e7d0fd9",
    "SEQUENTIAL, PRIMARY, a464b74a05274413",
    "EVENTUAL, PRIMARY, d81fb42f493c2c22",
    "LINEARIZABLE, TOTAL_ORDER, ee52e8750df3e063",
    "SEQUENTIAL, TOTAL_ORDER, 7d2c49c64db8955a",
    "CAUSAL, BROADCAST, 5b1bc5f168ce35d5",
    "EVENTUAL, BROADCAST, 4ce344919420b03f",
    "EVENTUAL, KEY_OWNER, bf0fd767099bf031",
    "LINEARIZABLE, CHAIN, 47c85917e2047d13",
    "SEQUENTIAL, CHAIN, a3e080eab0577d95",
    "LINEARIZABLE, CRAQ, 16846b5af5b96233",
    "LINEARIZABLE, RAFT, 9ca7e41359c5111e",
    "SEQUENTIAL, RAFT, cdb1a8a5628671ca",
    "EVENTUAL, RAFT, a3008c0f8cbfe176"
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
