package io.kvstore.spring;

import static io.kvstore.spring.KVStoreAutoConfigurationTest.storeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.cache.CacheAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class KVStoreCacheAutoConfigurationTest {
  private final ApplicationContextRunner plain =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  KVStoreAutoConfiguration.class,
                  KVStoreCacheAutoConfiguration.class,
                  CacheAutoConfiguration.class));
  private final ApplicationContextRunner caching = plain.withUserConfiguration(Caching.class);

  @Test
  void cachesAreInTheStoreWhereCachingIsEnabled() {
    plain.run(context -> assertThat(context).doesNotHaveBean(CacheManager.class));
    caching.run(context -> assertThat(context).hasSingleBean(StoreCacheManager.class));
  }

  @Test
  void anotherCacheManagerIsLeftAlone() {
    caching
        .withPropertyValues("kvstore.cache.enabled=false")
        .run(context -> assertThat(context).hasSingleBean(ConcurrentMapCacheManager.class));
    caching
        .withPropertyValues("spring.cache.type=simple")
        .run(context -> assertThat(context).hasSingleBean(ConcurrentMapCacheManager.class));
    caching
        .withUserConfiguration(OwnManager.class)
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(CacheManager.class)
                    .hasSingleBean(ConcurrentMapCacheManager.class));
  }

  @Test
  void cachesHaveAConsistencyOfTheirOwn() {
    caching
        .withPropertyValues("kvstore.cache.consistency=eventual")
        .run(
            context -> {
              KVStore<?, ?> table =
                  (KVStore<?, ?>)
                      context.getBean(CacheManager.class).getCache("books").getNativeCache();
              assertThat(table.cluster().view(0).consistency()).isEqualTo(Consistency.EVENTUAL);
            });
  }

  @Test
  void ofSeveralStoresOneIsNamed() {
    ApplicationContextRunner several =
        caching.withPropertyValues(
            "kvstore.stores.orders.replicas=1", "kvstore.stores.views.replicas=1");
    several
        .withPropertyValues("kvstore.cache.store=views")
        .run(
            context -> {
              context.getBean(CacheManager.class).getCache("books").put("key", "value");
              assertThat(storeOf(context.getBean("views")).tables()).containsExactly("cache.books");
            });
    several.run(
        context ->
            assertThat(context)
                .getFailure()
                .hasStackTraceContaining("store must name one of the stores [orders, views]"));
    several
        .withPropertyValues("kvstore.cache.store=vews")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("store 'vews' is none of [orders, views]"));
  }

  @Test
  void aTimeToLiveThatIsNoneIsRefused() {
    caching
        .withPropertyValues("kvstore.cache.times-to-live.books=0s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("times-to-live.books must be positive, not PT0S"));
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  static class Caching {}

  @Configuration(proxyBeanMethods = false)
  static class OwnManager {
    @Bean
    CacheManager own() {
      return new ConcurrentMapCacheManager();
    }
  }
}
