package io.kvstore.core.datalet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class LogRecoveryTest {
  private static final LogDatalet.Sizes SMALL_FILES = new LogDatalet.Sizes(64, 400);
  private static final LogDatalet.Sizes ONE_FILE = new LogDatalet.Sizes(8, 1 << 20);
  private static final String FORMAT =
      "6b7673746f72650a0000000200000000000000012f34e4fe"
          + "00000001ee6f129e04"
          + "000000226d61be7201000000036b6579010000000000000000000000017fffffffffffffff76616c7565"
          + "00000001c011d67a03"
          + "0000003e321f4a3701000000036b657903fffffffe0000000000000007000000000000006300000003"
          + "00000000000000010000000000000000000000000000000376616c7565"
          + "0000001ecd2df3a60100000004676f6e65000000000000000000000000087fffffffffffffff"
          + "0000002622d6ac4b010000000772656d6f766564010000000000000000000000017fffffffffffffff"
          + "76616c7565"
          + "0000000860c0b8050272656d6f766564"
          + "0000000110ee7f9a04";

  private static final Bytes KEY = Bytes.of("key");
  private static final Entry VALUE = Entry.of(Bytes.of("value"), 1);

  private final SimulatedDisk disk = new SimulatedDisk();

  @Test
  void everythingThatWasWrittenIsThereAfterAClose() {
    Workload workload = new Workload(new Random(5));
    try (Datalet datalet = open(disk)) {
      workload.run(datalet, 200);
    }
    try (Datalet datalet = open(disk.afterMachineDied(SimulatedDisk.ALL_LOST))) {
      workload.requireAll(datalet, "seed 5");
    }
  }

  @Test
  void aTornTailIsCutOffAndWritingGoesOn() {
    try (Datalet datalet = open(disk)) {
      datalet.put(KEY, VALUE);
    }
    append(disk, "half a record");
    try (Datalet datalet = open(disk)) {
      assertThat(datalet.get(KEY)).isEqualTo(VALUE);
      datalet.put(Bytes.of("other"), VALUE);
    }
    try (Datalet datalet = open(disk)) {
      assertThat(datalet.size()).isEqualTo(2);
    }
  }

  /** The pages of a write that was interrupted may reach the disk in any order. */
  @Test
  void aHoleInWhatWasNeverForcedIsATornTail() {
    Datalet datalet = open(disk, ONE_FILE);
    datalet.put(KEY, VALUE);
    datalet.sync();
    int kept = disk.keptBytesOf(disk.lastFile());
    for (int i = 0; i < 10; i++) {
      datalet.put(Bytes.of("later-" + i), VALUE);
    }
    byte[] bytes = disk.bytesOf(disk.lastFile());
    Arrays.fill(bytes, kept + 30, kept + 50, (byte) 0);
    disk.put(disk.lastFile(), bytes);
    try (Datalet recovered = open(disk)) {
      assertThat(Workload.contentsOf(recovered)).containsOnlyKeys(KEY);
    }
  }

  @Test
  void anyByteThatChangesInWhatWasForcedIsReportedWithItsPlace() {
    try (Datalet datalet = open(disk)) {
      new Workload(new Random(8)).run(datalet, 40);
    }
    for (String name : disk.list()) {
      byte[] bytes = disk.bytesOf(name);
      int lastMark = name.equals(disk.lastFile()) ? RecordFormat.BARE_BYTES : 0;
      for (int offset = 0; offset < bytes.length - lastMark; offset++) {
        SimulatedDisk damaged = disk.afterProcessDied();
        damaged.put(name, flip(bytes, offset));
        assertReportsDamage(damaged, name, offset);
      }
    }
  }

  @Test
  void aFullFileThatLostItsRestIsReported() {
    try (Datalet datalet = open(disk)) {
      new Workload(new Random(3)).run(datalet, 40);
    }
    String first = disk.list().get(0);
    byte[] bytes = disk.bytesOf(first);
    for (int size = 0; size < bytes.length; size++) {
      disk.put(first, Arrays.copyOf(bytes, size));
      assertReportsDamage(disk, first, size);
    }
  }

  /**
   * The next file is begun when the disk keeps all of this one: so nothing of it is a torn tail.
   */
  @Test
  void aFullFileThatLostItsRestIsReportedAlsoWhereTheNextOnesAreCutToNothing() {
    try (Datalet datalet = open(disk)) {
      for (int i = 0; i < 20; i++) { // distinct keys, so that nothing is compacted away
        datalet.put(Bytes.of("key-" + i), VALUE);
      }
    }
    List<String> names = disk.list();
    assertThat(names).hasSizeGreaterThan(2);
    for (int cut = 0; cut < names.size() - 1; cut++) {
      byte[] bytes = disk.bytesOf(names.get(cut));
      for (int size = 0; size < bytes.length; size++) {
        for (int left : new int[] {0, Segment.HEADER_BYTES - 1, Segment.HEADER_BYTES}) {
          SimulatedDisk damaged = disk.afterProcessDied();
          damaged.put(names.get(cut), Arrays.copyOf(bytes, size));
          for (String later : names.subList(cut + 1, names.size())) {
            damaged.put(later, Arrays.copyOf(damaged.bytesOf(later), left));
          }
          for (int again = 0; again < 2; again++) { // the first look destroys no evidence
            assertThatThrownBy(() -> open(damaged))
                .as("%s cut at %d, later ones at %d", names.get(cut), size, left)
                .isInstanceOf(DamagedFileException.class);
          }
        }
      }
    }
  }

  @Test
  void aFileThatIsMissingInTheMiddleIsReported() {
    for (int seed = 0; seed < 20; seed++) {
      SimulatedDisk written = new SimulatedDisk();
      try (Datalet datalet = open(written)) {
        new Workload(new Random(seed)).run(datalet, 60);
      }
      List<String> names = written.list();
      for (String missing : names.subList(0, names.size() - 1)) {
        SimulatedDisk damaged = written.afterProcessDied();
        damaged.delete(missing);
        assertThatThrownBy(() -> open(damaged))
            .as("seed %d, without %s of %s", seed, missing, names)
            .isInstanceOf(DamagedFileException.class)
            .hasMessageContaining("missing");
      }
      open(written.afterProcessDied()).close(); // what compaction has deleted is not missing
    }
  }

  @Test
  void bytesBehindTheEndOfAFullFileAreReported() {
    try (Datalet datalet = open(disk)) {
      new Workload(new Random(3)).run(datalet, 40);
    }
    String first = disk.list().get(0);
    byte[] bytes = disk.bytesOf(first);
    disk.put(first, Arrays.copyOf(bytes, bytes.length + 1));
    assertReportsDamage(disk, first, bytes.length);
  }

  @Test
  void damageThatAppearsWhileOpenIsReportedByTheRead() {
    Datalet datalet = open(disk);
    String name = disk.lastFile();
    int offset = disk.bytesOf(name).length;
    datalet.put(KEY, VALUE);
    datalet.sync();
    disk.put(name, flip(disk.bytesOf(name), offset + 20));
    assertThatThrownBy(() -> datalet.get(KEY))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining(name + " is damaged at offset " + offset);
  }

  @Test
  void aValueThatHoldsALogIsNotTakenForOne() {
    Datalet datalet = open(disk, ONE_FILE);
    datalet.put(KEY, VALUE);
    datalet.sync();
    byte[] log = disk.bytesOf(disk.lastFile());
    Bytes records = Bytes.of(Arrays.copyOfRange(log, Segment.HEADER_BYTES, log.length));
    Bytes outer = Bytes.of("outer");
    datalet.put(outer, Entry.of(records.concat(records), 2));
    datalet.put(Bytes.of("never forced"), VALUE);

    byte[] bytes = disk.bytesOf(disk.lastFile());
    SimulatedDisk torn = disk.afterMachineDied(SimulatedDisk.NOTHING_LOST);
    torn.put(disk.lastFile(), flip(bytes, log.length + RecordFormat.FRAME_BYTES));
    try (Datalet recovered = open(torn)) {
      assertThat(Workload.contentsOf(recovered)).containsOnlyKeys(KEY);
    }
  }

  @Test
  void aFirstFileThatWasBeingMadeIsMadeAgain() {
    open(disk).close();
    String name = disk.lastFile();
    byte[] header = Arrays.copyOf(disk.bytesOf(name), Segment.HEADER_BYTES);
    for (int written = 0; written < header.length; written++) {
      byte[] part = Arrays.copyOf(header, written);
      for (int size : new int[] {written, header.length}) {
        disk.put(name, Arrays.copyOf(part, size));
        if (written < 8 || written >= 12 || size == written) {
          open(disk.afterProcessDied()).close();
        }
      }
    }
  }

  @Test
  void aFormatOfTheFutureIsRefusedByItsNumber() {
    open(disk).close();
    byte[] bytes = disk.bytesOf(disk.lastFile());
    ByteBuffer header = ByteBuffer.wrap(bytes).putInt(8, 3);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, Segment.HEADER_BYTES - 4);
    header.putInt(Segment.HEADER_BYTES - 4, (int) checksum.getValue());
    disk.put(disk.lastFile(), bytes);
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(disk.lastFile())
        .hasMessageContaining("has format 3, this version of kvstore reads format 2");
  }

  /** Whoever changes how this is written changes the format, and must go on reading these bytes. */
  @Test
  void theFormatStaysAsItIs() {
    Entry rich = new Entry(Bytes.of("value"), -2, 7, 99, VectorClock.of(1, 0, 3));
    Entry tombstone = Entry.tombstone(8, null);
    try (Datalet datalet = open(disk, ONE_FILE)) {
      datalet.put(KEY, VALUE);
      datalet.clear();
      datalet.put(KEY, rich);
      datalet.put(Bytes.of("gone"), tombstone);
      datalet.put(Bytes.of("removed"), VALUE);
      datalet.remove(Bytes.of("removed"));
    }
    byte[] format = HexFormat.of().parseHex(FORMAT);
    assertThat(disk.bytesOf(disk.lastFile())).isEqualTo(format);

    SimulatedDisk old = new SimulatedDisk();
    old.put("0000000000000000001.segment", format);
    try (Datalet datalet = open(old)) {
      assertThat(Workload.contentsOf(datalet))
          .containsExactly(Map.entry(Bytes.of("gone"), tombstone), Map.entry(KEY, rich));
    }
  }

  @Test
  void filesOfOthersAreLeftAlone() {
    disk.put("notes.txt", new byte[] {1, 2, 3});
    open(disk).close();
    assertThat(disk.bytesOf("notes.txt")).containsExactly(1, 2, 3);
  }

  private static void assertReportsDamage(SimulatedDisk damaged, String name, int offset) {
    assertThatThrownBy(() -> open(damaged))
        .as("%s damaged at %d", name, offset)
        .isInstanceOfSatisfying(
            DamagedFileException.class,
            damage -> {
              assertThat(damage.file().getFileName()).hasToString(name);
              assertThat(damage.offset()).isLessThanOrEqualTo(offset);
              assertThat(damage).hasMessageContaining(name);
            });
  }

  private static byte[] flip(byte[] bytes, int offset) {
    byte[] changed = bytes.clone();
    changed[offset] ^= 0x10;
    return changed;
  }

  private static void append(SimulatedDisk disk, String text) {
    byte[] bytes = disk.bytesOf(disk.lastFile());
    byte[] longer = Arrays.copyOf(bytes, bytes.length + text.length());
    System.arraycopy(text.getBytes(US_ASCII), 0, longer, bytes.length, text.length());
    disk.put(disk.lastFile(), longer);
  }

  private static Datalet open(SimulatedDisk disk) {
    return open(disk, SMALL_FILES);
  }

  private static Datalet open(SimulatedDisk disk, LogDatalet.Sizes sizes) {
    return LogDatalet.open(disk, Fsync.always(), () -> 0, sizes);
  }
}
