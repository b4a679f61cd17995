package io.kvstore.spring;

import static io.kvstore.spring.KVStoreAutoConfigurationTest.storeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.health.HealthContributorAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.health.HealthEndpointAutoConfiguration;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KVStoreHealthAutoConfigurationTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withPropertyValues("kvstore.failover-detection=50ms")
          .withConfiguration(
              AutoConfigurations.of(
                  KVStoreAutoConfiguration.class, KVStoreHealthAutoConfiguration.class));

  @Test
  void aStoreIsUpThenDegradedThenOutOfServiceThenDown() {
    application.run(
        context -> {
          KVStore<String, String> store = storeOf(context.getBean(KVStore.class));
          HealthIndicator indicator = context.getBean(HealthIndicator.class);
          awaitStatus(indicator, Status.UP);

          store.cluster().crash(NodeId.of(2));
          Health degraded = awaitStatus(indicator, StoreHealthIndicator.DEGRADED);
          assertThat(degraded.getDetails())
              .containsEntry("health", io.kvstore.Health.DEGRADED)
              .containsEntry("losses", 0L);
          assertThat((Map<?, ?>) degraded.getDetails().get("nodes"))
              .hasToString("{n0=SERVING, n1=SERVING, n2=DOWN}");

          store.cluster().crash(NodeId.of(0));
          store.cluster().crash(NodeId.of(1));
          awaitStatus(indicator, Status.OUT_OF_SERVICE);

          store.close();
          Health down = awaitStatus(indicator, Status.DOWN);
          assertThat(down.getDetails()).hasToString("{reason=the store is closed}");
        });
  }

  @Test
  void severalStoresAreToldOneByOne() {
    application
        .withPropertyValues("kvstore.stores.a.replicas=1", "kvstore.stores.b.replicas=1")
        .run(
            context ->
                assertThat(context.getBean(CompositeHealthContributor.class))
                    .extracting("name")
                    .containsExactlyInAnyOrder("a", "b"));
  }

  @Test
  void anApplicationWhoseStoreIsDegradedIsUp() {
    application
        .withConfiguration(
            AutoConfigurations.of(
                HealthContributorAutoConfiguration.class, HealthEndpointAutoConfiguration.class))
        .run(
            context -> {
              storeOf(context.getBean(KVStore.class)).cluster().crash(NodeId.of(2));
              HealthContributor store =
                  context.getBean("kvstoreHealthContributor", HealthContributor.class);
              awaitStatus((HealthIndicator) store, StoreHealthIndicator.DEGRADED);
              HealthEndpoint endpoint = context.getBean(HealthEndpoint.class);
              assertThat(endpoint.health().getStatus()).isEqualTo(Status.UP);
              assertThat(endpoint.healthForPath("kvstore").getStatus())
                  .isEqualTo(StoreHealthIndicator.DEGRADED);
            });
  }

  @Test
  void itCanBeSwitchedOffAndNeedsTheActuator() {
    application
        .withPropertyValues("management.health.kvstore.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthContributor.class));
    application
        .withClassLoader(new FilteredClassLoader(HealthIndicator.class))
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(KVStore.class)
                    .doesNotHaveBean("kvstoreHealthContributor"));
  }

  private static Health awaitStatus(HealthIndicator indicator, Status status) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Health health = indicator.health();
    while (!health.getStatus().equals(status)) {
      assertThat(System.nanoTime()).as("%s, awaiting %s", health, status).isLessThan(deadline);
      Thread.onSpinWait();
      health = indicator.health();
    }
    return health;
  }
}
