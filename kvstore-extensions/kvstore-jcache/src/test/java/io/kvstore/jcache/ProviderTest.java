package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.net.URI;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.configuration.OptionalFeature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a manager is found, and what its URI and properties say. */
class ProviderTest {
  private static final String LEVEL = ManagerSettings.PROPERTY_PREFIX + "consistency";

  private final KVStoreCachingProvider provider = new KVStoreCachingProvider();

  @AfterEach
  void close() {
    provider.close();
    System.clearProperty(LEVEL);
  }

  private CacheManager manager(String uri) {
    return provider.getCacheManager(URI.create(uri), null);
  }

  private static Consistency levelOf(CacheManager manager) {
    Cache<Object, Object> cache = manager.createCache("level", new MutableConfiguration<>());
    KVStoreConfiguration<?, ?> configuration = Caches.configurationOf(cache);
    KVStore<?, ?> table = cache.unwrap(KVStore.class);
    assertThat(table.cluster().view(0).consistency())
        .isEqualTo(configuration.getConsistency().orElseThrow());
    return configuration.getConsistency().orElseThrow();
  }

  private static int nodesOf(CacheManager manager) {
    return manager.unwrap(KVStore.class).cluster().nodes().size();
  }

  @Test
  void javaxCacheFindsIt() {
    assertThat(Caching.getCachingProvider()).isInstanceOf(KVStoreCachingProvider.class);
    assertThat(Caching.getCachingProvider(KVStoreCachingProvider.class.getName()))
        .isInstanceOf(KVStoreCachingProvider.class);
  }

  @Test
  void aManagerIsLinearizableAndHasThreeReplicasUnlessToldOtherwise() {
    CacheManager manager = provider.getCacheManager();

    assertThat(manager.getURI()).isEqualTo(URI.create("kvstore:default"));
    assertThat(levelOf(manager)).isEqualTo(Consistency.LINEARIZABLE);
    assertThat(nodesOf(manager)).isEqualTo(3);
  }

  @Test
  void theUriNamesConsistencyReplicasAndShards() {
    CacheManager manager = manager("kvstore:?consistency=eventual&replicas=2&shards=4");

    assertThat(levelOf(manager)).isEqualTo(Consistency.EVENTUAL);
    assertThat(nodesOf(manager)).isEqualTo(2);
    KVStore<?, ?> table = manager.getCache("level").unwrap(KVStore.class);
    assertThat(table.cluster().shards()).isEqualTo(4);
  }

  @Test
  void whatTheUriDoesNotSayIsInThePropertiesOrTheSystemProperties() {
    System.setProperty(LEVEL, "causal");
    Properties sequential = new Properties();
    sequential.setProperty(LEVEL, "sequential");

    assertThat(levelOf(manager("kvstore:a"))).isEqualTo(Consistency.CAUSAL);
    assertThat(levelOf(provider.getCacheManager(URI.create("kvstore:b"), null, sequential)))
        .isEqualTo(Consistency.SEQUENTIAL);
    assertThat(
            levelOf(
                provider.getCacheManager(
                    URI.create("kvstore:c?consistency=eventual"), null, sequential)))
        .isEqualTo(Consistency.EVENTUAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "http://localhost | the URI of a cache manager is kvstore:NAME?OPTION=VALUE&…, not http",
        "kvstore:a?colour=red | unknown option 'colour' (in kvstore:a?colour=red): expected one of",
        "kvstore:a?replicas | 'replicas' in kvstore:a?replicas has no value: OPTION=VALUE",
        "kvstore:a?replicas=none | replicas must be a number of at least 1, not 'none'",
        "kvstore:a?replicas=0 | replicas must be a number of at least 1, not '0'",
        "kvstore:a?replicas=3&replicas=5 | the option replicas is there twice",
        "kvstore:a?consistency=total | unknown consistency 'total': expected one of linearizable"
      })
  void whatIsNotUnderstoodIsRefusedInWords(String uri, String words) {
    assertThatThrownBy(() -> manager(uri))
        .isInstanceOf(CacheException.class)
        .hasMessageStartingWith(words);
  }

