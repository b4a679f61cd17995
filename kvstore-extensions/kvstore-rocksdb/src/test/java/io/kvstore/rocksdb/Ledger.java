package io.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a store may hold after what its writers have said. */
final class Ledger {
  private static final String NOTHING = "-";

  private final Map<String, Set<String>> possible = new HashMap<>(); // of each key
  private final Map<String, Long> least = new HashMap<>(); // of each counter
  private final Map<String, Long> most = new HashMap<>();
  private int answered;

  /** Takes a line of a writer. */
  void take(String line) {
    String[] words = line.split(" ", -1);
    if (words.length < 5 || !words[4].equals(".")) {
      return; // not a write, or torn by the kill
    }
    boolean isAnswered = words[0].equals("!");
    answered += isAnswered ? 1 : 0;
    String key = words[2];
    if (words[1].equals("add")) {
      (isAnswered ? least : most).merge(key, 1L, Long::sum);
    } else if (isAnswered) {
      possible.put(key, new HashSet<>(Set.of(words[3])));
    } else {
      possible.computeIfAbsent(key, first -> new HashSet<>(Set.of(NOTHING))).add(words[3]);
    }
  }

  int answered() {
    return answered;
  }

  /** Requires that everything is there that was answered; what is there then is what counts. */
  void compare(KVStore<String, String> store, String circumstances) {
    possible.forEach(
        (key, values) -> {
          String found = store.get(key).orElse(NOTHING);
          assertThat(values).as("%s, %s", key, circumstances).contains(found);
          values.retainAll(Set.of(found));
        });
    most.forEach(
        (counter, begun) -> {
          long found = store.get(counter).map(Long::parseLong).orElse(0L);
          assertThat(found)
              .as("%s, %s", counter, circumstances)
              .isBetween(least.getOrDefault(counter, 0L), begun);
          least.put(counter, found);
          most.put(counter, found);
        });
  }
}
