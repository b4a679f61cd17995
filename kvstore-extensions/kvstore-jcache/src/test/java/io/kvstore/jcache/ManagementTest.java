package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import javax.management.JMException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What management tools see. */
class ManagementTest {
  private final KVStoreCachingProvider provider = new KVStoreCachingProvider();

  @AfterEach
  void close() {
    provider.close();
  }

  private Cache<String, String> cache(ClassLoader classLoader, String name) {
    MutableConfiguration<String, String> configuration =
        Caches.configuration(String.class, String.class);
    return provider
        .getCacheManager(URI.create("kvstore:a?replicas=1"), classLoader)
        .createCache(name, configuration.setManagementEnabled(true).setStatisticsEnabled(true));
  }

  @Test
  void aBeanHasANameWhateverTheCacheIsCalled() throws JMException {
    Cache<String, String> cache = cache(null, "a*b?c=\"d\",e:f");

    assertThat(Beans.attribute(cache, "Configuration", "KeyType")).isEqualTo("java.lang.String");
    assertThat(Beans.attribute(cache, "Statistics", "CachePuts")).isEqualTo(0L);
    cache.close();
    assertThat(Beans.isThere(cache, "Configuration")).isFalse();
    assertThat(Beans.isThere(cache, "Statistics")).isFalse();
  }

  @Test
  void ofTwoCachesWithOneNameTheFirstHasTheBean() throws JMException {
    ClassLoader mine = ManagementTest.class.getClassLoader();
    Cache<String, String> first = cache(mine, "c");
    Cache<String, String> second = cache(new ClassLoader(mine) {}, "c");
    first.put("k", "v");

    assertThat(Beans.attribute(second, "Statistics", "CachePuts")).isEqualTo(1L);
    second.close();
    assertThat(Beans.isThere(first, "Statistics")).isTrue();
    first.close();
    assertThat(Beans.isThere(first, "Statistics")).isFalse();
  }
}
