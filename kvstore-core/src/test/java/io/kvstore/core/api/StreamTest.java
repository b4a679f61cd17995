package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.Scan;
import io.kvstore.core.Simulation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Entries that are fetched in pages while they are read. */
final class StreamTest {
  private static final int MANY = 1_000;

  private final KVStore<String, String> store =
      KVStore.builder().shards(3).engine(Simulation.withSeed(1)).open();

  @AfterEach
  void close() {
    store.close();
  }

  private static String key(int number) {
    return String.format("user/%04d", number);
  }

  private static List<String> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(StreamTest::key).toList();
  }

  private void fill() {
    keys(0, MANY).forEach(key -> store.put(key, "v"));
    store.put("a", "before");
    store.put("users", "after");
  }

  @Test
  void allThatAScanSelectsIsThereInOrder() {
    fill();
    Scan<String> users = Scan.prefix("user/");
    assertThat(store.stream(users).map(Item::key)).containsExactlyElementsOf(keys(0, MANY));
    assertThat(store.stream(users.startAfter(key(299)).until(key(900))).map(Item::key))
        .containsExactlyElementsOf(keys(300, 900));
    assertThat(store.stream(Scan.all())).hasSize(MANY + 2);
    assertThat(store.stream(Scan.prefix("x"))).isEmpty();
  }

  @Test
  void itEndsAtItsLimit() {
    fill();
    for (int limit : new int[] {1, 255, 256, 257, 512, MANY - 1, MANY, MANY + 1, MANY + 2}) {
      assertThat(store.stream(Scan.<String>all().limit(limit))).hasSize(limit);
    }
    assertThat(store.stream(Scan.<String>all().limit(2 * MANY))).hasSize(MANY + 2);
  }

  @Test
  void pagesAreFetchedWhenTheyAreAskedFor() {
    fill();
    Iterator<Item<String, String>> read = store.stream(Scan.<String>prefix("user/")).iterator();
    List<String> seen = new ArrayList<>(List.of(read.next().key()));
    store.put(key(0), "changed, and read already");
    store.put("user/9999", "written meanwhile");
    read.forEachRemaining(item -> seen.add(item.key()));
    assertThat(seen).startsWith(key(0)).hasSize(MANY + 1).endsWith("user/9999");
    assertThat(seen).doesNotHaveDuplicates();
  }
}
