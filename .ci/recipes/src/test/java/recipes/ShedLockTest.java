package recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.recipes.Recipes;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.test.support.AbstractExtensibleLockProviderIntegrationTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** ShedLock's own tests of a provider, on locks of a store. */
class ShedLockTest extends AbstractExtensibleLockProviderIntegrationTest {
  private KVStore<String, String> store;
  private Recipes recipes;
  private Recipes others;
  private RecipesLockProvider provider;

  @BeforeEach
  void open() {
    store = KVStore.builder().open();
    recipes = Recipes.over(store);
    others = Recipes.over(store);
    provider = new RecipesLockProvider(recipes);
  }

  @AfterEach
  void close() {
    provider.close();
    recipes.close();
    others.close();
    store.close();
  }

  @Override
  protected ExtensibleLockProvider getLockProvider() {
    return provider;
  }

  @Override
  protected void assertUnlocked(String lockName) {
    var free = others.lock(lockName).tryAcquire();
    assertThat(free).isPresent();
    free.get().close();
  }

  @Override
  protected void assertLocked(String lockName) {
    assertThat(others.lock(lockName).tryAcquire()).isEmpty();
  }
}
