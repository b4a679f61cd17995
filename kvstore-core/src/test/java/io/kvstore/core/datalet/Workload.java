package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Random writes to a datalet, with a memory of what it should have held after each of them. */
final class Workload {
  private final RandomGenerator random;
  private final List<Map<Bytes, Entry>> states = new ArrayList<>();
  private int synced;

  Workload(RandomGenerator random) {
    this.random = random;
    states.add(new TreeMap<>());
  }

  /** Writes so many times; may end early by what the datalet throws. */
  void run(Datalet datalet, int writes) {
    for (int i = 0; i < writes; i++) {
      write(datalet);
      if (random.nextInt(5) == 0) {
        int before = states.size() - 1;
        datalet.sync();
        synced = before;
      }
    }
  }

  /** Writes so many times without a sync. */
  void runUnsynced(Datalet datalet, int writes) {
    for (int i = 0; i < writes; i++) {
      write(datalet);
    }
  }

  /**
   * What the datalet holds must be what it held after some write, and nothing that was synced may
   * be missing.
   */
  void requireSyncedPrefix(Datalet recovered, String circumstances) {
    requireState(recovered, synced, circumstances);
  }

  /** What the datalet holds must be what it held after some write. */
  void requirePrefix(Datalet recovered, String circumstances) {
    requireState(recovered, 0, circumstances);
  }

  /** Nothing of what was written may be missing. */
  void requireAll(Datalet datalet, String circumstances) {
    requireState(datalet, states.size() - 1, circumstances);
  }

  /** Goes on from what the datalet holds. */
  void continueFrom(Datalet datalet) {
    Map<Bytes, Entry> contents = contentsOf(datalet);
    states.clear();
    states.add(contents);
    synced = 0;
  }

  static Map<Bytes, Entry> contentsOf(Datalet datalet) {
    Map<Bytes, Entry> contents = new TreeMap<>();
    datalet.forEach(
        (key, entry) -> {
          contents.put(key, entry);
          return true;
        });
    return contents;
  }

  private void requireState(Datalet datalet, int first, String circumstances) {
    Map<Bytes, Entry> contents = contentsOf(datalet);
    assertThat(states.subList(first, states.size()))
        .as("the states after %d to %d writes, %s", first, states.size() - 1, circumstances)
        .contains(contents);
  }

  private void write(Datalet datalet) {
    Map<Bytes, Entry> next = new TreeMap<>(states.get(states.size() - 1));
    Bytes key = Bytes.of("key-" + random.nextInt(8));
    int choice = random.nextInt(40);
    if (choice == 0) {
      next.clear();
      states.add(next);
      datalet.clear();
    } else if (choice < 15) {
      next.remove(key);
      states.add(next);
      datalet.remove(key);
    } else {
      Entry entry = randomEntry(states.size());
      next.put(key, entry);
      states.add(next);
      datalet.put(key, entry);
    }
  }

  private Entry randomEntry(long version) {
    byte[] value = new byte[random.nextInt(60)];
    random.nextBytes(value);
    VectorClock context = random.nextBoolean() ? null : VectorClock.of(version, 0, 7);
    return random.nextInt(8) == 0
        ? Entry.tombstone(version, context)
        : new Entry(Bytes.wrap(value), random.nextInt(), version, random.nextLong(), context);
  }
}
