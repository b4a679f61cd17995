package io.kvstore.jcache;

import java.util.Optional;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/**
 * What the factories of a configuration have made for one cache, which closes it in the end.
 *
 * @param loader where values come from that are not in the cache
 * @param writer where values go to before they are in the cache
 * @param expiryPolicy says how long entries live
 */
record Customizations<K, V>(
    Optional<CacheLoader<K, V>> loader,
    Optional<CacheWriter<? super K, ? super V>> writer,
    ExpiryPolicy expiryPolicy) {
  /** Makes all of them; where a factory throws, those that were made are closed. */
  static <K, V> Customizations<K, V> of(CompleteConfiguration<K, V> configuration) {
    Optional<CacheLoader<K, V>> loader = made(configuration.getCacheLoaderFactory());
    Optional<CacheWriter<? super K, ? super V>> writer = Optional.empty();
    try {
      writer = made(configuration.getCacheWriterFactory());
      return new Customizations<>(loader, writer, configuration.getExpiryPolicyFactory().create());
    } catch (RuntimeException failure) {
      loader.ifPresent(Closing::quietly);
      writer.ifPresent(Closing::quietly);
      throw failure;
    }
  }

  private static <T> Optional<T> made(@Nullable Factory<? extends T> factory) {
    return factory == null ? Optional.empty() : Optional.of(factory.create());
  }

  void close() {
    loader.ifPresent(Closing::quietly);
    writer.ifPresent(Closing::quietly);
    Closing.quietly(expiryPolicy);
  }
}
