package judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.junit.KVCluster;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster in a test, with whatever JUnit the project has. */
@KVCluster(replicas = 3)
class ClusterTest {
  @Test
  void aWriteSurvivesACrash(KVStore<String, String> store, Cluster cluster) {
    store.put("k", "v");
    cluster.crash(NodeId.of(0));
    assertEquals(Optional.of("v"), store.get("k"));
  }

  @RepeatedTest(2)
  void eachTestHasAStoreOfItsOwn(KVStore<String, Long> store) {
    assertEquals(1, store.add("n", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void parametersComeFirst(String key, KVStore<String, String> store) {
    assertTrue(store.putIfAbsent(key, "v"));
  }

  @Nested
  class Inside {
    @Test
    void aNestedClassHasTheClusterOfTheOneAround(KVStore<String, String> store) {
      assertEquals(3, store.cluster().nodes().size());
    }

    @Test
    @KVCluster(replicas = 5, consistency = Consistency.EVENTUAL)
    void unlessItSaysOtherwise(KVStore<String, String> store, Simulation simulation) {
      assertEquals(5, store.cluster().nodes().size());
    }
  }
}
