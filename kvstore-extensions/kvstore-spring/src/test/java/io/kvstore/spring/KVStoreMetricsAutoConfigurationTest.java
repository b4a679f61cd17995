package io.kvstore.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KVStoreMetricsAutoConfigurationTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  KVStoreAutoConfiguration.class,
                  KVStoreMetricsAutoConfiguration.class,
                  MetricsAutoConfiguration.class));

  @Test
  void theActuatorBindsTheMetersOfEachStoreUntilTheContextIsClosed() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    application
        .withPropertyValues("kvstore.stores.a.replicas=1", "kvstore.stores.b.replicas=2")
        .withBean(SimpleMeterRegistry.class, () -> registry)
        .run(
            context -> {
              assertThat(registry.get("kvstore.node.up").tag("store", "a").gauges()).hasSize(1);
              assertThat(registry.get("kvstore.node.up").tag("store", "b").gauges()).hasSize(2);
              assertThat(registry.get("kvstore.node.up").gauges())
                  .allSatisfy(each -> assertThat(each.value()).isEqualTo(1));
            });
    assertThat(registry.find("kvstore.node.up").meters()).isEmpty();
  }

  @Test
  void withoutMicrometerThereIsAStoreAndNoBinder() {
    application
        .withClassLoader(new FilteredClassLoader("io.micrometer"))
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(KVStore.class)
                    .doesNotHaveBean("kvstoreMeterBinder"));
    application.run(context -> assertThat(context).hasSingleBean(MeterBinder.class));
  }
}
