package io.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.Datalet.Frozen;
import io.kvstore.core.spi.DurableDatalet;
import io.kvstore.spi.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written as a group comes back as a group, however long it is. */
class GroupsTest {
  private static final int SMALL_PIECES = 600;
  private static final Bytes NOTE = Bytes.of("note");

  @TempDir Path directory;

  private DurableDatalet open(Path where) {
    return (DurableDatalet)
        RocksDatalets.in(where)
            .withFsync(Fsync.never())
            .withPieces(SMALL_PIECES)
            .open(NodeId.of(0), 0);
  }

  @Test
  void notesSurviveClearing() {
    try (DurableDatalet datalet = open(directory)) {
      datalet.note(NOTE, Bytes.of("first"));
      datalet.note(Bytes.of("other"), Bytes.of("forgotten"));
      datalet.put(key(1), entry(1));
      datalet.begin();
      datalet.note(NOTE, Bytes.of("second"));
      datalet.note(Bytes.of("other"), Bytes.EMPTY);
      datalet.clear();
      assertThat(notesOf(datalet)).containsExactly(Map.entry(NOTE, Bytes.of("second")));
      datalet.commit();
    }
    try (DurableDatalet datalet = open(directory)) {
      assertThat(notesOf(datalet)).containsExactly(Map.entry(NOTE, Bytes.of("second")));
      assertThat(datalet.size()).isZero();
    }
  }

  @Test
  void twoGroupsAtOnceAreRefused() {
    try (DurableDatalet datalet = open(directory)) {
      datalet.begin();
      assertThatThrownBy(datalet::begin)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is not committed");
    }
  }

  /** A copy of its files at any moment is what a kill of its process would have left. */
  @Test
  void theProcessMayDieAtEveryStepOfGroups() throws Exception {
    int moments = 0;
    for (int seed = 0; seed < 2; seed++) {
      Random random = new Random(seed);
      Path folder = directory.resolve("seed" + seed);
      Model committed = new Model();
      try (DurableDatalet datalet = open(folder)) {
        for (int group = 0; group < 5; group++) {
          Model grown = committed.copy();
          datalet.begin();
          int steps = random.nextInt(30);
          for (int step = 0; step < steps; step++) {
            grown.change(datalet, random);
            if (random.nextInt(12) == 0) {
              requireLeft(folder, committed, "seed " + seed + ", group " + group);
              moments++;
            }
          }
          grown.compare(datalet, "seed " + seed);
          datalet.note(NOTE, Bytes.of("group " + group));
          grown.note = "group " + group;
          requireLeft(folder, committed, "seed " + seed + ", before the end of " + group);
          datalet.commit();
          committed = grown;
          requireLeft(folder, committed, "seed " + seed + ", after " + group);
        }
      }
    }
    assertThat(moments).as("moments amid a group").isGreaterThan(5);
  }

  private void requireLeft(Path folder, Model expected, String circumstances) throws Exception {
    Path left = directory.resolve("left");
    CopiedFolder.copy(folder, left);
    for (int opening = 0; opening < 2; opening++) {
      try (DurableDatalet recovered = open(left)) {
        expected.compare(recovered, circumstances);
      }
    }
    ReplicaFolder.discard(left);
  }

  @Test
  void whatIsFrozenStaysAsItWasWhileEntriesChangeAndAreCleared() {
    try (DurableDatalet datalet = open(directory)) {
      for (int i = 0; i < 50; i++) {
        datalet.put(key(i), entry(i));
      }
      Frozen frozen = datalet.freeze();
      datalet.put(key(7), entry(700));
      datalet.remove(key(8));
      datalet.clear();
      datalet.put(key(99), entry(99));
      for (int reader = 0; reader < 2; reader++) {
        List<Long> versions = new ArrayList<>();
        frozen.scan(key(5), (key, entry) -> versions.add(entry.version()) && versions.size() < 5);
        assertThat(versions).containsExactly(5L, 6L, 7L, 8L, 9L);
      }
      frozen.close();
      frozen.close();
      assertThat(((RocksDatalet) datalet).figure("rocksdb.num-snapshots")).isZero();
    }
  }

  @Test
  void aGroupThatIsFrozenAmidItselfShowsWhatItHas() {
    try (DurableDatalet datalet = open(directory)) {
      datalet.put(key(1), entry(1));
      datalet.begin();
      datalet.put(key(2), entry(2));
      try (Frozen frozen = datalet.freeze()) {
        List<Long> versions = new ArrayList<>();
        frozen.scan(Bytes.EMPTY, (key, entry) -> versions.add(entry.version()));
        assertThat(versions).containsExactly(1L, 2L);
      }
    }
    try (DurableDatalet datalet = open(directory)) {
      assertThat(datalet.size()).isEqualTo(1);
      assertThat(datalet.get(key(2))).isNull();
    }
  }

  private static Bytes key(int number) {
    return Bytes.of(String.format("key%02d", number));
  }

  private static Entry entry(int version) {
    return Entry.of(Bytes.of("a value that is not very short"), version);
  }

  private static Map<Bytes, Bytes> notesOf(DurableDatalet datalet) {
    Map<Bytes, Bytes> notes = new TreeMap<>();
    datalet.forEachNote(notes::put);
    return notes;
  }

  /** What a datalet is to hold. */
  private static final class Model {
    private final TreeMap<Bytes, Entry> entries = new TreeMap<>();
    private String note = "";

    Model copy() {
      Model copy = new Model();
      copy.entries.putAll(entries);
      copy.note = note;
      return copy;
    }

    void change(DurableDatalet datalet, Random random) {
      Bytes key = key(random.nextInt(12));
      assertThat(datalet.get(key)).isEqualTo(entries.get(key));
      switch (random.nextInt(10)) {
        case 0 -> {
          entries.clear();
          datalet.clear();
        }
        case 1, 2, 3 -> assertThat(datalet.remove(key)).isEqualTo(entries.remove(key));
        default -> {
          Entry entry = entry(random.nextInt(1_000));
          assertThat(datalet.put(key, entry)).isEqualTo(entries.put(key, entry));
        }
      }
    }

    void compare(DurableDatalet datalet, String circumstances) {
      Map<Bytes, Entry> found = new TreeMap<>();
      datalet.forEach((key, entry) -> found.put(key, entry) == null);
      assertThat(found).as(circumstances).isEqualTo(entries);
      assertThat(datalet.size()).as(circumstances).isEqualTo(entries.size());
      assertThat(notesOf(datalet).values().stream().map(Bytes::toText).toList())
          .as(circumstances)
          .isEqualTo(note.isEmpty() ? List.of() : List.of(note));
    }
  }
}
