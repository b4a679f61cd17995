package io.kvstore.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A sorted map that random operations are performed on together with a datalet, which must do as
 * the map does.
 */
final class DataletModel {
  private static final int KEYS = 20;

  private final NavigableMap<Bytes, Entry> expected = new TreeMap<>();
  private final RandomGenerator random;
  private final String circumstances;
  private long version;

  /** The circumstances stand in what is said when the two differ. */
  DataletModel(RandomGenerator random, String circumstances) {
    this.random = random;
    this.circumstances = circumstances;
  }

  /** Another one that holds the same. */
  DataletModel copy(RandomGenerator anotherRandom, String others) {
    DataletModel copy = new DataletModel(anotherRandom, others);
    copy.expected.putAll(expected);
    copy.version = version;
    return copy;
  }

  /** Performs so many operations, and compares every answer. */
  void writeAndCompare(Datalet datalet, int operations) {
    for (int i = 0; i < operations; i++) {
      perform(datalet, "operation " + i + ", " + circumstances);
    }
    compare(datalet);
  }

  /** Compares all that the two hold. */
  void compare(Datalet datalet) {
    assertThat(datalet.size()).as(circumstances).isEqualTo(expected.size());
    assertThat(scan(datalet, Bytes.EMPTY, Bytes.EMPTY))
        .as(circumstances)
        .containsExactlyEntriesOf(expected);
  }

  /** Holds nothing any more. */
  void forget() {
    expected.clear();
  }

  private void perform(Datalet datalet, String description) {
    Bytes key = randomKey();
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> {
        Entry entry = randomEntry(++version);
        assertThat(datalet.put(key, entry)).as(description).isEqualTo(expected.put(key, entry));
      }
      case 3 -> putIfNewer(datalet, key, description);
      case 4, 5 -> assertThat(datalet.remove(key)).as(description).isEqualTo(expected.remove(key));
      case 6, 7 -> assertThat(datalet.get(key)).as(description).isEqualTo(expected.get(key));
      case 8 -> compareScan(datalet, key, randomKey(), description);
      default -> clearOrSync(datalet);
    }
  }

  private void putIfNewer(Datalet datalet, Bytes key, String description) {
    Entry before = expected.get(key);
    long least = before == null ? 0 : Math.max(0, before.version() - 1);
    Entry entry = randomEntry(least + random.nextInt(3)); // older, as new, or newer
    if (before == null || before.version() < entry.version()) {
      expected.put(key, entry);
    }
    assertThat(datalet.putIfNewer(key, entry)).as(description).isEqualTo(before);
    assertThat(datalet.get(key)).as(description).isEqualTo(expected.get(key));
  }

  private void compareScan(Datalet datalet, Bytes from, Bytes to, String description) {
    Map<Bytes, Entry> inRange = new TreeMap<>(expected.tailMap(from));
    if (!to.isEmpty()) {
      inRange.keySet().removeIf(key -> key.compareTo(to) >= 0);
    }
    assertThat(scan(datalet, from, to)).as(description).containsExactlyEntriesOf(inRange);
  }

  private void clearOrSync(Datalet datalet) {
    if (random.nextInt(20) == 0) {
      datalet.clear();
      expected.clear();
    } else {
      datalet.sync();
    }
  }

  private Bytes randomKey() {
    int number = random.nextInt(KEYS);
    return number == 0 ? Bytes.EMPTY : Bytes.of((byte) (number * 13), (byte) number);
  }

  private Entry randomEntry(long itsVersion) {
    byte[] value = new byte[random.nextInt(200)];
    random.nextBytes(value);
    VectorClock context =
        random.nextBoolean() ? null : VectorClock.of(random.nextInt(5), ++version);
    boolean isTombstone = random.nextInt(6) == 0;
    return new Entry(
        isTombstone ? null : Bytes.of(value),
        random.nextInt(),
        itsVersion,
        random.nextBoolean() ? Entry.NEVER : random.nextLong(),
        context);
  }

  /** All that a datalet shows when it shows everything. */
  static Map<Bytes, Entry> contentsOf(Datalet datalet) {
    Map<Bytes, Entry> contents = new TreeMap<>();
    datalet.forEach((key, entry) -> contents.put(key, entry) == null);
    return contents;
  }

  private static Map<Bytes, Entry> scan(Datalet datalet, Bytes from, Bytes to) {
    Map<Bytes, Entry> shown = new LinkedHashMap<>();
    datalet.scan(from, to, (key, entry) -> shown.put(key, entry) == null);
    return shown;
  }
}
