package io.kvstore.recipes;

import static io.kvstore.recipes.Threads.onThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("try") // what is only closed
class IdGeneratorTest {
  @Test
  void itCountsFromOneOnAndTakesABlockAtATime() {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      IdGenerator mine = recipes.ids("it", 3);
      IdGenerator theirs = recipes.ids("it", 2);
      assertThat(mine.next()).isEqualTo(1);
      assertThat(theirs.next()).isEqualTo(4);
      assertThat(mine.next()).isEqualTo(2);
      assertThat(mine.next()).isEqualTo(3);
      assertThat(mine.next()).isEqualTo(6);
      assertThat(theirs.next()).isEqualTo(5);
      assertThat(store.get("ids/it")).contains("8");
      assertThatThrownBy(() -> recipes.ids("it", 0)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.recipes.Stores#strongCells")
  void noNumberIsHandedOutTwice(Consistency level, Replication replication) throws Exception {
    Set<Long> all = ConcurrentHashMap.newKeySet();
    try (KVStore<String, String> store = Stores.open(level, replication);
        Recipes recipes = Recipes.over(store)) {
      List<CompletableFuture<Void>> threads = new ArrayList<>();
      IdGenerator shared = recipes.ids("it", 5);
      for (int i = 0; i < 4; i++) {
        IdGenerator ids = i % 2 == 0 ? shared : recipes.ids("it", 7);
        threads.add(
            onThread(
                () -> {
                  for (int number = 0; number < 100; number++) {
                    assertThat(all.add(ids.next())).isTrue();
                  }
                }));
      }
      for (CompletableFuture<Void> thread : threads) {
        thread.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(all).hasSize(400);
  }
}
