package io.kvstore.spring;

import static io.kvstore.spring.KVStoreAutoConfigurationTest.storeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.recipes.Recipes;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.integration.support.locks.DefaultLockRegistry;
import org.springframework.integration.support.locks.LockRegistry;

@SuppressWarnings("LockNotBeforeTry") // a test that fails may leave a lock held
class KVStoreLockAutoConfigurationTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  KVStoreAutoConfiguration.class, KVStoreLockAutoConfiguration.class));

  @Test
  void locksAreThoseOfRecipesOverTheStore() {
    application.run(
        context -> {
          Lock lock = context.getBean(LockRegistry.class).obtain("ledger");
          lock.lock();
          KVStore<String, String> store = storeOf(context.getBean("kvstore"));
          assertThat(store.contains("lock/ledger")).isTrue();
          assertThat(context.getBean(Recipes.class).lock("ledger").tryAcquire()).isEmpty();
          lock.unlock();
        });
  }

  @Test
  void aWeakStoreHasThemInAStrongTable() {
    application
        .withPropertyValues("kvstore.consistency=eventual")
        .run(
            context -> {
              context.getBean(LockRegistry.class).obtain("ledger").lock();
              KVStore<String, String> store = storeOf(context.getBean("kvstore"));
              KVStore<String, String> table = store.table("locks");
              assertThat(table.contains("lock/ledger")).isTrue();
              assertThat(table.cluster().view(0).consistency()).isEqualTo(Consistency.LINEARIZABLE);
            });
  }

  @Test
  void anotherRegistryIsLeftAloneAndItCanBeSwitchedOff() {
    application
        .withBean(DefaultLockRegistry.class)
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(LockRegistry.class)
                    .hasSingleBean(DefaultLockRegistry.class)
                    .doesNotHaveBean(Recipes.class));
    application
        .withPropertyValues("kvstore.lock.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(LockRegistry.class));
  }

  @Test
  void withoutSpringIntegrationOrRecipesThereIsNone() {
    for (Class<?> missing : new Class<?>[] {LockRegistry.class, Recipes.class}) {
      application
          .withClassLoader(new FilteredClassLoader(missing))
          .run(
              context ->
                  assertThat(context)
                      .hasSingleBean(KVStore.class)
                      .doesNotHaveBean("kvstoreLockRegistry"));
    }
  }

  @Test
  void wrongPropertiesAreToldWithTheValueAndTheRemedy() {
    application
        .withPropertyValues("kvstore.lock.lease=10ms")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("kvstore.lock.*")
                    .hasStackTraceContaining("a lease is from PT0.1S to PT24H, not PT0.01S"));
    application
        .withPropertyValues("kvstore.stores.a.replicas=1", "kvstore.stores.b.replicas=1")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("store must name one of the stores [a, b]"));
    application
        .withPropertyValues(
            "kvstore.stores.a.replicas=1",
            "kvstore.stores.b.replicas=1",
            "kvstore.lock.store=b",
            "kvstore.lock.lease=1s")
        .run(
            context -> {
              context.getBean(LockRegistry.class).obtain("ledger").lock();
              assertThat(storeOf(context.getBean("b")).contains("lock/ledger")).isTrue();
            });
  }
}
