package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.core.datalet.SimulatedDisk.Died;
import io.kvstore.core.datalet.SimulatedDisk.Loss;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is written as a group comes back as a group, with the notes that were taken. */
class LogGroupTest {
  private static final LogDatalet.Sizes SMALL_FILES = new LogDatalet.Sizes(48, 300);
  private static final Bytes NOTE = Bytes.of("generation");
  private static final int KEYS = 7;

  private final SimulatedDisk disk = new SimulatedDisk();

  @Test
  void aNoteSurvivesClearingAndCompaction() {
    try (LogDatalet datalet = open(disk)) {
      datalet.note(NOTE, Bytes.of("first"));
      datalet.note(Bytes.of("other"), Bytes.of("forgotten"));
      datalet.note(NOTE, Bytes.of("second"));
      datalet.note(Bytes.of("other"), Bytes.EMPTY);
      for (int i = 0; i < 500; i++) {
        datalet.put(Bytes.of("key" + i % 5), entry(i));
        if (i % 100 == 99) {
          datalet.clear();
        }
      }
    }
    assertThat(disk.bytesHeld()).isLessThan(5_000);
    try (LogDatalet datalet = open(disk)) {
      assertThat(notesOf(datalet)).containsExactly(Map.entry(NOTE, Bytes.of("second")));
      assertThat(datalet.size()).isZero();
    }
  }

  /** Each group replaces all entries, and notes which it is; some are longer than a file. */
  @Test
  void theMachineMayDieAtEveryStepOfAGroup() {
    long crashes = 0;
    for (int seed = 0; seed < 12; seed++) {
      boolean hasDied = true;
      for (int step = 0; hasDied; step++, crashes++) {
        SimulatedDisk dying = new SimulatedDisk().dyingAfter(step);
        int synced = 0;
        try {
          LogDatalet datalet = open(dying);
          for (int generation = 1; generation < 8; generation++) {
            replaceAll(datalet, generation);
            datalet.sync();
            synced = generation;
          }
          hasDied = false;
        } catch (Died died) {
          hasDied = true;
        }
        for (Loss loss : losses(seed * 1_000L + step)) {
          requireOneGeneration(dying.afterMachineDied(loss), synced, seed, step);
        }
      }
    }
    assertThat(crashes).as("crashes").isGreaterThan(500);
  }

  @Test
  void aLogBegunAnewCountsOnlyOnceItsFirstGroupIsWhole() {
    try (LogDatalet datalet = open(disk)) {
      for (int generation = 1; generation < 4; generation++) {
        replaceAll(datalet, generation);
      }
    }
    String first = disk.list().get(0);
    byte[] bytes = disk.bytesOf(first);
    bytes[bytes.length / 2] ^= 1;
    disk.put(first, bytes);
    assertThatThrownBy(() -> open(disk)).isInstanceOf(DamagedFileException.class);
    long crashes = 0;
    for (int step = 0; ; step++, crashes++) {
      SimulatedDisk next = disk.afterProcessDied();
      next.dyingAfter(step);
      boolean isWhole = false;
      try {
        LogDatalet datalet = openAnew(next);
        replaceAll(datalet, 9);
        isWhole = true;
        datalet.put(Bytes.of("key0"), entry(9));
        datalet.sync();
        break;
      } catch (Died died) {
        for (Loss loss : losses(step)) {
          SimulatedDisk left = next.afterMachineDied(loss);
          try (LogDatalet recovered = open(left)) {
            assertThat(generationOf(recovered)).isEqualTo(9);
            assertThat(left.list()).anyMatch(name -> name.endsWith(".segment.damaged"));
          } catch (DamagedFileException stillDamaged) {
            assertThat(isWhole).as("step %s", step).isFalse();
            try (LogDatalet again = openAnew(left)) {
              replaceAll(again, 9);
            }
            try (LogDatalet recovered = open(left)) {
              assertThat(generationOf(recovered)).isEqualTo(9);
            }
          }
        }
      }
    }
    assertThat(crashes).as("crashes").isGreaterThan(5);
  }

  private static void replaceAll(LogDatalet datalet, int generation) {
    datalet.begin();
    datalet.clear();
    for (int key = 0; key < KEYS; key++) {
      datalet.put(Bytes.of("key" + key), entry(generation));
    }
    datalet.note(NOTE, Bytes.of(Integer.toString(generation)));
    datalet.commit();
  }

  private static void requireOneGeneration(SimulatedDisk left, int synced, int seed, int step) {
    try (LogDatalet recovered = open(left)) {
      assertThat(generationOf(recovered))
          .as("seed %s, step %s", seed, step)
          .isGreaterThanOrEqualTo(synced);
      replaceAll(recovered, 99);
    }
    try (LogDatalet again = open(left)) {
      assertThat(generationOf(again)).isEqualTo(99);
    }
  }

  /** Which group the datalet shows; all of its entries must be of this one. */
  private static int generationOf(LogDatalet datalet) {
    Map<Bytes, Bytes> notes = notesOf(datalet);
    int generation = notes.isEmpty() ? 0 : Integer.parseInt(notes.get(NOTE).toText());
    List<Long> versions = new ArrayList<>();
    datalet.forEach((key, entry) -> versions.add(entry.version()));
    assertThat(versions).hasSize(generation == 0 ? 0 : KEYS).allMatch(each -> each == generation);
    return generation;
  }

  private static Map<Bytes, Bytes> notesOf(LogDatalet datalet) {
    Map<Bytes, Bytes> notes = new TreeMap<>();
    datalet.forEachNote(notes::put);
    return notes;
  }

  private static Entry entry(int version) {
    return Entry.of(Bytes.of("a value that is not very short"), version);
  }

  private static List<Loss> losses(long seed) {
    return List.of(
        SimulatedDisk.ALL_LOST,
        SimulatedDisk.NOTHING_LOST,
        SimulatedDisk.partLost(new Random(seed)));
  }

  private static LogDatalet open(SimulatedDisk disk) {
    return LogDatalet.open(disk, Fsync.always(), () -> 0, SMALL_FILES);
  }

  private static LogDatalet openAnew(SimulatedDisk disk) {
    return LogDatalet.openAnew(disk, Fsync.always(), () -> 0, SMALL_FILES);
  }
}
