package io.kvstore.spring;

import io.kvstore.KVStore;
import io.kvstore.micrometer.KVStoreMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Makes a binder of the meters of all stores, see {@link KVStoreMetrics}: the tag {@code store} has
 * the name of the bean. The actuator binds it to the registries of the application.
 */
@AutoConfiguration(after = KVStoreAutoConfiguration.class)
@ConditionalOnClass({MeterRegistry.class, KVStoreMetrics.class})
@ConditionalOnBean(KVStore.class)
public final class KVStoreMetricsAutoConfiguration {
  /** Made by Spring. */
  public KVStoreMetricsAutoConfiguration() {}

  @Bean(destroyMethod = "close")
  Meters kvstoreMeterBinder(Map<String, KVStore<?, ?>> stores) {
    return new Meters(
        stores.entrySet().stream()
            .map(each -> KVStoreMetrics.of(each.getValue(), Tags.of("store", each.getKey())))
            .toList());
  }

  /** Binds several stores, until the context is closed: a registry may live longer. */
  record Meters(List<KVStoreMetrics> all) implements MeterBinder, AutoCloseable {
    @Override
    public void bindTo(MeterRegistry registry) {
      all.forEach(each -> each.bindTo(registry));
    }

    @Override
    public void close() {
      all.forEach(KVStoreMetrics::close);
    }
  }
}
