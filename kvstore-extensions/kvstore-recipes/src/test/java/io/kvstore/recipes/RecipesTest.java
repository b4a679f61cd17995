package io.kvstore.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked for, and what is refused. */
@SuppressWarnings("try") // what is only closed
class RecipesTest {
  @ParameterizedTest
  @EnumSource(
      value = Consistency.class,
      names = {"CAUSAL", "EVENTUAL"})
  void aStoreThatIsTooWeakIsRefusedInWords(Consistency level) {
    try (KVStore<String, String> store = KVStore.builder().consistency(level).open()) {
      assertThatThrownBy(() -> Recipes.over(store))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("that is " + level)
          .hasMessageContaining("LINEARIZABLE or SEQUENTIAL");
    }
  }

  @Test
  void aWeakStoreOfOtherTypesHasATableForThem() throws InterruptedException {
    try (KVStore<Long, byte[]> store =
        KVStore.builder()
            .keys(Codecs.LONG)
            .values(Codecs.BYTE_ARRAY)
            .consistency(Consistency.EVENTUAL)
            .open()) {
      KVStore<String, String> texts =
          store.table(
              "recipes",
              table ->
                  table
                      .keys(Codecs.STRING)
                      .values(Codecs.STRING)
                      .consistency(Consistency.LINEARIZABLE));
      try (Recipes recipes = Recipes.over(texts);
          Hold hold = recipes.lock("it").acquire()) {
        assertThat(hold.token()).isPositive();
        assertThat(texts.contains("lock/it")).isTrue();
      }
    }
  }

  @Test
  void aStoreWithManyShardsWillDo() throws InterruptedException {
    try (KVStore<String, String> store = KVStore.builder().shards(8).open();
        Recipes recipes = Recipes.over(store)) {
      for (int i = 0; i < 20; i++) {
        recipes.queue("it").offer("text " + i);
        try (Hold hold = recipes.lock("lock-" + i).acquire()) {
          assertThat(hold.isHeld()).isTrue();
        }
      }
      for (int i = 0; i < 20; i++) {
        assertThat(recipes.queue("it").poll()).contains("text " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "a\tb", "a\nb", "\u0000"})
  void namesHaveNoSpaces(String name) {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      assertThatThrownBy(() -> recipes.lock(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a name has 1 to 200 characters");
    }
  }

  @Test
  void aLeaseHasBounds() {
    try (KVStore<String, String> store = KVStore.builder().open()) {
      for (Duration lease : List.of(Duration.ZERO, Duration.ofMillis(99), Duration.ofDays(2))) {
        assertThatThrownBy(() -> Recipes.over(store, lease))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("a lease is from PT0.1S to PT24H, not " + lease);
      }
    }
  }

  @Test
  void aClosedRecipeRefuses() {
    try (KVStore<String, String> store = KVStore.builder().open()) {
      Recipes recipes = Recipes.over(store);
      FencedLock lock = recipes.lock("it");
      SharedQueue queue = recipes.queue("it");
      IdGenerator ids = recipes.ids("it", 1);
      RateLimiter limiter = recipes.rateLimiter("it", 1, Duration.ofSeconds(1));
      CountDown latch = recipes.countDown("it", 1);
      recipes.close();
      recipes.close();

      assertThatThrownBy(lock::tryAcquire).hasMessage("the recipes are closed");
      assertThatThrownBy(lock::acquire).hasMessage("the recipes are closed");
      assertThatThrownBy(queue::poll).hasMessage("the recipes are closed");
      assertThatThrownBy(() -> queue.offer("text")).hasMessage("the recipes are closed");
      assertThatThrownBy(ids::next).hasMessage("the recipes are closed");
      assertThatThrownBy(limiter::tryAcquire).hasMessage("the recipes are closed");
      assertThatThrownBy(latch::countDown).hasMessage("the recipes are closed");
    }
  }

  @Test
  void eachArgumentIsNamedThatMustNotBeNull() throws Exception {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      LeadershipListener listener = leadership -> {};
      Map<Class<?>, Object> samples =
          Map.of(
              String.class,
              "text",
              int.class,
              1,
              long.class,
              1L,
              Duration.class,
              Duration.ofSeconds(1),
              KVStore.class,
              store,
              Runnable.class,
              (Runnable) () -> {},
              LeadershipListener.class,
              listener);
      List<String> wrong = new ArrayList<>();
      for (Object asked :
          List.of(
              recipes,
              recipes.lock("it"),
              recipes.reentrantLock("it"),
              recipes.readWriteLock("it"),
              recipes.semaphore("it", 1),
              recipes.countDown("it", 1),
              recipes.rateLimiter("it", 1, Duration.ofSeconds(1)),
              recipes.queue("it"),
              recipes.ids("it", 1),
              recipes.lock("held").tryAcquire().orElseThrow())) {
        for (Method method : asked.getClass().getMethods()) {
          if (method.getDeclaringClass() != Object.class) {
            tryAll(asked, method, samples, wrong);
          }
        }
      }
      assertThat(wrong).isEmpty();
    }
  }

  private static void tryAll(
      Object asked, Method method, Map<Class<?>, Object> samples, List<String> wrong)
      throws IllegalAccessException {
    for (int i = 0; i < method.getParameterCount(); i++) {
      Class<?>[] types = method.getParameterTypes();
      if (types[i].isPrimitive() || method.getName().equals("equals")) {
        continue;
      }
      Object[] arguments = Arrays.stream(types).map(samples::get).toArray();
      arguments[i] = null;
      method.setAccessible(true);
      try {
        method.invoke(asked, arguments);
        wrong.add(method + " takes null");
      } catch (InvocationTargetException thrown) {
        String message = String.valueOf(thrown.getCause().getMessage());
        if (!(thrown.getCause() instanceof NullPointerException)
            || !message.matches("[a-z][A-Za-z]*")) {
          wrong.add(method + " throws " + thrown.getCause());
        }
      }
    }
  }

  @Test
  void itWorksOnAllThatAreStrong() {
    assertThat(Stores.strongCells()).hasSizeGreaterThan(10);
    assertThat(Replication.PRIMARY.supports(Consistency.LINEARIZABLE)).isTrue();
  }
}
