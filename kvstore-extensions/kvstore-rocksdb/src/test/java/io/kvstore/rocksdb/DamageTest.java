package io.kvstore.rocksdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DurableDatalet;
import io.kvstore.spi.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that is not what was written to it. */
class DamageTest {
  private static final NodeId NODE = NodeId.of(0);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private RocksDatalets datalets;

  @BeforeEach
  void begin() {
    datalets = RocksDatalets.in(directory);
  }

  private void fill() {
    for (int opening = 0; opening < 2; opening++) { // the second one puts the first into a file
      try (Datalet datalet = datalets.open(NODE, 0)) {
        for (int i = 0; i < 100; i++) {
          datalet.put(Bytes.of("key" + i), Entry.of(Bytes.of("value"), opening));
        }
      }
    }
  }

  /** Changes a bit in the middle of what was written as a value, of which a file has many. */
  private static void flipIn(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    int value = new String(bytes, ISO_8859_1).indexOf("value");
    bytes[Math.max(value, 0) + 2] ^= 0x10; // of a file that is compressed, in its first block
    Files.write(file, bytes);
  }

  private void read() {
    try (Datalet datalet = datalets.open(NODE, 0)) {
      datalet.forEach((key, entry) -> true);
    }
  }

  @Test
  void aFileOfEntriesThatHasChangedIsReportedWithItsName() throws Exception {
    fill();
    flipIn(CopiedFolder.files(directory, ".sst").get(0));
    assertThatThrownBy(this::read)
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining(".sst is damaged at offset");
  }

  @Test
  void aLogThatHasChangedAmidItIsReportedAndNotTakenForItsEnd() throws Exception {
    fill();
    List<Path> logs = CopiedFolder.files(directory, ".log");
    flipIn(logs.get(logs.size() - 1));
    assertThatThrownBy(this::read).isInstanceOf(DamagedFileException.class);
  }

  @Test
  void aDatabaseWithoutItsFirstFileIsNotTakenForANewOne() throws Exception {
    fill();
    Files.delete(CopiedFolder.files(directory, "CURRENT").get(0));
    assertThatThrownBy(this::read)
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining("CURRENT is damaged at offset 0: it is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MANIFEST-", ".sst"})
  void aDatabaseWithoutOneOfItsFilesIsDamaged(String part) throws Exception {
    fill();
    try (Stream<Path> files = Files.list(directory.resolve("n0/shard-0/rocksdb-1"))) {
      Files.delete(files.filter(file -> file.toString().contains(part)).findFirst().orElseThrow());
    }
    assertThatThrownBy(this::read).isInstanceOf(DamagedFileException.class);
    try (Datalet anew = openAnew()) {
      anew.put(Bytes.of("anew"), Entry.of(Bytes.of("value"), 1));
    }
    read();
  }

  @Test
  void aTornEndOfTheLogIsCutOff() throws Exception {
    try (Datalet datalet = datalets.open(NODE, 0)) {
      datalet.put(Bytes.of("first"), Entry.of(Bytes.of("value"), 1));
      datalet.put(Bytes.of("last"), Entry.of(Bytes.of("value"), 2));
      Path torn = directory.resolve("torn");
      CopiedFolder.copy(directory.resolve("n0"), torn.resolve("n0"));
      List<Path> logs = CopiedFolder.files(torn, ".log");
      byte[] log = Files.readAllBytes(logs.get(logs.size() - 1));
      Files.write(logs.get(logs.size() - 1), Arrays.copyOf(log, log.length - 5));
      try (Datalet recovered = RocksDatalets.in(torn).open(NODE, 0)) {
        assertThat(recovered.get(Bytes.of("first"))).isNotNull();
        assertThat(recovered.get(Bytes.of("last"))).isNull();
        assertThat(recovered.size()).isEqualTo(1);
      }
    }
  }

  @Test
  void oneThatIsBegunAnewCountsWhenItsFirstGroupIsWhole() throws Exception {
    fill();
    Files.delete(CopiedFolder.files(directory, "CURRENT").get(0));
    for (int tries = 0; tries < 2; tries++) {
      try (DurableDatalet anew = openAnew()) {
        anew.begin();
        anew.put(Bytes.of("anew"), Entry.of(Bytes.of("value"), 1));
      }
      assertThatThrownBy(this::read).isInstanceOf(DamagedFileException.class);
    }
    try (DurableDatalet anew = openAnew()) {
      anew.begin();
      anew.put(Bytes.of("anew"), Entry.of(Bytes.of("value"), 1));
      anew.commit();
      anew.put(Bytes.of("more"), Entry.of(Bytes.of("value"), 2));
    }
    assertThat(directory.resolve("n0/shard-0/rocksdb-1.damaged")).isDirectory();
    try (Datalet datalet = datalets.open(NODE, 0)) {
      assertThat(datalet.size()).isEqualTo(2);
    }
  }

  private DurableDatalet openAnew() {
    DamagedFileException damage = new DamagedFileException(directory, 0, "as this test says");
    return (DurableDatalet) datalets.openAnew(NODE, 0, damage);
  }

  @Test
  void aReplicaWithADamagedDatabaseIsBroughtUpToDateByTheOthers() throws Exception {
    for (int opening = 0; opening < 2; opening++) {
      try (KVStore<String, String> store = open()) {
        for (int i = 0; i < 200; i++) {
          store.put("key" + i, "value" + opening);
        }
      }
    }
    flipIn(CopiedFolder.files(directory.resolve("n1"), ".sst").get(0));
    try (KVStore<String, String> store = open()) {
      assertThat(store.cluster().awaitMember(NodeId.of(1), PATIENCE)).isTrue();
      assertThat(store.at(NodeId.of(1)).snapshot())
          .hasSize(200)
          .allMatch(item -> item.value().equals("value1"));
    }
    assertThat(directory.resolve("n1/shard-0/rocksdb-1.damaged")).isDirectory();
  }

  private KVStore<String, String> open() {
    return KVStore.builder()
        .timeout(PATIENCE)
        .engine(new InProcess().datalet(RocksDatalets.in(directory)))
        .open();
  }
}
