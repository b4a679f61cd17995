package io.kvstore.redis;

import static io.kvstore.redis.Stores.PATIENCE;
import static io.kvstore.redis.Stores.assertConverged;
import static io.kvstore.redis.Stores.contentsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.memcached.MemcachedDatalets;
import io.kvstore.rocksdb.RocksDatalets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One group whose four replicas are a tree, a RocksDB, a memcached and a Redis. */
class PolyglotTest {
  private static final NodeId IN_MEMCACHED = NodeId.of(2);
  private static final NodeId IN_REDIS = NodeId.of(3);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void aServerIsKilledAndComesBackAndAllReplicasAreEqual(Consistency level) {
    Optional<LocalServer> other = LocalServer.memcached();
    assumeTrue(other.isPresent(), "there is no memcached on the PATH (Debian's package memcached)");
    try (LocalServer memcached = other.orElseThrow();
        LocalServer redis = RedisTool.start();
        KVStore<String, String> store = open(level, memcached, redis)) {
      for (int i = 0; i < 100; i++) {
        store.put("key" + i, "value" + i);
      }
      store.remove("key7");
      store.append("key9", "+");
      assertConverged(store, contentsOf(store));

      redis.kill();
      Stores.writeUntilItStops(store, IN_REDIS);
      store.put("key8", "while Redis was down");
      redis.restart();
      store.cluster().restart(IN_REDIS);
      store.put("key6", "while it comes back");
      assertThat(store.cluster().awaitMember(IN_REDIS, PATIENCE)).isTrue();

      memcached.restart();
      Stores.writeUntilItStops(store, IN_MEMCACHED);
      store.cluster().restart(IN_MEMCACHED);
      assertThat(store.cluster().awaitMember(IN_MEMCACHED, PATIENCE)).isTrue();

      store.replace("key5", store.getVersioned("key5").orElseThrow().version(), "replaced");
      Map<String, String> expected = contentsOf(store);
      assertThat(expected)
          .hasSize(99)
          .containsEntry("key8", "while Redis was down")
          .containsEntry("key6", "while it comes back")
          .containsEntry("key5", "replaced");
      assertConverged(store, expected);
    }
  }

  private KVStore<String, String> open(
      Consistency level, LocalServer memcached, LocalServer redis) {
    DataletFactory fourKinds =
        Datalets.inTurn(
            Datalets.tree(),
            RocksDatalets.in(directory),
            MemcachedDatalets.at(memcached.address()),
            RedisDatalets.at(redis.address()));
    return KVStore.builder()
        .consistency(level)
        .replicas(4)
        .timeout(PATIENCE)
        .engine(new InProcess().datalet(fourKinds))
        .open();
  }
}
