package io.kvstore.testkit.transaction;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The example of docs/testing.md: a store whose transactions read a copy, and write it back. */
class BankTest {
  /** A store of lists; a transaction works on a copy and writes back what it has changed. */
  private final Map<String, List<Integer>> store = new TreeMap<>();

  @Test
  void copiesThatAreWrittenBackAreNotSerializable() {
    ListAppend lists = new ListAppend();
    try (ListAppend.Open ana = lists.begin("ana");
        ListAppend.Open bob = lists.begin("bob")) {
      Map<String, List<Integer>> anasCopy = new HashMap<>(store);
      Map<String, List<Integer>> bobsCopy = new HashMap<>(store);
      ana.read("x", anasCopy.getOrDefault("x", List.of())).append("y", 3);
      bob.read("y", bobsCopy.getOrDefault("y", List.of())).append("x", 4);
      append("y", 3);
      ana.committed();
      append("x", 4);
      bob.committed();
    }

    lists.check().require(Isolation.SNAPSHOT);
    assertThatThrownBy(() -> lists.check().require(Isolation.SERIALIZABLE))
        .hasMessageContaining(
            "G2-item, a write skew: transaction 0 read [] of x, without 4, which transaction 1"
                + " appended; yet transaction 1 read [] of y, without 3, which transaction 0"
                + " appended");
  }

  private void append(String key, int value) {
    store.computeIfAbsent(key, any -> new ArrayList<>()).add(value);
  }
}
