package io.kvstore.rocksdb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DurableDatalet;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening, closing, forcing and giving away what a datalet has. */
class RocksDataletsTest {
  private static final NodeId NODE = NodeId.of(0);

  @TempDir Path directory;

  @Test
  void aSecondOpeningIsRefusedWithTheDirectoryAndWhoHoldsIt() {
    RocksDatalets datalets = RocksDatalets.in(directory);
    try (Datalet first = datalets.open(NODE, 0)) {
      assertThatThrownBy(() -> datalets.open(NODE, 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(directory.resolve("n0").resolve("shard-0").toString())
          .hasMessageContaining("is already open in this process");
      first.put(Bytes.of("key"), Entry.of(Bytes.of("value"), 1));
    }
    try (Datalet again = datalets.open(NODE, 0)) {
      assertThat(again.size()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNativeIsFreedByClose() {
    RocksDatalets datalets = RocksDatalets.in(directory).withMemory(8 << 20);
    assertThat(datalets.memory().users()).isZero();
    for (int round = 0; round < 20; round++) {
      DurableDatalet one = (DurableDatalet) datalets.open(NODE, 0);
      Datalet other = datalets.withFsync(Fsync.never()).open(NODE, 1);
      assertThat(datalets.memory().users()).isEqualTo(2);
      one.put(Bytes.of("key" + round), Entry.of(Bytes.of("value"), 1));
      Datalet.Frozen left = one.freeze();
      Datalet.Scratch alsoLeft = one.scratch();
      alsoLeft.add(List.of(new Pair(Bytes.of("k"), Entry.of(Bytes.of("v"), 1))));
      one.begin();
      one.close();
      other.close();
      assertThat(datalets.memory().users()).isZero();
      left.close();
      assertThatThrownBy(() -> left.scan(Bytes.EMPTY, (key, entry) -> true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
      assertThatThrownBy(() -> one.get(Bytes.of("key")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
    }
  }

  @Test
  void nothingNativeIsLeftWhereItCannotBeOpened() throws Exception {
    RocksDatalets datalets = RocksDatalets.in(directory);
    Path folder = directory.resolve("n0").resolve("shard-0");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("rocksdb-1"), "not a folder");
    for (int tries = 0; tries < 2; tries++) {
      assertThatThrownBy(() -> datalets.open(NODE, 0)).isInstanceOf(RuntimeException.class);
      assertThat(datalets.memory().users()).isZero();
    }
  }

  @Test
  void whatIsPutAsideIsShownInItsOrderAndDoesNotComeBack() throws Exception {
    RocksDatalets datalets = RocksDatalets.in(directory);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      pairs.add(new Pair(Bytes.of("key" + i % 7), Entry.of(Bytes.of("value"), i)));
    }
    Datalet datalet = datalets.open(NODE, 0);
    Datalet.Scratch scratch = datalet.scratch();
    scratch.add(pairs.subList(0, 60));
    scratch.add(pairs.subList(60, 100));
    List<Pair> shown = new ArrayList<>();
    scratch.forEach((key, entry) -> shown.add(new Pair(key, entry)));
    assertThat(shown).isEqualTo(pairs);
    assertThat(datalet.size()).isZero();
    Path killed = directory.resolve("killed");
    CopiedFolder.copy(directory.resolve("n0"), killed.resolve("n0"));
    scratch.close();
    datalet.close();
    assertThat(CopiedFolder.files(directory.resolve("n0"), "scratch-1")).isEmpty();
    assertThat(CopiedFolder.files(killed, "scratch-1")).hasSize(1);
    try (Datalet recovered = RocksDatalets.in(killed).open(NODE, 0)) {
      assertThat(recovered.size()).isZero();
      assertThat(CopiedFolder.files(killed, "scratch-1")).isEmpty();
    }
  }

  @Test
  void itForcesWhenItIsDue() {
    AtomicLong now = new AtomicLong();
    SharedMemory memory = new SharedMemory(8 << 20);
    Fsync eachSecond = Fsync.every(Duration.ofSeconds(1));
    try (RocksDatalet datalet =
        RocksDatalet.open(
            directory, new RocksDatalet.Setting(memory, eachSecond, now::get, 1 << 20))) {
      datalet.put(Bytes.of("key"), Entry.of(Bytes.of("value"), 1));
      datalet.sync();
      assertThat(datalet.isForced()).isFalse();
      now.addAndGet(TimeUnit.SECONDS.toNanos(1));
      datalet.sync();
      assertThat(datalet.isForced()).isTrue();
    }
    assertThat(memory.users()).isZero();
  }

  @Test
  void whatIsDiscardedIsGone() {
    RocksDatalets datalets = RocksDatalets.in(directory);
    try (Datalet datalet = datalets.open(NODE, 3)) {
      datalet.put(Bytes.of("key"), Entry.of(Bytes.of("value"), 1));
    }
    datalets.discard(NODE, 3);
    datalets.discard(NODE, 4); // where nothing is
    assertThat(directory.resolve("n0").resolve("shard-3")).doesNotExist();
    try (Datalet datalet = datalets.open(NODE, 3)) {
      assertThat(datalet.size()).isZero();
    }
  }

  /** A process may die amid that: what is deleted is by then in the place of no replica. */
  @Test
  void whatWasNotDiscardedToItsEndIsNeverOpened() throws Exception {
    RocksDatalets datalets = RocksDatalets.in(directory);
    Path half = directory.resolve("n0").resolve("shard-3.discarded");
    for (int round = 0; round < 2; round++) {
      Files.createDirectories(half.resolve("rocksdb-1"));
      Files.writeString(half.resolve("rocksdb-1").resolve("CURRENT"), "MANIFEST-000001\n");
      try (Datalet datalet = datalets.open(NODE, 3)) {
        assertThat(half).doesNotExist();
        datalet.put(Bytes.of("key"), Entry.of(Bytes.of("value"), round));
      }
      Files.createDirectories(half.resolve("rocksdb-1"));
      datalets.discard(NODE, 3);
      assertThat(directory.resolve("n0")).isEmptyDirectory();
    }
  }

  @Test
  void entriesThatAreNoLongerPinnedAreNotRead() {
    try (Datalet datalet = RocksDatalets.in(directory).open(NODE, 0)) {
      datalet.put(Bytes.of("key"), Entry.of(Bytes.of("value"), 1));
      Datalet.Frozen released = requireNonNull(datalet.freeze());
      released.close();
      assertThatThrownBy(() -> released.scan(Bytes.EMPTY, (key, entry) -> true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("are released");
    }
  }

  @Test
  void whatWasNotYetWrittenOfAScratchIsNotWrittenWhenItIsClosed() throws Exception {
    Path full = Path.of("/dev/full"); // a disk with no room
    assumeTrue(Files.exists(full));
    Path link = Files.createSymbolicLink(directory.resolve("scratch"), full);
    FileScratch scratch = new FileScratch(link, closed -> {});
    scratch.add(List.of(new Pair(Bytes.of("k"), Entry.of(Bytes.of("v"), 1))));
    scratch.close();
    assertThat(link).doesNotExist();
  }

  @Test
  void tooLittleMemoryIsRefused() {
    assertThatThrownBy(() -> RocksDatalets.in(directory).withMemory(1_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1048576 bytes of memory, not 1000");
  }

  @Test
  void memoryIsBounded() {
    RocksDatalets datalets = RocksDatalets.in(directory).withMemory(4 << 20);
    try (Datalet datalet = datalets.open(NODE, 0)) {
      byte[] value = new byte[10_000];
      for (int i = 0; i < 3_000; i++) {
        value[i % 10_000] = (byte) i; // thirty million bytes, some of which are read again
        datalet.put(Bytes.of("key" + i), Entry.of(Bytes.of(value), i));
      }
      datalet.forEach((key, entry) -> true);
      assertThat(((RocksDatalet) datalet).figure("rocksdb.cur-size-all-mem-tables"))
          .isLessThan(8 << 20);
      assertThat(((RocksDatalet) datalet).figure("rocksdb.block-cache-usage")).isLessThan(8 << 20);
    }
  }
}
