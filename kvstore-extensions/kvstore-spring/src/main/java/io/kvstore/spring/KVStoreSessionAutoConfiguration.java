package io.kvstore.spring;

import io.kvstore.Codecs;
import io.kvstore.KVStore;
import io.kvstore.TableBuilder;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.session.SessionAutoConfiguration;
import org.springframework.boot.autoconfigure.session.SessionProperties;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.IndexResolver;
import org.springframework.session.MapSession;
import org.springframework.session.PrincipalNameIndexResolver;
import org.springframework.session.Session;
import org.springframework.session.SessionIdGenerator;
import org.springframework.session.SessionRepository;
import org.springframework.session.UuidSessionIdGenerator;
import org.springframework.session.config.annotation.web.http.SpringHttpSessionConfiguration;

/**
 * Keeps sessions in a store, where Spring Session is there, {@code kvstore.session.enabled} says
 * so, and the application has no other session repository. In a servlet application they are those
 * of its requests.
 */
@AutoConfiguration(after = KVStoreAutoConfiguration.class, before = SessionAutoConfiguration.class)
@ConditionalOnClass(FindByIndexNameSessionRepository.class)
@ConditionalOnBean(KVStore.class)
@ConditionalOnMissingBean(SessionRepository.class)
@ConditionalOnProperty("kvstore.session.enabled")
@EnableConfigurationProperties({SessionStoreProperties.class, SessionProperties.class})
public final class KVStoreSessionAutoConfiguration {
  private static final String TABLE = "sessions";

  /** Made by Spring. */
  public KVStoreSessionAutoConfiguration() {}

  @Bean
  StoreSessionRepository sessionRepository(
      ApplicationContext context,
      SessionStoreProperties properties,
      SessionProperties sessions,
      ObjectProvider<ServerProperties> server,
      ObjectProvider<IndexResolver<Session>> resolver,
      ObjectProvider<SessionIdGenerator> ids,
      Map<String, KVStore<String, String>> stores,
      ObjectProvider<KVStore<String, String>> unique) {
    KVStore<String, String> store =
        ChosenStore.of("kvstore.session", properties.store(), stores, unique);
    Duration timeout = sessions.determineTimeout(() -> timeoutOf(server.getIfAvailable()));
    return new StoreSessionRepository(
        keySpace(store, properties),
        new SerializedValues(context.getClassLoader()),
        resolver.getIfAvailable(PrincipalNameIndexResolver::new),
        ids.getIfAvailable(UuidSessionIdGenerator::getInstance),
        new StoreSessionRepository.Settings(timeout, properties.saveMode()));
  }

  private static Duration timeoutOf(@Nullable ServerProperties server) {
    Duration timeout = server == null ? null : server.getServlet().getSession().getTimeout();
    return timeout == null ? MapSession.DEFAULT_MAX_INACTIVE_INTERVAL : timeout;
  }

  /** A table; the store itself where its engine has none. */
  private static KVStore<String, String> keySpace(
      KVStore<String, String> store, SessionStoreProperties properties) {
    try {
      return store.table(
          TABLE,
          table -> {
            TableBuilder<String, String> texts = table.keys(Codecs.STRING).values(Codecs.STRING);
            return properties.consistency() == null
                ? texts
                : texts.consistency(properties.consistency());
          });
    } catch (UnsupportedOperationException noTables) {
      if (properties.consistency() != null) {
        throw new UnusablePropertiesException(
            "kvstore.session",
            "the engine of the store has no tables, so sessions cannot have the consistency "
                + properties.consistency()
                + " of their own: leave it out",
            noTables);
      }
      return store;
    }
  }

  /** The filter by which requests of servlets have their sessions. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @Import(SpringHttpSessionConfiguration.class)
  static class Servlets {}
}
