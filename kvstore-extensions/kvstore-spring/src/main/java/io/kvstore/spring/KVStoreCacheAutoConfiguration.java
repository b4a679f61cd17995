package io.kvstore.spring;

import io.kvstore.KVStore;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.cache.CacheAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Makes a cache manager over the tables of a store, where caching is enabled by {@code
 * EnableCaching}, the application has no cache manager and has not chosen another kind by {@code
 * spring.cache.type}.
 */
@AutoConfiguration(after = KVStoreAutoConfiguration.class, before = CacheAutoConfiguration.class)
@ConditionalOnBean({CacheAspectSupport.class, KVStore.class})
@ConditionalOnMissingBean(value = CacheManager.class, name = "cacheResolver")
@ConditionalOnProperty(name = "kvstore.cache.enabled", matchIfMissing = true)
@Conditional(KVStoreCacheAutoConfiguration.NoOtherKindChosen.class)
@EnableConfigurationProperties(CacheProperties.class)
public final class KVStoreCacheAutoConfiguration {
  /** Made by Spring. */
  public KVStoreCacheAutoConfiguration() {}

  @Bean
  CacheManager cacheManager(
      ApplicationContext context,
      CacheProperties properties,
      Map<String, KVStore<String, String>> stores,
      ObjectProvider<KVStore<String, String>> unique) {
    KVStore<String, String> store =
        ChosenStore.of("kvstore.cache", properties.store(), stores, unique);
    return new StoreCacheManager(store, properties, new SerializedValues(context.getClassLoader()));
  }

  /** Holds where {@code spring.cache.type} is not set. */
  static final class NoOtherKindChosen extends NoneNestedConditions {
    NoOtherKindChosen() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty("spring.cache.type")
    static final class Chosen {}
  }
}
