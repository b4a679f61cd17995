package io.kvstore.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class KVStoreAutoConfigurationTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(KVStoreAutoConfiguration.class));

  @Test
  void withoutPropertiesThereIsALinearizableStoreOfThreeReplicas() {
    application.run(
        context -> {
          KVStore<String, String> store = storeOf(context.getBean("kvstore"));
          store.put("greeting", "hello");
          assertThat(store.get("greeting")).contains("hello");
          assertThat(store.cluster().nodes()).hasSize(3);
          assertThat(store.cluster().view(0).consistency()).isEqualTo(Consistency.LINEARIZABLE);
        });
  }

  @Test
  void propertiesDescribeTheStore() {
    application
        .withPropertyValues(
            "kvstore.consistency=causal",
            "kvstore.replication=broadcast",
            "kvstore.replicas=2",
            "kvstore.nodes=4",
            "kvstore.shards=3",
            "kvstore.timeout=2s",
            "kvstore.failover-detection=100ms",
            "kvstore.engine=in-process")
        .run(
            context -> {
              KVStore<String, String> store = storeOf(context.getBean(KVStore.class));
              assertThat(store.cluster().nodes()).hasSize(4);
              assertThat(store.cluster().shards()).isEqualTo(3);
              assertThat(store.cluster().holders(0)).hasSize(2);
              assertThat(store.cluster().view(0).consistency()).isEqualTo(Consistency.CAUSAL);
              assertThat(store.cluster().view(0).replication()).isEqualTo(Replication.BROADCAST);
            });
  }

  @Test
  void aStoreWithADirectoryComesBackInTheNextContext(@TempDir Path directory) {
    ApplicationContextRunner durable =
        application.withPropertyValues("kvstore.storage-directory=" + directory);
    durable.run(context -> storeOf(context.getBean(KVStore.class)).put("key", "value"));
    durable.run(
        context ->
            assertThat(storeOf(context.getBean(KVStore.class)).get("key")).contains("value"));
  }

  @Test
  void noThreadOutlivesTheContext() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    application.run(
        context -> {
          storeOf(context.getBean(KVStore.class)).put("key", "value");
          assertThat(threadsSince(before)).isNotEmpty();
        });
    assertThat(threadsSince(before)).isEmpty();
  }

  private static Set<String> threadsSince(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> !before.contains(each))
        .map(Thread::getName)
        .filter(name -> name.startsWith("kvstore"))
        .collect(Collectors.toSet());
  }

  @Test
  void aStoreOfTheApplicationTakesThePlaceOfTheDefault() {
    application
        .withUserConfiguration(OwnStore.class)
        .run(
            context -> {
              assertThat(context).hasSingleBean(KVStore.class).hasBean("own");
              assertThat(context.getBean(KVStore.class).cluster().nodes())
                  .containsExactly(NodeId.of(0));
            });
  }

  @Test
  void aTableOfTheDefaultCanBeABean() {
    application
        .withUserConfiguration(Table.class)
        .run(
            context -> {
              assertThat(storeOf(context.getBean("kvstore")).tables()).containsExactly("visits");
              assertThat(context).hasBean("visits");
            });
  }

  @Test
  void namedStoresAreBeansOfTheirNames() {
    application
        .withPropertyValues(
            "kvstore.stores.orders.replicas=1",
            "kvstore.stores.sessions.consistency=eventual",
            "kvstore.stores.sessions.shards=2")
        .run(
            context -> {
              assertThat(context).doesNotHaveBean("kvstore");
              KVStore<String, String> orders = storeOf(context.getBean("orders"));
              KVStore<String, String> sessions = storeOf(context.getBean("sessions"));
              orders.put("key", "value");
              assertThat(sessions.contains("key")).isFalse();
              assertThat(orders.cluster().nodes()).hasSize(1);
              assertThat(sessions.cluster().shards()).isEqualTo(2);
              context.close();
              assertThatThrownBy(() -> orders.get("key")).isInstanceOf(IllegalStateException.class);
            });
  }

  @Test
  void wrongPropertiesAreToldWithTheValueAndTheRemedy() {
    failure("kvstore.replication=craq", "kvstore.consistency=causal")
        .contains("kvstore.*", "CRAQ cannot give CAUSAL consistency: use BROADCAST");
    failure("kvstore.replicas=0").contains("kvstore.*", "0");
    failure("kvstore.failover-detection=1ms").contains("at least PT0.01S, not PT0.001S");
    failure("kvstore.engine=steam").contains("no engine 'steam'", "in-process");
    failure("kvstore.engine-options.id=n1").contains("[id]", "set engine");
    failure("kvstore.engine=in-process", "kvstore.engine-options.id=n1").contains("[id]", "remove");
    failure("kvstore.stores.orders.shards=-1").contains("kvstore.stores.orders.*", "-1");
    failure("kvstore.consistency=strong").contains("strong");
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    application
        .withUserConfiguration(OwnStore.class)
        .withPropertyValues("kvstore.stores.own.replicas=1")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageContainingAll("kvstore.stores.own.*", "'own'", "choose another"));
  }

  private AbstractStringAssert<?> failure(String... properties) {
    StringBuilder words = new StringBuilder();
    application
        .withPropertyValues(properties)
        .run(
            context -> {
              assertThat(context).hasFailed();
              for (Throwable each = context.getStartupFailure();
                  each != null;
                  each = each.getCause()) {
                words.append(each.getMessage()).append('\n');
              }
            });
    return assertThat(words.toString());
  }

  @SuppressWarnings("unchecked")
  static KVStore<String, String> storeOf(Object bean) {
    return (KVStore<String, String>) bean;
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnStore {
    @Bean
    KVStore<String, String> own() {
      return KVStore.builder().replicas(1).open();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Table {
    @Bean
    KVStore<String, Long> visits(KVStore<String, String> store) {
      return store.table("visits", table -> table.values(Codecs.LONG));
    }
  }
}
