package io.kvstore.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a test that fails leaves behind. */
class TestClusterTest {
  @KVCluster(seed = 42)
  private static final class Linearizable {}

  @KVCluster(checks = false)
  private static final class Unchecked {}

  @KVCluster(runs = KVCluster.Runs.DEDICATED)
  private static final class Threaded {}

  private TestCluster cluster = of(Linearizable.class);

  private static TestCluster of(Class<?> annotated) {
    return new TestCluster(annotated.getAnnotation(KVCluster.class), 42);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  /** Not what was asked for: one that answers with what it has. */
  private void readSomethingOld() {
    try (KVStore<String, String> store =
        cluster.builder().consistency(Consistency.EVENTUAL).open()) {
      store.cluster().network().isolate(NodeId.of(2));
      store.at(NodeId.of(0)).put("k", "v");
      store.at(NodeId.of(2)).get("k");
    }
  }

  @Test
  void aBrokenPromiseFailsTheTestWithReasonSeedAndDrawing() throws IOException {
    readSomethingOld();
    assertThatThrownBy(() -> cluster.check("A test(int) [1]"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("found nothing under \"k\"")
        .hasMessageContaining("-Dkvstore.seed=42")
        .hasMessageContaining("A_test_int_1_-42.html");
    Path page = Path.of("target", "kvstore", "A_test_int_1_-42.html");
    assertThat(Files.readString(page)).contains("found nothing").contains("n0 to n2");
  }

  @Test
  void nothingIsCheckedWhereThatIsNotWanted() {
    cluster = of(Unchecked.class);
    readSomethingOld();
    cluster.check("unchecked");
  }

  @Test
  void aFailedTestIsToldWhereToLook() {
    cluster.store().put("k", "v");
    assertThat(cluster.failed("failed")).hasMessageContaining("failed-42.html");
  }

  @Test
  void withoutAStoreThereIsOnlyASeed() {
    assertThat(cluster.failed("none").getMessage()).contains("seed 42").doesNotContain("html");
    cluster.check("none");
  }

  @Test
  void threadsHaveNoSimulation() {
    cluster = of(Threaded.class);
    assertThatThrownBy(() -> cluster.simulation()).hasMessageContaining("runs = SIMULATED");
  }
}
