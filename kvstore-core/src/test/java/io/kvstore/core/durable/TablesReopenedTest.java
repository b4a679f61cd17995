package io.kvstore.core.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.core.InProcess;
import io.kvstore.core.datalet.Datalets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store with a directory that is opened again has its tables, and what they held. */
final class TablesReopenedTest {
  @TempDir Path directory;

  private StoreBuilder<String, String> builder() {
    return KVStore.builder().storageDirectory(directory);
  }

  private static KVStore<String, Long> visits(KVStore<String, String> store) {
    return store.table(
        "visits",
        table -> table.values(Codecs.LONG).consistency(Consistency.EVENTUAL).splitAt("m"));
  }

  private List<String> foldersOf(int shard) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(each -> each.endsWith("shard-" + shard)).map(Path::toString).toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void tablesComeBackWithWhatTheyHeld() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("home", "a text");
      visits(store).put("home", 1L);
      visits(store).put("zoo", 2L);
      store.table("accounts", same -> same).put("ann", "3");
      visits(store).cluster().reconfigure(Consistency.LINEARIZABLE, Replication.CHAIN);
    } catch (UnsupportedOperationException | IllegalArgumentException cannotMove) {
      throw new AssertionError(cannotMove);
    }
    try (KVStore<String, String> store = builder().open()) {
      assertThat(store.tables()).containsExactly("accounts", "visits");
      assertThat(store.get("home")).contains("a text");
      KVStore<String, Long> visits = visits(store);
      assertThat(visits.get("home")).contains(1L);
      assertThat(visits.get("zoo")).contains(2L);
      assertThat(visits.cluster().view(0).replication()).isEqualTo(Replication.CHAIN);
      assertThat(store.table("accounts").get("ann")).contains("3");
      assertThatThrownBy(() -> store.table("visits", same -> same))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("splitAt[m]");
      visits.put("zoo", 4L);
    }
    try (KVStore<String, String> store = builder().open()) {
      assertThat(visits(store).get("zoo")).contains(4L);
    }
  }

  @Test
  void aTableThatWasDroppedIsNotThereAgainAndLeavesNoFile() {
    try (KVStore<String, String> store = builder().open()) {
      visits(store).put("home", 1L);
      assertThat(foldersOf(1)).hasSize(3);
      store.dropTable("visits");
      assertThat(foldersOf(1)).isEmpty();
      assertThat(foldersOf(2)).isEmpty();
      assertThat(foldersOf(0)).hasSize(4); // with that of the record
    }
    try (KVStore<String, String> store = builder().open()) {
      assertThat(store.tables()).isEmpty();
      assertThat(visits(store).get("home")).isEmpty();
      assertThat(store.cluster().tableOf(3)).contains("visits"); // with numbers of its own
    }
  }

  @Test
  void aNodeThatCrashesKeepsWhatItHadOfATable() {
    try (KVStore<String, String> store = builder().open()) {
      KVStore<String, String> table = store.table("t", same -> same);
      table.put("k", "v");
      store.cluster().nodes().forEach(store.cluster()::crash);
      store.cluster().nodes().forEach(store.cluster()::restart);
      assertThat(store.cluster().awaitMember(NodeId.of(2), Duration.ofSeconds(10))).isTrue();
      assertThat(table.get("k")).contains("v");
    }
  }

  @Test
  void tablesComeBackWhereTheirShardsHadMoved() {
    StoreBuilder<String, String> placed = builder().nodes(4).replicas(2).shards(2);
    try (KVStore<String, String> store = placed.open()) {
      KVStore<String, String> table = store.table("t", each -> each.shards(4));
      for (int i = 0; i < 20; i++) {
        table.put("k" + i, "v" + i);
      }
      store.cluster().remove(NodeId.of(3));
    }
    try (KVStore<String, String> store = placed.open()) {
      KVStore<String, String> table = store.table("t", each -> each.shards(4));
      assertThat(table.size()).isEqualTo(20);
    }
  }

  @Test
  void withoutARecordNothingFromBeforeIsTakenForATable() {
    InProcess own =
        new InProcess()
            .datalet(
                (node, shard) -> Datalets.log(directory).open(node, shard)); // not durable, it says
    try (KVStore<String, String> store = KVStore.builder().engine(own).open()) {
      store.table("a", same -> same).put("k", "v");
    }
    try (KVStore<String, String> store = KVStore.builder().engine(own).open()) {
      assertThat(store.tables()).isEmpty();
      assertThatThrownBy(() -> store.table("b", same -> same))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("shard 1 of a table that is new holds something")
          .hasMessageContaining("storageDirectory");
      assertThat(foldersOf(1)).hasSize(3); // nothing was taken away
    }
  }

  @Test
  void tablesInDurableDataletsOfTheCallersComeBack() {
    InProcess own = new InProcess().datalet(Datalets.log(directory));
    try (KVStore<String, String> store = KVStore.builder().engine(own).open()) {
      store.table("a", same -> same).put("k", "v");
    }
    try (KVStore<String, String> store = KVStore.builder().engine(own).open()) {
      assertThat(store.tables()).hasSize(1);
      assertThat(store.table("a").get("k")).contains("v");
    }
  }
}
