package io.kvstore.playground;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Campaign;
import io.kvstore.testkit.campaign.Cell;
import io.kvstore.testkit.campaign.Trial;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/** Runs that are compared between the JVM and the compiled script. */
public final class Comparison {
  private static final int DIGEST_BYTES = 8;

  private Comparison() {}

  /** The digest of the trace of the run that the core's test of determinism makes. */
  public static String digest(Consistency level, Replication protocol) {
    MessageDigest digest = sha256();
    Simulation simulation =
        Simulation.withSeed(7)
            .links(new Faults(Delay.exponential(Duration.ofMillis(1)), 0.1, 0.1, 0.2))
            .trace(event -> digest.update((event + "\n").getBytes(UTF_8)));
    try (KVStore<String, String> store =
        KVStore.builder().consistency(level).replication(protocol).engine(simulation).open()) {
      store.cluster().skewClock(NodeId.of(1), Duration.ofSeconds(3), 0.01);
      for (int round = 0; round < 40; round++) {
        play(round, store);
        simulation.runFor(Duration.ofMillis(30));
        if (round == 20) {
          store.cluster().crash(NodeId.of(2));
          store.cluster().restart(NodeId.of(2));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
  }

  private static void play(int round, KVStore<String, String> store) {
    for (NodeId node : store.cluster().nodes()) {
      Session<String, String> session = store.at(node);
      String key = "key" + (round + node.number()) % 4;
      CompletableFuture<?> unused =
          switch (round % 4) {
            case 0 -> session.async().put(key, "value" + round, Duration.ofMillis(50));
            case 1 -> session.async().get(key);
            case 2 -> session.async().append(key, "+" + node);
            default -> session.async().remove(key);
          };
    }
  }

  /**
   * A seed of a campaign in a few lines: the digest of its trace, each verdict, and the digest of
   * its drawing.
   */
  public static String trial(
      Cell cell, long seed, int operations, String features, boolean isDurable) {
    Campaign campaign = Campaign.of(cell).operations(operations).features(features);
    Trial trial = (isDurable ? campaign.durable() : campaign).trial(seed);
    StringBuilder text = new StringBuilder(trial.digest());
    trial
        .verdicts()
        .forEach((promise, verdict) -> text.append("\n").append(promise + ": " + verdict));
    byte[] drawn = sha256().digest(trial.drawing().svg().getBytes(UTF_8));
    return text + "\ndrawing: " + HexFormat.of().formatHex(drawn, 0, DIGEST_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JVM has SHA-256", missing);
    }
  }
}
