package io.kvstore.recipes;

import io.kvstore.KVStore;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two programs that use one store. */
abstract class TwoUsers {
  static final Duration LEASE = Duration.ofSeconds(30); // longer than a machine stands still

  KVStore<String, String> store;
  Recipes recipes;
  Recipes others;

  @BeforeEach
  void open() {
    store = KVStore.builder().open();
    recipes = Recipes.over(store, LEASE);
    others = Recipes.over(store, LEASE);
  }

  @AfterEach
  void close() {
    recipes.close();
    others.close();
    store.close();
  }
}
