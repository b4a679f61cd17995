package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogCompactionTest {
  private static final int SEGMENT_BYTES = 4_000;
  private static final LogDatalet.Sizes SIZES = new LogDatalet.Sizes(256, SEGMENT_BYTES);

  private final SimulatedDisk disk = new SimulatedDisk();

  @Test
  void overwritingDoesNotFillTheDisk() {
    Datalet datalet = open();
    for (int i = 0; i < 20_000; i++) {
      datalet.put(key(i % 20), value(i));
    }
    assertThat(disk.bytesHeld()).isLessThan(4 * SEGMENT_BYTES);
    assertThat(datalet.get(key(7))).isEqualTo(value(20_000 - 13));
  }

  /** What never changes must be neither lost nor copied around forever. */
  @Test
  void oldEntriesStayWhileOthersChange() {
    Datalet datalet = open();
    for (int i = 0; i < 200; i++) {
      datalet.put(key(i), value(i));
    }
    long before = disk.bytesWritten();
    for (int i = 0; i < 20_000; i++) {
      datalet.put(key(1_000 + i % 20), value(i));
    }
    long appended = 20_000L * RecordFormat.put(key(1_000), value(0)).length;
    assertThat(disk.bytesWritten() - before).isLessThan(2 * appended);
    for (int i = 0; i < 200; i++) {
      assertThat(datalet.get(key(i))).isEqualTo(value(i));
    }
  }

  @Test
  void removalsGoAwayWithWhatTheyHide() {
    Datalet datalet = open();
    for (int i = 0; i < 50; i++) {
      datalet.put(key(i), value(i));
    }
    for (int i = 100; i < 20_000; i++) {
      datalet.put(key(i), value(i));
      datalet.remove(key(i));
    }
    assertThat(datalet.size()).isEqualTo(50);
    assertThat(disk.bytesHeld()).isLessThan(6 * SEGMENT_BYTES);
  }

  @Test
  void aRemovalStaysWhileAnOlderEntryIsInAFileThatStays() {
    try (Datalet datalet = open()) {
      Bytes removed = Bytes.of("removed");
      datalet.put(removed, value(0));
      for (int i = 0; i < 80; i++) {
        datalet.put(key(i), value(i));
      }
      datalet.remove(removed);
      for (int i = 0; i < 20_000; i++) {
        datalet.put(key(1_000 + i % 20), value(i));
      }
    }
    assertThat(disk.list()).as("the first file stays").contains("0000000000000000001.segment");
    try (Datalet datalet = open()) {
      assertThat(datalet.get(Bytes.of("removed"))).isNull();
      assertThat(datalet.size()).isEqualTo(100);
    }
  }

  @Test
  void aClearGivesTheSpaceBack() {
    try (Datalet datalet = open()) {
      for (int i = 0; i < 1_000; i++) {
        datalet.put(key(i), value(i));
      }
      datalet.clear();
      for (int i = 0; i < 100; i++) {
        datalet.put(key(0), value(i));
      }
      assertThat(disk.bytesHeld()).isLessThan(4 * SEGMENT_BYTES);
    }
    try (Datalet datalet = open()) {
      assertThat(datalet.size()).isEqualTo(1);
      assertThat(datalet.get(key(0))).isEqualTo(value(99));
    }
  }

  @Test
  void oneWriteDoesALittleOfTheWork() {
    Datalet datalet = open();
    int record = RecordFormat.put(key(10_000), value(10_000)).length;
    for (int i = 10_000; i < 20_000; i++) {
      datalet.put(key(0), value(i));
      datalet.put(key(1), value(i));
      long before = disk.bytesWritten();
      datalet.put(key(i), value(i));
      long written = disk.bytesWritten() - before;
      assertThat(written).as("write %d", i).isLessThan(5L * record + 2L * SIZES.bufferBytes());
    }
  }

  @Test
  void compactionGoesOnAfterEveryReopening() {
    for (int seed = 0; seed < 50; seed++) {
      SimulatedDisk own = new SimulatedDisk();
      Workload workload = new Workload(new Random(seed));
      for (int round = 0; round < 5; round++) {
        try (Datalet datalet = open(own)) {
          workload.requireAll(datalet, "seed " + seed + ", round " + round);
          workload.run(datalet, 400);
        }
      }
    }
  }

  private Datalet open() {
    return open(disk);
  }

  private static Datalet open(SimulatedDisk disk) {
    return LogDatalet.open(disk, Fsync.never(), () -> 0, SIZES);
  }

  private static Bytes key(int number) {
    return Bytes.of("key-" + number);
  }

  private static Entry value(int number) {
    return Entry.of(Bytes.of("value-" + "x".repeat(number % 5) + number), number);
  }
}
