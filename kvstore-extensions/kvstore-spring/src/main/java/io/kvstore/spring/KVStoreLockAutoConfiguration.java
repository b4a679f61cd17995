package io.kvstore.spring;

import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.recipes.Recipes;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.support.locks.LockRegistry;

/**
 * Makes a lock registry over the locks of a store, where {@code kvstore-recipes} and Spring
 * Integration are both there, and the application has no other.
 */
@AutoConfiguration(after = KVStoreAutoConfiguration.class)
@ConditionalOnClass({LockRegistry.class, Recipes.class})
@ConditionalOnBean(KVStore.class)
@ConditionalOnMissingBean(LockRegistry.class)
@ConditionalOnProperty(name = "kvstore.lock.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LockProperties.class)
public final class KVStoreLockAutoConfiguration {
  private static final String TABLE = "locks";

  /** Made by Spring. */
  public KVStoreLockAutoConfiguration() {}

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  Recipes kvstoreRecipes(
      LockProperties properties,
      Map<String, KVStore<String, String>> stores,
      ObjectProvider<KVStore<String, String>> unique) {
    KVStore<String, String> store =
        ChosenStore.of("kvstore.lock", properties.store(), stores, unique);
    try {
      return Recipes.over(isStrong(store) ? store : strongTable(store), properties.lease());
    } catch (IllegalArgumentException refused) {
      throw new UnusablePropertiesException(
          "kvstore.lock", String.valueOf(refused.getMessage()), refused);
    }
  }

  /** Whether locks can be in it. A store that cannot say so is taken at its word. */
  private static boolean isStrong(KVStore<String, String> store) {
    try {
      return store.cluster().view(0).consistency().isAtLeast(Consistency.SEQUENTIAL);
    } catch (KVStoreException | UnsupportedOperationException unknown) {
      return true;
    }
  }

  private static KVStore<String, String> strongTable(KVStore<String, String> store) {
    return store.table(
        TABLE,
        table ->
            table.keys(Codecs.STRING).values(Codecs.STRING).consistency(Consistency.LINEARIZABLE));
  }

  @Bean
  LockRegistry kvstoreLockRegistry(Recipes recipes) {
    return new StoreLockRegistry(recipes);
  }
}
