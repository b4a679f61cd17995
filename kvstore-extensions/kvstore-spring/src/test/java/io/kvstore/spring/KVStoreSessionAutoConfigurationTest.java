package io.kvstore.spring;

import static io.kvstore.spring.KVStoreAutoConfigurationTest.storeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.session.SessionAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.web.http.SessionRepositoryFilter;

class KVStoreSessionAutoConfigurationTest {
  private static final AutoConfigurations CONFIGURATIONS =
      AutoConfigurations.of(
          KVStoreAutoConfiguration.class,
          KVStoreSessionAutoConfiguration.class,
          SessionAutoConfiguration.class);

  private final ApplicationContextRunner plain =
      new ApplicationContextRunner().withConfiguration(CONFIGURATIONS);
  private final ApplicationContextRunner application =
      plain.withPropertyValues("kvstore.session.enabled=true");
  private final WebApplicationContextRunner web =
      new WebApplicationContextRunner()
          .withConfiguration(CONFIGURATIONS)
          .withPropertyValues("kvstore.session.enabled=true");

  @Test
  void sessionsAreInATableWhereAskedFor() {
    plain.run(context -> assertThat(context).doesNotHaveBean(SessionRepository.class));
    application.run(
        context -> {
          save(context.getBean(StoreSessionRepository.class));
          assertThat(storeOf(context.getBean("kvstore")).table("sessions").size()).isOne();
          assertThat(context).doesNotHaveBean(SessionRepositoryFilter.class);
        });
  }

  private static <S extends Session> void save(SessionRepository<S> repository) {
    repository.save(repository.createSession());
  }

  @Test
  void inAWebApplicationTheyAreThoseOfRequests() {
    web.run(
        context ->
            assertThat(context)
                .hasSingleBean(SessionRepositoryFilter.class)
                .hasSingleBean(StoreSessionRepository.class));
  }

  @Test
  void theirTimeoutIsThatOfSpringSessionOrOfTheServer() {
    application.run(context -> assertTimeout(context.getBean(StoreSessionRepository.class), 30));
    application
        .withPropertyValues("spring.session.timeout=5m")
        .run(context -> assertTimeout(context.getBean(StoreSessionRepository.class), 5));
    web.withPropertyValues("server.servlet.session.timeout=7m")
        .run(context -> assertTimeout(context.getBean(StoreSessionRepository.class), 7));
  }

  private static void assertTimeout(StoreSessionRepository repository, int minutes) {
    assertThat(repository.createSession().getMaxInactiveInterval())
        .isEqualTo(Duration.ofMinutes(minutes));
  }

  @Test
  void theyHaveAConsistencyOfTheirOwn() {
    application
        .withPropertyValues("kvstore.session.consistency=sequential")
        .run(
            context ->
                assertThat(
                        storeOf(context.getBean("kvstore"))
                            .table("sessions")
                            .cluster()
                            .view(0)
                            .consistency())
                    .isEqualTo(Consistency.SEQUENTIAL));
  }

  @Test
  void anotherRepositoryIsLeftAlone() {
    application
        .withBean(
            MapSessionRepository.class, () -> new MapSessionRepository(new ConcurrentHashMap<>()))
        .run(context -> assertThat(context).doesNotHaveBean(StoreSessionRepository.class));
  }

  @Test
  void withoutSpringSessionThereIsNone() {
    application
        .withClassLoader(new FilteredClassLoader("org.springframework.session"))
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(KVStore.class)
                    .doesNotHaveBean("sessionRepository"));
  }

  @Test
  void aStoreWithoutTablesHasThemBesideItsOwnKeys() {
    ApplicationContextRunner withoutTables =
        application.withUserConfiguration(StoreWithoutTables.class);
    withoutTables.run(
        context -> {
          save(context.getBean(StoreSessionRepository.class));
          assertThat(storeOf(context.getBean("own")).snapshot())
              .singleElement()
              .satisfies(item -> assertThat(item.key()).startsWith("session/"));
        });
    withoutTables
        .withPropertyValues("kvstore.session.consistency=eventual")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("EVENTUAL of their own: leave it out"));
  }

  @Configuration(proxyBeanMethods = false)
  static class StoreWithoutTables {
    @Bean(destroyMethod = "close")
    KVStore<String, String> own() {
      KVStore<String, String> store = KVStore.builder().replicas(1).open();
      return storeOf(
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {KVStore.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("table")) {
                  throw new UnsupportedOperationException("no tables");
                }
                try {
                  return method.invoke(store, arguments);
                } catch (InvocationTargetException thrown) {
                  throw thrown.getCause();
                }
              }));
    }
  }
}
