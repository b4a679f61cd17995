package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who leads the shards of a store. */
class LeaderSpreadingTest {
  private static final int SHARDS = 6;

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  @Test
  void inTheEndEachMemberLeadsAsManyShardsAlsoWhenOneHasBeenAway() throws Exception {
    try (ThreeMembers members =
        new ThreeMembers(
            directory,
            builder -> builder.consistency(Consistency.SEQUENTIAL).shards(SHARDS),
            engine -> engine)) {
      awaitEven(members.get(1));
      members.close(3);
      members.get(1).put("k", "v");
      members.reopen(3);
      awaitEven(members.get(1));
      assertThat(members.get(1).get("k")).contains("v");
    }
  }

  private static void awaitEven(KVStore<String, String> store) throws InterruptedException {
    Map<NodeId, Integer> even = Map.of(NodeId.of(1), 2, NodeId.of(2), 2, NodeId.of(3), 2);
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    Map<NodeId, Integer> led = Map.of();
    while (!led.equals(even)) {
      assertThat(System.nanoTime()).as("the shards that each leads: " + led).isLessThan(deadline);
      Thread.sleep(200);
      led = leaders(store);
    }
  }

  private static Map<NodeId, Integer> leaders(KVStore<String, String> store) {
    Map<NodeId, Integer> led = new TreeMap<>();
    store.cluster().replicas().stream()
        .filter(replica -> replica.isPrimary())
        .forEach(replica -> led.merge(replica.node(), 1, Integer::sum));
    return led;
  }
}
