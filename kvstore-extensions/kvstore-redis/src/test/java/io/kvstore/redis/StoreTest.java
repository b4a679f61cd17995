package io.kvstore.redis;

import static io.kvstore.redis.Stores.PATIENCE;
import static io.kvstore.redis.Stores.assertConverged;
import static io.kvstore.redis.Stores.contentsOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicated stores whose replicas live in a Redis, some of them or all. */
class StoreTest {
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId LAST = NodeId.of(2);

  private LocalServer redis;

  @BeforeEach
  void start() {
    redis = RedisTool.start();
  }

  @AfterEach
  void stop() {
    if (redis != null) {
      redis.close();
    }
  }

  private static KVStore<String, String> open(
      Consistency level, Placement placement, DataletFactory datalets) {
    return KVStore.builder()
        .consistency(level)
        .timeout(PATIENCE)
        .engine(new InProcess().placement(placement).datalet(datalets))
        .open();
  }

  @ParameterizedTest
  @EnumSource
  void aNodeThatComesBackIsBroughtUpToDate(Consistency level) {
    RedisDatalets datalets = RedisDatalets.at(redis.address());
    try (KVStore<String, String> store = open(level, Placement.SHARED, datalets)) {
      for (int i = 0; i < 50; i++) {
        store.put("key" + i, "before");
      }
      store.put("short", "lived", Duration.ofNanos(1));
      store.cluster().crash(SECOND);
      store.cluster().awaitMember(NodeId.of(0), PATIENCE);
      for (int i = 0; i < 50; i += 2) {
        store.put("key" + i, "after");
      }
      store.remove("key7");
      store.append("key9", "+");
      store.cluster().restart(SECOND);
      assertThat(store.cluster().awaitMember(SECOND, PATIENCE)).isTrue();
      Map<String, String> expected = contentsOf(store);
      assertThat(expected)
          .hasSize(49)
          .containsEntry("key8", "after")
          .containsEntry("key9", "before+");
      assertConverged(store, expected);
    }
    assertThat(RedisTool.keys(redis)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aReplicaWhoseServerHasForgottenStopsAndTheOthersGoOn(Placement placement) {
    DataletFactory mixed =
        Datalets.inTurn(Datalets.hash(), Datalets.tree(), RedisDatalets.at(redis.address()));
    try (KVStore<String, String> store = open(Consistency.LINEARIZABLE, placement, mixed)) {
      for (int i = 0; i < 20; i++) {
        store.put("key" + i, "value");
      }
      assertConverged(store, contentsOf(store));
      RedisTool.tell(redis, "FLUSHALL");
      Stores.writeUntilItStops(store, LAST);
      Map<String, String> expected = contentsOf(store);
      assertThat(expected).hasSize(20);
      store.cluster().restart(LAST);
      assertThat(store.cluster().awaitMember(LAST, PATIENCE)).isTrue();
      assertConverged(store, expected);
    }
  }

  @Test
  void twoStoresWithPrefixesOfTheirOwnShareAServer() {
    RedisDatalets datalets = RedisDatalets.at(redis.address());
    Consistency level = Consistency.LINEARIZABLE;
    try (KVStore<String, String> one = open(level, Placement.SHARED, datalets.withPrefix("one"));
        KVStore<String, String> two = open(level, Placement.SHARED, datalets.withPrefix("two"))) {
      one.put("key", "1");
      two.put("key", "2");
      assertThat(one.get("key")).contains("1");
      two.clear();
      assertThat(one.get("key")).contains("1");
      assertThat(two.get("key")).isEmpty();
    }
  }
}
