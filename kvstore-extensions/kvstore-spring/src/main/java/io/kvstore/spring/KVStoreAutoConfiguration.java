package io.kvstore.spring;

import io.kvstore.KVStore;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Opens a store of the properties {@code kvstore.*}, or those that are named under {@code
 * kvstore.stores}. Each is closed with its context.
 */
@AutoConfiguration
@EnableConfigurationProperties({StoreProperties.class, NamedStoresProperties.class})
public final class KVStoreAutoConfiguration {
  /** Made by Spring. */
  public KVStoreAutoConfiguration() {}

  @Bean(destroyMethod = "close")
  @Conditional(OnMissingStore.class)
  KVStore<String, String> kvstore(StoreProperties properties) {
    return properties.open("kvstore");
  }

  // A class of its own: its definitions are there before it is asked whether a store is missing.
  @Configuration(proxyBeanMethods = false)
  @Import(NamedStores.class)
  static class Named {}
}
