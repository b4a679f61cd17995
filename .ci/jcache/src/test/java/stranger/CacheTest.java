package stranger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.integration.CacheLoader;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.Test;

/** An application that knows javax.cache alone. */
class CacheTest {
  /** What it caches. */
  record Price(String article, long cents) implements Serializable {}

  /** Where it comes from. */
  public static final class Prices implements CacheLoader<String, Price>, Serializable {
    @Override
    public Price load(String article) {
      return article.equals("tea") ? new Price(article, 350) : null;
    }

    @Override
    public Map<String, Price> loadAll(Iterable<? extends String> articles) {
      throw new UnsupportedOperationException("one at a time");
    }
  }

  /** Who is told. */
  public static final class Told
      implements CacheEntryCreatedListener<String, Price>, Serializable {
    static final List<String> ARTICLES = new ArrayList<>();

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends Price>> events) {
      events.forEach(event -> ARTICLES.add(event.getKey()));
    }
  }

  @Test
  void pricesAreCached() {
    for (String level : List.of("linearizable", "eventual")) {
      Told.ARTICLES.clear();
      try (CachingProvider provider = Caching.getCachingProvider();
          CacheManager manager =
              provider.getCacheManager(URI.create("kvstore:shop?consistency=" + level), null)) {
        use(manager.createCache("prices", configuration()));
      }
    }
  }

  private static MutableConfiguration<String, Price> configuration() {
    return new MutableConfiguration<String, Price>()
        .setTypes(String.class, Price.class)
        .setReadThrough(true)
        .setCacheLoaderFactory(FactoryBuilder.factoryOf(Prices.class))
        .setExpiryPolicyFactory(
            CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.MINUTES, 5)))
        .addCacheEntryListenerConfiguration(
            new MutableCacheEntryListenerConfiguration<>(
                FactoryBuilder.factoryOf(Told.class), null, false, true));
  }

  private static void use(Cache<String, Price> cache) {
    assertEquals(new Price("tea", 350), cache.get("tea"));
    assertNull(cache.get("air"));
    assertTrue(cache.replace("tea", new Price("tea", 350), new Price("tea", 400)));
    long paid =
        cache.invoke(
            "tea",
            (entry, discount) -> {
              Price now = entry.getValue();
              entry.setValue(new Price(now.article(), now.cents() - (int) discount[0]));
              return now.cents();
            },
            50);
    assertEquals(400, paid);
    cache.putAll(Map.of("milk", new Price("milk", 120), "tea", new Price("tea", 360)));
    assertEquals(Set.of("milk", "tea"), cache.getAll(Set.of("milk", "tea")).keySet());
    assertEquals(List.of("tea", "milk"), Told.ARTICLES);
  }
}
