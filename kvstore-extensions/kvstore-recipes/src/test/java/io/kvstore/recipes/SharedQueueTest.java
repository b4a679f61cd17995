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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("try") // what is only closed
class SharedQueueTest {

  @Test
  void firstInFirstOut() {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      SharedQueue queue = recipes.queue("it");
      assertThat(queue.poll()).isEmpty();
      for (int i = 0; i < 250; i++) {
        queue.offer("text " + i);
      }
      recipes.queue("it!").offer("of another queue");
      assertThat(queue.size()).isEqualTo(250);
      for (int i = 0; i < 250; i++) {
        assertThat(queue.poll()).contains("text " + i);
      }
      assertThat(queue.poll()).isEmpty();
      assertThat(queue.size()).isZero();
      queue.offer("");
      assertThat(queue.poll()).contains("");
    }
  }

  @Test
  void oneThatWaitsGetsWhatIsOffered() throws Exception {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      SharedQueue queue = recipes.queue("it");
      assertThat(queue.poll(Duration.ofMillis(10))).isEmpty();
      CompletableFuture<Void> waits =
          onThread(() -> assertThat(queue.poll(PATIENCE)).contains("hello"));
      Thread.sleep(20); // whether it waits already or not, it gets it
      queue.offer("hello");
      waits.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.recipes.Stores#strongCells")
  void eachTextIsGivenToOneTaker(Consistency level, Replication replication) throws Exception {
    if (replication == Replication.QUORUM) {
      return; // refused, see below
    }
    int each = 30;
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> all = new ArrayList<>();
    try (KVStore<String, String> store = Stores.open(level, replication);
        Recipes recipes = Recipes.over(store)) {
      for (int i = 0; i < 2; i++) {
        String name = "p" + i + " ";
        all.add(
            onThread(
                () -> {
                  for (int number = 0; number < each; number++) {
                    recipes.queue("it").offer(name + number);
                  }
                }));
        all.add(
            onThread(
                () -> {
                  for (int number = 0; number < each; number++) {
                    Optional<String> text = recipes.queue("it").poll(PATIENCE);
                    taken.add(text.orElseThrow());
                  }
                }));
      }
      for (CompletableFuture<Void> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(taken).hasSize(2 * each).doesNotHaveDuplicates();
  }

  @Test
  void aStoreThatCannotListKeysIsRefusedInWords() {
    try (KVStore<String, String> store = Stores.open(Consistency.LINEARIZABLE, Replication.QUORUM);
        Recipes recipes = Recipes.over(store)) {
      assertThatThrownBy(() -> recipes.queue("it"))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("by QUORUM");
    }
  }
}
