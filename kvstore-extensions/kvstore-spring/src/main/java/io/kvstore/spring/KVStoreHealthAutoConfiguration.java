package io.kvstore.spring;

import io.kvstore.KVStore;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Contributes the health of all stores to that of the application. */
@AutoConfiguration(after = KVStoreAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(KVStore.class)
@ConditionalOnEnabledHealthIndicator("kvstore")
public final class KVStoreHealthAutoConfiguration {
  /** Made by Spring. */
  public KVStoreHealthAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(name = "kvstoreHealthContributor")
  HealthContributor kvstoreHealthContributor(Map<String, KVStore<?, ?>> stores) {
    return stores.size() == 1
        ? new StoreHealthIndicator(stores.values().iterator().next())
        : CompositeHealthContributor.fromMap(stores, StoreHealthIndicator::new);
  }
}
