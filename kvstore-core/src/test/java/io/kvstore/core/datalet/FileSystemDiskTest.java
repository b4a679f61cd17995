package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemDiskTest {
  private static final Bytes KEY = Bytes.of("key");
  private static final Entry VALUE = Entry.of(Bytes.of("value"), 1);

  @TempDir private Path directory;

  @Test
  void eachReplicaHasItsOwnDirectory() {
    try (Datalet datalet = Datalets.log(directory).open(NodeId.of(3), 7)) {
      datalet.put(KEY, VALUE);
    }
    assertThat(directory.resolve("n3").resolve("shard-7").resolve("0000000000000000001.segment"))
        .isNotEmptyFile();
  }

  @Test
  void aSecondOpeningIsRefusedUntilTheFirstIsClosed() {
    DataletFactory factory = Datalets.log(directory);
    Datalet first = open(factory);
    assertThatThrownBy(() -> open(factory))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "%s is already open in this process: close the store that uses it first", directory);
    first.close();
    open(factory).close();
  }

  @Test
  void anotherNameForTheSameDirectoryIsRefusedToo() throws IOException {
    Path link = directory.resolve("link");
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.createSymbolicLink(link, data);
    try (Datalet first = open(Datalets.log(data))) {
      assertThat(first.size()).isZero();
      assertThatThrownBy(() -> open(Datalets.log(link))).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anotherProcessIsKeptOutEvenAfterASecondOpeningFailed() throws Exception {
    DataletFactory factory = Datalets.log(directory);
    Path lock = directory.resolve("n0").resolve("shard-0").resolve("LOCK");
    try (Datalet first = open(factory)) {
      assertThat(first.size()).isZero();
      assertThatThrownBy(() -> open(factory)).isInstanceOf(IllegalStateException.class);
      assertThat(anotherProcessCanLock(lock)).isFalse();
    }
    assertThat(anotherProcessCanLock(lock)).isTrue();
  }

  @Test
  void aDamagedLogCanBeOpenedOnceItIsReplaced() throws IOException {
    DataletFactory factory = Datalets.log(directory);
    open(factory).close();
    Path file = directory.resolve("n0").resolve("shard-0").resolve("0000000000000000001.segment");
    byte[] bytes = Files.readAllBytes(file);
    Files.writeString(file, "something else altogether");
    assertThatThrownBy(() -> open(factory)).isInstanceOf(DamagedFileException.class);
    Files.write(file, bytes);
    open(factory).close();
  }

  @Test
  void anInterruptLosesNothing() {
    Datalet datalet = open(Datalets.log(directory));
    Thread.currentThread().interrupt();
    datalet.put(KEY, VALUE);
    datalet.sync();
    assertThat(datalet.get(KEY)).isEqualTo(VALUE);
    datalet.close();
    try (Datalet reopened = open(Datalets.log(directory))) {
      assertThat(reopened.get(KEY)).isEqualTo(VALUE);
    }
    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
  }

  @Test
  void interruptsInTheMiddleOfAWriteLoseNothing() throws Exception {
    Thread writer = Thread.currentThread();
    AtomicBoolean isDone = new AtomicBoolean();
    Thread interrupter =
        new Thread(
            () -> {
              while (!isDone.get()) {
                writer.interrupt();
                LockSupport.parkNanos(100_000);
              }
            });
    try (Datalet datalet = open(Datalets.log(directory))) {
      interrupter.start();
      for (int i = 0; i < 300; i++) {
        datalet.put(Bytes.of("key-" + i), VALUE);
        datalet.sync();
      }
    } finally {
      isDone.set(true);
      while (interrupter.isAlive()) {
        Thread.interrupted();
        Thread.onSpinWait();
      }
    }
    Thread.interrupted();
    try (Datalet reopened = open(Datalets.log(directory))) {
      assertThat(reopened.size()).isEqualTo(300);
    }
  }

  @Test
  void anErrorNamesTheFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    assertThatThrownBy(() -> open(Datalets.log(file)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot open " + file.resolve("n0").resolve("shard-0"));
  }

  private static Datalet open(DataletFactory factory) {
    return factory.open(NodeId.of(0), 0);
  }

  private boolean anotherProcessCanLock(Path lock) throws IOException, InterruptedException {
    Path program =
        Files.writeString(
            directory.resolve("Probe.java"),
            """
            import java.nio.channels.FileChannel;
            import java.nio.file.Path;
            import java.nio.file.StandardOpenOption;

            class Probe {
              public static void main(String[] arguments) throws Exception {
                Path lock = Path.of(arguments[0]);
                try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
                  System.exit(channel.tryLock() == null ? 3 : 4);
                }
              }
            }
            """);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                program.toString(),
                lock.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the other process ended").isTrue();
    assertThat(process.exitValue()).isIn(3, 4);
    return process.exitValue() == 4;
  }
}
