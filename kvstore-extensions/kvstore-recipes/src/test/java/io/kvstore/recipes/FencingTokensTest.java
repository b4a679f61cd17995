package io.kvstore.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A later holder has a greater token, over the whole life of a key. */
@SuppressWarnings("try") // what is only closed
class FencingTokensTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  @ParameterizedTest
  @MethodSource("io.kvstore.recipes.Stores#strongCells")
  void tokensGrowAlsoWhenTheEntryIsGoneAndAnotherNodeIsAsked(
      Consistency level, Replication replication) throws InterruptedException {
    try (KVStore<String, String> cell = Stores.open(level, replication)) {
      List<Long> tokens = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        KVStore<String, String> node = cell.at(NodeId.of(i % 3));
        try (Recipes there = Recipes.over(node, LEASE)) {
          Hold hold = there.lock("it").acquire();
          tokens.add(hold.token());
          if (i % 2 == 0) {
            cell.remove("lock/it");
          } else {
            hold.close();
          }
        }
      }
      assertThat(tokens).doesNotHaveDuplicates().isSorted();
    }
  }

  @Test
  void tokensGrowWhenTheStoreMovesToOtherProtocols() throws InterruptedException {
    List<Long> tokens = new ArrayList<>();
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store, LEASE)) {
      for (Replication next :
          List.of(
              Replication.QUORUM, Replication.CHAIN, Replication.RAFT, Replication.TOTAL_ORDER)) {
        try (Hold hold = recipes.lock("it").acquire()) {
          tokens.add(hold.token());
        }
        store.cluster().reconfigure(Consistency.LINEARIZABLE, next);
        try (Hold hold = recipes.lock("it").acquire()) {
          tokens.add(hold.token());
        }
      }
    }
    assertThat(tokens).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void tokensGrowWhenTheStoreIsOpenedAgain(@TempDir Path directory) throws InterruptedException {
    List<Long> tokens = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (KVStore<String, String> kept = KVStore.builder().storageDirectory(directory).open();
          Recipes its = Recipes.over(kept)) {
        Hold hold = its.lock("it").acquire();
        tokens.add(hold.token());
        hold.close();
      }
    }
    assertThat(tokens).doesNotHaveDuplicates().isSorted();
  }
}