  @Test
  void anUnknownPropertyOfItsOwnIsRefusedAndOthersAreKept() {
    Properties unknown = new Properties();
    unknown.setProperty("io.kvstore.jcache.colour", "red");
    Properties others = new Properties();
    others.setProperty("colour", "red");

    assertThatThrownBy(() -> provider.getCacheManager(null, null, unknown))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("the property io.kvstore.jcache.colour");
    assertThat(provider.getCacheManager(null, null, others).getProperties()).isEqualTo(others);
  }

  @Test
  void managersOfTwoUrisHaveNothingInCommon() {
    Cache<String, String> here = manager("kvstore:here").createCache("c", texts());
    Cache<String, String> there = manager("kvstore:there").createCache("c", texts());
    here.put("k", "here");

    assertThat(there.get("k")).isNull();
    assertThat(nodesOf(here.getCacheManager())).isEqualTo(3);

    here.getCacheManager().close();
    there.put("k", "there");
    assertThat(there.get("k")).isEqualTo("there");
    assertThatThrownBy(() -> here.get("k")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aManagerIsTheSameUntilItIsClosed() {
    CacheManager first = manager("kvstore:a");

    assertThat(manager("kvstore:a")).isSameAs(first);
    first.close();
    assertThat(manager("kvstore:a")).isNotSameAs(first);
    first.close(); // does not concern the next one
    assertThat(manager("kvstore:a").isClosed()).isFalse();
  }

  @Test
  void aCacheHasAConsistencyAndShardsOfItsOwn() {
    KVStoreConfiguration<String, String> own = new KVStoreConfiguration<>();
    own.setConsistency(Consistency.EVENTUAL).setShards(2).setTypes(String.class, String.class);
    Cache<String, String> cache = manager("kvstore:a").createCache("own", own);

    KVStore<String, String> table = Caches.table(cache);
    assertThat(table.cluster().view(0).consistency()).isEqualTo(Consistency.EVENTUAL);
    assertThat(table.cluster().shards()).isEqualTo(2);
    assertThat(Caches.configurationOf(cache)).isEqualTo(own);
    assertThatThrownBy(() -> own.setShards(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shards must be at least 1, not 0");
  }

  @Test
  void aCacheByReferenceIsRefusedInWords() {
    assertThat(provider.isSupported(OptionalFeature.STORE_BY_REFERENCE)).isFalse();
    assertThatThrownBy(() -> manager("kvstore:a").createCache("c", texts().setStoreByValue(false)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("setStoreByValue");
  }

  @Test
  void aCacheMayHaveAnyName() {
    CacheManager manager = manager("kvstore:a");
    for (String name : new String[] {"a b", "a_b", "", "ü".repeat(300), "-x", "com.acme.Price$1"}) {
      Cache<String, String> cache = manager.createCache(name, texts());
      cache.put("k", name);
    }
    for (String name : manager.getCacheNames()) {
      assertThat(manager.<String, String>getCache(name).get("k")).isEqualTo(name);
    }
  }

  @Test
  void whatACacheHeldIsGoneWithIt() {
    CacheManager manager = manager("kvstore:a");
    Cache<String, String> cache = manager.createCache("c", texts());
    cache.put("k", "v");
    cache.close();

    assertThat(manager.createCache("c", texts()).get("k")).isNull();
    manager.destroyCache("c");
    assertThat(manager.createCache("c", texts()).get("k")).isNull();
    KVStore<?, ?> store = manager.unwrap(KVStore.class);
    assertThat(store.tables()).hasSize(1);
  }

  @Test
  void statisticsOfACacheThatIsNotThereAreRefusedInWords() {
    CacheManager manager = manager("kvstore:a");
    manager.createCache("orders", texts());

    assertThatThrownBy(() -> manager.enableStatistics("order", true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no cache 'order': caches are [orders]");
  }

  private static MutableConfiguration<String, String> texts() {
    return Caches.configuration(String.class, String.class);
  }
}
