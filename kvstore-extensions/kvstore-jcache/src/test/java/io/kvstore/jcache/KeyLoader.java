package io.kvstore.jcache;

import java.util.LinkedHashMap;
import java.util.Map;
import javax.cache.integration.CacheLoader;

/** A loader whose values are the keys; it has none for an empty key, and fails for "failing". */
public final class KeyLoader implements CacheLoader<String, String> {
  private final Runnable before;

  /** A loader that answers at once. */
  public KeyLoader() {
    this(() -> {});
  }

  /** A loader that does something before it answers. */
  KeyLoader(Runnable before) {
    this.before = before;
  }

  @Override
  public String load(String key) {
    before.run();
    if (key.equals("failing")) {
      throw new IllegalStateException("the source is away");
    }
    return key.isEmpty() ? null : key;
  }

  @Override
  public Map<String, String> loadAll(Iterable<? extends String> keys) {
    Map<String, String> loaded = new LinkedHashMap<>();
    keys.forEach(key -> loaded.put(key, load(key)));
    return loaded;
  }
}
