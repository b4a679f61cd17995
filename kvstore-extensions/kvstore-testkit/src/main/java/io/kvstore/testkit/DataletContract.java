package io.kvstore.testkit;

import static io.kvstore.testkit.DataletModel.contentsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What every datalet keeps to, as tests: a class that implements this runs them on its own datalet.
 *
 * <pre>{@code
 * class MyDataletTest implements DataletContract {
 *   @TempDir Path directory;                          // a new one for each test
 *
 *   @Override
 *   public DataletFactory factory() {
 *     return (node, shard) -> new MyDatalet(directory.resolve(node + "-" + shard));
 *   }
 *
 *   @Override
 *   public boolean keepsDataOverRestart() {
 *     return true;
 *   }
 * }
 * }</pre>
 */
public interface DataletContract extends DataletScanContract {
  /**
   * Opens the datalets under test. Each test takes a factory of its own, whose datalets hold
   * nothing at first.
   */
  @Override
  DataletFactory factory();

  /** Whether what was synced is there again when the datalet of the same replica is opened anew. */
  boolean keepsDataOverRestart();

  @Test
  default void aKeyThatWasNeverPutHasNoEntry() {
    try (Datalet datalet = openOne()) {
      assertThat(datalet.get(key(1))).isNull();
      assertThat(datalet.size()).isZero();
    }
  }

  @Test
  default void aPutIsSeenAndReturnsWhatWasThereBefore() {
    try (Datalet datalet = openOne()) {
      assertThat(datalet.put(key(1), value(1))).isNull();
      assertThat(datalet.get(key(1))).isEqualTo(value(1));
      assertThat(datalet.put(key(1), value(2))).isEqualTo(value(1));
      assertThat(datalet.get(key(1))).isEqualTo(value(2));
      assertThat(datalet.size()).isEqualTo(1);
    }
  }

  @Test
  default void aRemovalTakesTheKeyAwayAndReturnsWhatItHad() {
    try (Datalet datalet = openOne()) {
      datalet.put(key(1), value(1));
      datalet.put(key(2), value(2));
      assertThat(datalet.remove(key(1))).isEqualTo(value(1));
      assertThat(datalet.get(key(1))).isNull();
      assertThat(datalet.remove(key(1))).isNull();
      assertThat(datalet.remove(key(3))).isNull();
      assertThat(contentsOf(datalet)).containsExactly(entry(key(2), value(2)));
    }
  }

  @Test
  default void aKeyCanBePutAgainAfterItsRemoval() {
    try (Datalet datalet = openOne()) {
      datalet.put(key(1), value(1));
      datalet.remove(key(1));
      assertThat(datalet.put(key(1), value(2))).isNull();
      assertThat(datalet.get(key(1))).isEqualTo(value(2));
      assertThat(datalet.size()).isEqualTo(1);
    }
  }

  @Test
  default void aTombstoneIsAnEntryLikeAnyOther() {
    try (Datalet datalet = openOne()) {
      Entry tombstone = Entry.tombstone(7, VectorClock.of(3, 4));
      datalet.put(key(1), value(1));
      assertThat(datalet.put(key(1), tombstone)).isEqualTo(value(1));
      assertThat(datalet.get(key(1))).isEqualTo(tombstone);
      assertThat(datalet.size()).isEqualTo(1);
      assertThat(contentsOf(datalet)).containsExactly(entry(key(1), tombstone));
    }
  }

  @Test
  default void everyPartOfAnEntryComesBackAsItWas() {
    Bytes someValue = Bytes.of("value");
    List<Entry> entries =
        List.of(
            new Entry(someValue, 0, 0, 0, null),
            new Entry(someValue, 1, 2, 3, VectorClock.of(4, 0, 5)),
            new Entry(someValue, -1, Long.MAX_VALUE, Long.MAX_VALUE, VectorClock.ZERO),
            new Entry(someValue, Integer.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, null),
            new Entry(null, 6, 7, 8, VectorClock.of(Long.MAX_VALUE)),
            new Entry(Bytes.EMPTY, 9, 10, Entry.NEVER, VectorClock.of(new long[100])));
    try (Datalet datalet = openOne()) {
      for (int i = 0; i < entries.size(); i++) {
        datalet.put(key(i), entries.get(i));
      }
      for (int i = 0; i < entries.size(); i++) {
        assertThat(datalet.get(key(i))).isEqualTo(entries.get(i));
      }
    }
  }

