package io.kvstore.jcache;

import java.net.URI;
import javax.cache.configuration.CacheEntryListenerConfiguration;

/**
 * The configuration of an open cache: what of it can change, and what depends on that. Management
 * beans are there while they are enabled, listeners while they are registered.
 */
final class CurrentConfiguration<K, V> {
  private final KVStoreConfiguration<K, V> configuration;
  private final Listeners<K, V> listeners;
  private final Statistics statistics;
  private final ManagementBean statisticsBean;
  private final ManagementBean configurationBean;

  CurrentConfiguration(
      KVStoreConfiguration<K, V> configuration,
      Listeners<K, V> listeners,
      Statistics statistics,
      URI manager,
      String cache) {
    this.configuration = configuration;
    this.listeners = listeners;
    this.statistics = statistics;
    statisticsBean = new ManagementBean(statistics, "Statistics", manager, cache);
    configurationBean =
        new ManagementBean(new ConfigurationBean(this::copy), "Configuration", manager, cache);
  }

  /** Makes the listeners and beans that the configuration has from the beginning. */
  synchronized void start() {
    try {
      configuration.getCacheEntryListenerConfigurations().forEach(listeners::add);
      setStatisticsEnabled(configuration.isStatisticsEnabled());
      setManagementEnabled(configuration.isManagementEnabled());
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  synchronized KVStoreConfiguration<K, V> copy() {
    return new KVStoreConfiguration<>(configuration);
  }

  synchronized void register(CacheEntryListenerConfiguration<K, V> listener) {
    configuration.addCacheEntryListenerConfiguration(listener);
    try {
      listeners.add(listener);
    } catch (RuntimeException failure) {
      configuration.removeCacheEntryListenerConfiguration(listener);
      throw failure;
    }
  }

  synchronized void deregister(CacheEntryListenerConfiguration<K, V> listener) {
    configuration.removeCacheEntryListenerConfiguration(listener);
    listeners.remove(listener);
  }

  synchronized void setStatisticsEnabled(boolean enabled) {
    configuration.setStatisticsEnabled(enabled);
    statistics.setOn(enabled);
    statisticsBean.setRegistered(enabled);
  }

  synchronized void setManagementEnabled(boolean enabled) {
    configuration.setManagementEnabled(enabled);
    configurationBean.setRegistered(enabled);
  }

  synchronized void close() {
    statisticsBean.setRegistered(false);
    configurationBean.setRegistered(false);
    listeners.close();
  }
}
