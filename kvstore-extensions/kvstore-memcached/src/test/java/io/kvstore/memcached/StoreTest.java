package io.kvstore.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicated stores whose replicas live in a memcached, some of them or all. */
class StoreTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId LAST = NodeId.of(2);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private MemcachedServer memcached;

  @BeforeEach
  void start() {
    memcached = MemcachedServer.start();
  }

  @AfterEach
  void stop() {
    if (memcached != null) {
      memcached.close();
    }
  }

  private KVStore<String, String> open(Consistency level, DataletFactory datalets) {
    return KVStore.builder()
        .consistency(level)
        .shards(2)
        .timeout(PATIENCE)
        .engine(new InProcess().datalet(datalets))
        .open();
  }

  @ParameterizedTest
  @EnumSource
  void aNodeThatComesBackIsBroughtUpToDate(Consistency level) {
    try (KVStore<String, String> store = open(level, MemcachedDatalets.at(memcached.address()))) {
      for (int i = 0; i < 50; i++) {
        store.put("key" + i, "before");
      }
      store.put("short", "lived", Duration.ofNanos(1));
      store.cluster().crash(SECOND);
      store.cluster().awaitMember(FIRST, PATIENCE);
      for (int i = 0; i < 50; i += 2) {
        store.put("key" + i, "after");
      }
      store.remove("key7");
      store.cluster().restart(SECOND);
      assertThat(store.cluster().awaitMember(SECOND, PATIENCE)).isTrue();
      Map<String, String> expected = contentsOf(store);
      assertThat(expected)
          .hasSize(49)
          .containsEntry("key8", "after")
          .containsEntry("key9", "before");
      assertConverged(store, expected);
    }
    assertThat(memcached.items()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void replicasMayBeAHashATreeAndAMemcached(Consistency level) {
    DataletFactory mixed =
        Datalets.inTurn(
            Datalets.hash(), Datalets.tree(), MemcachedDatalets.at(memcached.address()));
    try (KVStore<String, String> store = open(level, mixed)) {
      for (int i = 0; i < 100; i++) {
        store.put("key" + i, "value" + i);
      }
      store.remove("key7");
      store.replace("key8", store.getVersioned("key8").orElseThrow().version(), "replaced");
      store.append("key9", "+");
      Map<String, String> expected = contentsOf(store);
      assertThat(expected).hasSize(99).containsEntry("key9", "value9+");
      assertConverged(store, expected);
      store.clear();
      assertConverged(store, Map.of());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReplicaWhoseServerHasForgottenStopsAndTheOthersGoOn(Consistency level) {
    DataletFactory mixed =
        Datalets.inTurn(
            Datalets.hash(), Datalets.tree(), MemcachedDatalets.at(memcached.address()));
    try (KVStore<String, String> store = open(level, mixed)) {
      for (int i = 0; i < 20; i++) {
        store.put("key" + i, "value");
      }
      assertConverged(store, contentsOf(store));
      memcached.tell("flush_all");
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      for (int i = 0; store.cluster().isRunning(LAST); i++) {
        store.put("key" + i % 20, "new");
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
      Map<String, String> expected = contentsOf(store);
      assertThat(expected).hasSize(20);
      store.cluster().restart(LAST);
      assertThat(store.cluster().awaitMember(LAST, PATIENCE)).isTrue();
      assertConverged(store, expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyPlacementRunsIt(Placement placement) {
    try (MemcachedServer another = MemcachedServer.start();
        KVStore<Bytes, Bytes> store =
            KVStore.builder()
                .keys(Codecs.BYTES)
                .values(Codecs.BYTES)
                .timeout(PATIENCE)
                .engine(
                    new InProcess()
                        .placement(placement)
                        .datalet(MemcachedDatalets.at(memcached.address(), another.address())))
                .open()) {
      Bytes binary = Bytes.of((byte) 0, (byte) '\r', (byte) '\n', (byte) -1);
      store.put(binary, binary);
      store.put(Bytes.wrap(new byte[1_000]), Bytes.EMPTY);
      assertThat(store.get(binary)).contains(binary);
      assertThat(store.get(Bytes.wrap(new byte[1_000]))).contains(Bytes.EMPTY);
      awaitSize(2 * 3, memcached); // nodes 0 and 2
      awaitSize(3, another);
    }
  }

  @Test
  void twoStoresWithPrefixesOfTheirOwnShareAServer() {
    MemcachedDatalets datalets = MemcachedDatalets.at(memcached.address());
    try (KVStore<String, String> one = open(Consistency.LINEARIZABLE, datalets.withPrefix("one"));
        KVStore<String, String> two = open(Consistency.LINEARIZABLE, datalets.withPrefix("two"))) {
      one.put("key", "1");
      two.put("key", "2");
      assertThat(one.get("key")).contains("1");
      assertThat(two.get("key")).contains("2");
      two.clear();
      assertThat(one.get("key")).contains("1");
    }
  }

  /** What a server lists while it puts items elsewhere may lack one of them. */
  private static void awaitSize(int size, MemcachedServer memcached) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Collection<String> items = memcached.items();
    while (items.size() != size && System.nanoTime() < deadline) {
      items = memcached.items();
    }
    assertThat(items).hasSize(size);
  }

  private static void assertConverged(KVStore<String, String> store, Map<String, String> expected) {
    for (NodeId node : store.cluster().nodes()) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!contentsOf(store.at(node)).equals(expected) && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(contentsOf(store.at(node))).as("at %s", node).isEqualTo(expected);
    }
  }

  private static Map<String, String> contentsOf(KVStore<String, String> store) {
    return store.snapshot().stream().collect(Collectors.toMap(Item::key, Item::value));
  }
}
