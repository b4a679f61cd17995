package io.kvstore.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.testkit.junit.TestCluster.BrokenPromise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** What a test that fails leaves behind. */
class TestClusterTest {
  @KVCluster(seed = 42)
  private static final class Linearizable {}

  @KVCluster(checks = false)
  private static final class Unchecked {}

  @KVCluster(runs = KVCluster.Runs.DEDICATED)
  private static final class Threaded {}

  @KVCluster(replication = {Replication.PRIMARY, Replication.TOTAL_ORDER})
  private static final class TwoReplications {}

  private final AssertionError failure = new AssertionError("that of a test");

  private TestCluster cluster = of(Linearizable.class);

  private static TestCluster of(Class<?> annotated) {
    return new TestCluster(annotated.getAnnotation(KVCluster.class), 42, Kept.ALL);
  }

  @SuppressWarnings("unchecked") // it is what was asked for
  private static StoreBuilder<String, String> texts(TestCluster cluster) {
    return (StoreBuilder<String, String>) cluster.builder(StoredTypes.TEXTS);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  /** Not what was asked for: one that answers with what it has. */
  private void readSomethingOld() {
    try (KVStore<String, String> store = texts(cluster).consistency(Consistency.EVENTUAL).open()) {
      store.cluster().network().isolate(NodeId.of(2));
      store.at(NodeId.of(0)).put("k", "v");
      store.at(NodeId.of(2)).get("k");
    }
  }

  @Test
  void aBrokenPromiseFailsTheTestWithReasonSeedAndDrawing() throws IOException {
    readSomethingOld();
    BrokenPromise broken = cluster.broken().orElseThrow();
    assertThat(broken).hasMessageContaining("found nothing under \"k\"");
    assertThat(cluster.whereToLook("A test(int) [1]", broken))
        .contains("-Dkvstore.seed=42", "A_test_int_1_-42.html");
    Path page = Path.of("target", "kvstore", "A_test_int_1_-42.html");
    assertThat(Files.readString(page))
        .contains("found nothing", "n2 hears nothing of n0", "A test(int) [1] under the seed 42");
  }

  @Test
  void nothingIsCheckedWhereThatIsNotWanted() {
    cluster = of(Unchecked.class);
    readSomethingOld();
    assertThat(cluster.broken()).isEmpty();
  }

  @Test
  void aFailedTestIsToldWhereToLook() {
    cluster.store(StoredTypes.TEXTS).size();
    assertThat(cluster.whereToLook("failed", failure)).contains("failed-42.html");
  }

  @Test
  void withoutAStoreThereIsOnlyASeed() {
    assertThat(cluster.whereToLook("none", failure)).contains("seed 42").doesNotContain("html");
    assertThat(cluster.broken()).isEmpty();
  }

  @Test
  void twoReplicationsForOneStoreAreRefused() {
    assertThatThrownBy(() -> of(TwoReplications.class))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("[PRIMARY, TOTAL_ORDER]")
        .hasMessageContaining("a subclass for each");
  }

  @SuppressWarnings("unused") // the types of its parameters are what counts
  private static void parameters(
      KVStore<byte[], UUID> fits, KVStore<String, Integer> misfits, KVStore<?, ?> any) {}

  private static StoredTypes typesOfParameter(int number) {
    return Arrays.stream(TestClusterTest.class.getDeclaredMethods())
        .filter(method -> method.getName().equals("parameters"))
        .map(method -> StoredTypes.of(method.getGenericParameterTypes()[number]))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void typesWithoutACodecAreRefused() {
    assertThat(typesOfParameter(0)).isEqualTo(new StoredTypes(byte[].class, UUID.class));
    assertThat(typesOfParameter(2)).isEqualTo(StoredTypes.TEXTS);
    assertThatThrownBy(() -> typesOfParameter(1))
        .isInstanceOf(ParameterResolutionException.class)
        .hasMessageContaining("no codec for java.lang.Integer")
        .hasMessageContaining("StoreBuilder<String, String>");
  }

  @Test
  void aStoreHasTheSameTypesInAllParametersOfATest() {
    cluster.store(StoredTypes.TEXTS);
    assertThatThrownBy(() -> cluster.store(new StoredTypes(String.class, Long.class)))
        .isInstanceOf(ParameterResolutionException.class)
        .hasMessageContaining("<String, String>")
        .hasMessageContaining("<String, Long>");
  }

  @Test
  void threadsHaveNoSimulation() {
    cluster = of(Threaded.class);
    assertThatThrownBy(() -> cluster.simulation()).hasMessageContaining("runs = SIMULATED");
  }
}
