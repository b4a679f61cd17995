package io.kvstore.recipes;

import static io.kvstore.recipes.Threads.PATIENCE;
import static io.kvstore.recipes.Threads.onThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("try") // what is only closed
class CountDownTest {

  @ParameterizedTest
  @MethodSource("io.kvstore.recipes.Stores#strongCells")
  void itOpensOnceAllHaveCounted(Consistency level, Replication replication) throws Exception {
    try (KVStore<String, String> store = Stores.open(level, replication);
        Recipes recipes = Recipes.over(store)) {
      CountDown latch = recipes.countDown("it", 5);
      CompletableFuture<Void> waits = onThread(() -> assertThat(latch.await(PATIENCE)).isTrue());
      List<CompletableFuture<Void>> parties = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        parties.add(onThread(() -> recipes.countDown("it", 5).countDown()));
      }
      for (CompletableFuture<Void> party : parties) {
        party.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      waits.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(latch.remaining()).isZero();
      latch.countDown();
      assertThat(latch.await(Duration.ZERO)).isTrue();
    }
  }

  @Test
  void aPartyCountsOnce() throws InterruptedException {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      CountDown latch = recipes.countDown("it", 2);
      latch.countDown("ana");
      latch.countDown("ana");
      assertThat(latch.remaining()).isEqualTo(1);
      assertThat(latch.await(Duration.ofMillis(20))).isFalse();
      latch.countDown("bob");
      assertThat(latch.remaining()).isZero();
      latch.remove();
      assertThat(latch.remaining()).isEqualTo(2);
    }
  }

  @Test
  void anotherNumberOfPartiesIsRefused() {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      recipes.countDown("it", 2).countDown();
      assertThatThrownBy(() -> recipes.countDown("it", 3).countDown())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this latch was made for 2 parties, and not for 3");
      assertThatThrownBy(() -> recipes.countDown("it", 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> recipes.countDown("it", 1_001))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void oneThatWaitsIsToldWhenTheRecipesAreClosed() throws Exception {
    try (KVStore<String, String> store = KVStore.builder().open()) {
      Recipes recipes = Recipes.over(store);
      CountDown latch = recipes.countDown("it", 1);
      CompletableFuture<Void> waits = onThread(() -> latch.await(PATIENCE));
      Thread.sleep(20); // whether it waits already or not, it is told
      recipes.close();

      assertThatThrownBy(() -> waits.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(IllegalStateException.class);
    }
  }
}
