package io.kvstore.spring;

import io.kvstore.KVStore;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** The store that a property names, or the only one. */
final class ChosenStore {
  private ChosenStore() {}

  /**
   * The store for what has properties of this prefix.
   *
   * @param name what the property ending in {@code .store} says, if anything
   * @throws UnusablePropertiesException when there is none of that name, or several and no name
   */
  static KVStore<String, String> of(
      String prefix,
      @Nullable String name,
      Map<String, KVStore<String, String>> stores,
      ObjectProvider<KVStore<String, String>> unique) {
    KVStore<String, String> store = name == null ? unique.getIfUnique() : stores.get(name);
    if (store == null) {
      throw new UnusablePropertiesException(
          prefix,
          (name == null ? "store must name one of the stores " : "store '" + name + "' is none of ")
              + new TreeSet<>(stores.keySet()));
    }
    return store;
  }
}
