package io.kvstore.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.StoreBuilder;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Fault;
import io.kvstore.testkit.campaign.Nemesis;
import io.kvstore.testkit.campaign.Nemesis.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Tests that fail, for {@link SmallerRunTest}. */
final class FailingSamples {
  static final int FAULTS = 12;

  private FailingSamples() {}

  /** Replicas that are cut off do not have what is written meanwhile. */
  @KVCluster(consistency = Consistency.EVENTUAL, seed = 15)
  static class Cuts {
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void begin() {
      log.add("begun");
    }

    @AfterEach
    void end() {
      log.add("ended");
    }

    @RepeatedTest(1)
    void fails(
        KVStore<String, String> store,
        Simulation simulation,
        Nemesis nemesis,
        RepetitionInfo repetition) {
      assertThat(log).as("a new instance each time").containsExactly("begun");
      assertThat(repetition.getCurrentRepetition()).isEqualTo(1);
      Nemesis its = nemesis.only(Kind.CUTS, Kind.PAUSES, Kind.CLOCKS);
      for (int i = 0; i < FAULTS; i++) {
        its.next().strike(store.cluster());
      }
      store.at(NodeId.of(0)).put("k", "v");
      simulation.runFor(Duration.ofSeconds(5));
      for (NodeId node : store.cluster().nodes()) {
        assertThat(store.at(node).get("k")).as("at %s", node).contains("v");
      }
    }
  }

  /** The same without a second try. */
  @KVCluster(consistency = Consistency.EVENTUAL, seed = 15, shrinksWithinSeconds = 0)
  static class CutsAsTheyAre {
    @Test
    void fails(KVStore<String, String> store, Nemesis nemesis) {
      nemesis.next().strike(store.cluster());
      assertThat(store.size()).isEqualTo(1);
    }
  }

  /** Not what was asked for: one that answers with what it has. */
  @KVCluster(seed = 12)
  static class Weak {
    @Test
    void fails(StoreBuilder<String, String> builder, Simulation simulation, Nemesis nemesis) {
      KVStore<String, String> store = builder.consistency(Consistency.EVENTUAL).open();
      Nemesis its = nemesis.only(Kind.CUTS, Kind.PAUSES);
      for (int i = 0; i < FAULTS; i++) {
        its.next().strike(store.cluster());
        store.at(NodeId.of(0)).put("k", "v" + i);
        simulation.runFor(Duration.ofSeconds(5));
        for (NodeId node : store.cluster().nodes()) {
          store.at(node).get("k");
        }
      }
      store.close();
    }
  }

  /** Waits for ever for what a fault does. */
  @KVCluster(seed = 13, shrinksWithinSeconds = 1)
  static class Endless {
    @Test
    void fails(KVStore<String, String> store, Nemesis nemesis) throws InterruptedException {
      Fault fault = nemesis.only(Kind.CUTS).next();
      while (fault.toString().startsWith("left out")) {
        Thread.sleep(10); // until it is interrupted
      }
      assertThat(store.size()).isEqualTo(1);
    }
  }

  /** Fails once, and never again. */
  @KVCluster(seed = 14)
  static class Moody {
    static int runs;

    @Test
    void fails(KVStore<String, String> store) {
      assertThat(store.size()).isEqualTo(runs++ == 0 ? 1 : 0);
    }
  }
}