  @Test
  default void anEmptyValueIsNoTombstone() {
    try (Datalet datalet = openOne()) {
      datalet.put(key(1), Entry.of(Bytes.EMPTY, 1));
      assertThat(datalet.get(key(1)))
          .isEqualTo(Entry.of(Bytes.EMPTY, 1))
          .isNotEqualTo(Entry.tombstone(1, null));
    }
  }

  @Test
  default void keysAreAnyBytes() {
    List<Bytes> keys =
        new ArrayList<>(List.of(Bytes.EMPTY, Bytes.of("snow\u2603"), Bytes.of("a b\r\n")));
    for (int i = 0; i < 256; i++) {
      keys.add(Bytes.of((byte) i));
      keys.add(Bytes.of((byte) i, (byte) 0));
    }
    try (Datalet datalet = openOne()) {
      for (int i = 0; i < keys.size(); i++) {
        assertThat(datalet.put(keys.get(i), value(i))).as("before %s", keys.get(i)).isNull();
      }
      for (int i = 0; i < keys.size(); i++) {
        assertThat(datalet.get(keys.get(i))).as("under %s", keys.get(i)).isEqualTo(value(i));
      }
      assertThat(datalet.size()).isEqualTo(keys.size());
    }
  }

  @Test
  default void forEachShowsEverythingOnce() {
    try (Datalet datalet = openOne()) {
      List<Bytes> keys = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        keys.add(key(i));
        datalet.put(key(i), value(i));
      }
      List<Bytes> visited = new ArrayList<>();
      datalet.forEach((key, entry) -> visited.add(key));
      assertThat(visited).containsExactlyInAnyOrderElementsOf(keys);
    }
  }

  @Test
  default void aClearTakesEverythingAway() {
    try (Datalet datalet = openOne()) {
      datalet.clear();
      for (int i = 0; i < 100; i++) {
        datalet.put(key(i), value(i));
      }
      datalet.clear();
      assertThat(datalet.size()).isZero();
      assertThat(datalet.get(key(1))).isNull();
      assertThat(contentsOf(datalet)).isEmpty();
      assertThat(datalet.put(key(1), value(2))).isNull();
      assertThat(contentsOf(datalet)).containsExactly(entry(key(1), value(2)));
    }
  }

  @Test
  default void largeValuesComeBackWhole() {
    byte[] large = new byte[1 << 20];
    new Random(2).nextBytes(large);
    try (Datalet datalet = openOne()) {
      datalet.put(key(1), Entry.of(Bytes.of(large), 1));
      datalet.put(key(2), value(2));
      datalet.put(key(3), Entry.of(Bytes.of(large), 3));
      assertThat(datalet.get(key(1))).isEqualTo(Entry.of(Bytes.of(large), 1));
      datalet.sync();
      assertThat(datalet.get(key(2))).isEqualTo(value(2));
      assertThat(datalet.get(key(3))).isEqualTo(Entry.of(Bytes.of(large), 3));
    }
  }

  @Test
  default void thereMayBeManyKeys() {
    int number = 10_000;
    try (Datalet datalet = openOne()) {
      for (int i = 0; i < number; i++) {
        datalet.put(key(i), value(i));
      }
      datalet.sync();
      assertThat(datalet.size()).isEqualTo(number);
      for (int i = 0; i < number; i++) {
        assertThat(datalet.get(key(i))).isEqualTo(value(i));
      }
    }
  }

  @Test
  default void theLastOfManyOverwritesCounts() {
    int number = 10_000;
    try (Datalet datalet = openOne()) {
      for (int i = 0; i < number; i++) {
        datalet.put(key(i % 3), value(i));
      }
      datalet.sync();
      assertThat(contentsOf(datalet))
          .containsOnlyKeys(key(0), key(1), key(2))
          .containsValues(value(number - 1), value(number - 2), value(number - 3));
    }
  }

  @Test
  default void randomWritesHaveTheEffectsOfAMap() {
    for (int seed = 0; seed < 20; seed++) {
      DataletModel model = new DataletModel(new Random(seed), "seed " + seed);
      try (Datalet datalet = factory().open(NodeId.of(seed), 0)) {
        model.writeAndCompare(datalet, 500);
      }
    }
  }

  /** For those that allow it. */
  @Test
  default void aCopyAsAWholeGoesItsOwnWay() {
    DataletFactory factory = factory();
    try (Datalet original = factory.open(NodeId.of(0), 0);
        Datalet copy = factory.open(NodeId.of(1), 0)) {
      DataletModel originals = new DataletModel(new Random(1), "the original");
      originals.writeAndCompare(original, 1_000);
      copy.put(key(1), value(1));
      if (copy.copyFrom(original)) {
        DataletModel copies = originals.copy(new Random(2), "the copy");
        copies.compare(copy);
        originals.writeAndCompare(original, 1_000);
        copies.writeAndCompare(copy, 1_000);
        originals.compare(original);
      }
    }
  }

  /** For those that allow it. */
  @Test
  default void whatIsStillStaysAsItWas() {
    try (Datalet datalet = openOne()) {
      DataletModel model = new DataletModel(new Random(1), "the datalet");
      model.writeAndCompare(datalet, 1_000);
      Datalet still = datalet.still();
      if (still != null) {
        DataletModel before = model.copy(new Random(2), "what is still");
        model.writeAndCompare(datalet, 1_000);
        before.compare(still);
      }
    }
  }

  /** For those that can tell quickly: too many may be shown, and none too few. */
  @Test
  default void whatIsUnlikeIsShown() {
    DataletFactory factory = factory();
    try (Datalet one = factory.open(NodeId.of(0), 0);
        Datalet other = factory.open(NodeId.of(1), 0)) {
      for (int i = 0; i < 1_000; i++) {
        Bytes key = key(i);
        Entry entry = value(i);
        if (i % 7 != 0) {
          one.put(key, entry);
        }
        other.put(key, i % 5 == 0 ? value(2_000 + i) : entry);
      }
      Map<Bytes, Entry> shown = new TreeMap<>();
      if (one.forEachUnlike(other, (key, entry) -> shown.put(key, entry) == null)) {
        shown.forEach(one::put);
        assertThat(contentsOf(one)).isEqualTo(contentsOf(other));
        assertThat(contentsOf(other)).containsAllEntriesOf(shown);
      }
    }
  }

  /**
   * A part of the data would be the worst: a replica with nothing knows that it has to be brought
   * up to date.
   */
  @Test
  default void openingAgainFindsAllThatWasSyncedOrNothing() {
    DataletFactory factory = factory();
    for (int seed = 0; seed < 10; seed++) {
      DataletModel model = new DataletModel(new Random(seed), "seed " + seed);
      for (int restart = 0; restart < 4; restart++) {
        try (Datalet datalet = factory.open(NodeId.of(seed), 0)) {
          if (!keepsDataOverRestart()) {
            model.forget();
          }
          model.compare(datalet);
          model.writeAndCompare(datalet, 100);
          datalet.sync();
        }
      }
    }
  }

  @Test
  default void replicasShareNothing() {
    DataletFactory factory = factory();
    try (Datalet one = factory.open(NodeId.of(0), 0);
        Datalet otherShard = factory.open(NodeId.of(0), 1);
        Datalet otherNode = factory.open(NodeId.of(1), 0)) {
      one.put(key(1), value(1));
      otherShard.put(key(1), value(2));
      otherNode.put(key(2), value(3));
      otherShard.remove(key(1));
      assertThat(contentsOf(one)).containsExactly(entry(key(1), value(1)));
      assertThat(contentsOf(otherShard)).isEmpty();
      one.clear();
      assertThat(contentsOf(otherNode)).containsExactly(entry(key(2), value(3)));
    }
  }

  @Test
  default void syncingNothingIsHarmless() {
    try (Datalet datalet = openOne()) {
      datalet.sync();
      datalet.put(key(1), value(1));
      datalet.sync();
      datalet.sync();
      assertThat(datalet.get(key(1))).isEqualTo(value(1));
    }
  }

  @Test
  default void closingTwiceIsHarmless() {
    Datalet datalet = openOne();
    datalet.put(key(1), value(1));
    datalet.close();
    datalet.close();
  }

  private Datalet openOne() {
    return factory().open(NodeId.of(0), 0);
  }

  private static Bytes key(int number) {
    return Bytes.of(String.format("key-%05d", number));
  }

  private static Entry value(int number) {
    return Entry.of(Bytes.of("value-" + number), number);
  }
}
