package bookshop;

import io.kvstore.KVStore;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;

/** Counts in the store how often it had to look something up. */
@Service
public class Catalogue {
  private final KVStore<String, String> store;

  Catalogue(KVStore<String, String> store) {
    this.store = store;
  }

  @Cacheable("titles")
  public String title(String isbn) {
    return isbn + ", looked up as number " + store.add("lookups", 1);
  }
}
