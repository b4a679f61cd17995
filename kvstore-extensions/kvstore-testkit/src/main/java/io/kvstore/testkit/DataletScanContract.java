package io.kvstore.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What every datalet keeps to where many of its entries are looked at: a part of {@link
 * DataletContract}.
 */
public interface DataletScanContract {
  /**
   * Opens the datalets under test. Each test takes a factory of its own, whose datalets hold
   * nothing at first.
   */
  DataletFactory factory();

  @Test
  default void aScanShowsKeysInUnsignedOrder() {
    List<Bytes> ascending = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      ascending.add(Bytes.of((byte) i));
      ascending.add(Bytes.of((byte) i, (byte) 0));
      ascending.add(Bytes.of((byte) i, (byte) 0xFF));
    }
    List<Bytes> mixed = new ArrayList<>(ascending);
    Collections.shuffle(mixed, new Random(1));
    try (Datalet datalet = openOne()) {
      mixed.forEach(key -> datalet.put(key, value(1)));
      assertThat(scan(datalet, Bytes.EMPTY, Bytes.EMPTY)).containsExactlyElementsOf(ascending);
    }
  }

  @Test
  default void aScanBeginsWithItsStartAndEndsBeforeItsEnd() {
    try (Datalet datalet = openOne()) {
      for (String key : List.of("a", "b", "ba", "c", "d")) {
        datalet.put(Bytes.of(key), value(1));
      }
      assertThat(scan(datalet, "b", "d")).containsExactly("b", "ba", "c");
      assertThat(scan(datalet, "aa", "bb")).containsExactly("b", "ba");
      assertThat(scan(datalet, "", "b")).containsExactly("a");
      assertThat(scan(datalet, "c", "")).containsExactly("c", "d");
      assertThat(scan(datalet, "", "")).containsExactly("a", "b", "ba", "c", "d");
      assertThat(scan(datalet, "e", "")).isEmpty();
    }
  }

  @Test
  default void aScanOfAnEmptyRangeShowsNothing() {
    try (Datalet datalet = openOne()) {
      datalet.put(Bytes.of("b"), value(1));
      assertThat(scan(datalet, "b", "b")).isEmpty();
      assertThat(scan(datalet, "c", "a")).isEmpty();
      assertThat(scan(datalet, "ba", "c")).isEmpty();
    }
  }

  @Test
  default void aScanShowsTheEntriesOfItsKeys() {
    try (Datalet datalet = openOne()) {
      for (int i = 0; i < 10; i++) {
        datalet.put(key(i), value(i));
      }
      datalet.remove(key(4));
      datalet.put(key(5), value(55));
      Map<Bytes, Entry> shown = new TreeMap<>();
      datalet.scan(key(3), key(7), (key, entry) -> shown.put(key, entry) == null);
      assertThat(shown)
          .containsExactly(
              entry(key(3), value(3)), entry(key(5), value(55)), entry(key(6), value(6)));
    }
  }

  @Test
  default void aVisitorThatHasSeenEnoughSeesNoMore() {
    try (Datalet datalet = openOne()) {
      for (int i = 0; i < 10; i++) {
        datalet.put(key(i), value(i));
      }
      List<Bytes> scanned = new ArrayList<>();
      datalet.scan(key(2), Bytes.EMPTY, (key, entry) -> scanned.add(key) && scanned.size() < 3);
      assertThat(scanned).containsExactly(key(2), key(3), key(4));

      List<Bytes> visited = new ArrayList<>();
      datalet.forEach((key, entry) -> visited.add(key) && visited.size() < 3);
      assertThat(visited).hasSize(3);
    }
  }

  private Datalet openOne() {
    return factory().open(NodeId.of(0), 0);
  }

  private static Bytes key(int number) {
    return Bytes.of("key-" + number);
  }

  private static Entry value(int number) {
    return Entry.of(Bytes.of("value-" + number), number);
  }

  private static List<String> scan(Datalet datalet, String from, String to) {
    return scan(datalet, Bytes.of(from), Bytes.of(to)).stream().map(Bytes::toText).toList();
  }

  private static List<Bytes> scan(Datalet datalet, Bytes from, Bytes to) {
    List<Bytes> keys = new ArrayList<>();
    datalet.scan(from, to, (key, entry) -> keys.add(key));
    return keys;
  }
}
