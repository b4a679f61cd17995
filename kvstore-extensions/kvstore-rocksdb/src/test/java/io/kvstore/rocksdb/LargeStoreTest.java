package io.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store with more entries than the heap of its process could hold: a little, or as many entries
 * as {@code -Dkvstore.rocksdb.entries} says, in a heap of {@code -Dkvstore.rocksdb.heap}, in the
 * directory {@code -Dkvstore.rocksdb.directory}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
final class LargeStoreTest {
  private static final String HEAP = System.getProperty("kvstore.rocksdb.heap", "32m");
  private static final int ENTRIES = Integer.getInteger("kvstore.rocksdb.entries", 200_000);

  @TempDir Path directory;

  @Test
  void aStoreLargerThanTheHeapIsWrittenOpenedReadAndJoinedUnderLoad() throws Exception {
    String where = System.getProperty("kvstore.rocksdb.directory", directory.toString());
    Process process =
        OwnJvm.with(
                directory,
                "-Xmx" + HEAP,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                LargeStore.class.getName(),
                where,
                Integer.toString(ENTRIES))
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      System.out.println(said);
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).contains("closed after");
    } finally {
      process.destroyForcibly();
    }
  }
}
