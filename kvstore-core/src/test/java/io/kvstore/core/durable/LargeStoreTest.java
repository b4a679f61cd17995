package io.kvstore.core.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.OwnJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store on disk that is larger than the heap of its process: a little, or as many entries of
 * 10,000 bytes as {@code -Dkvstore.large.entries} says, in a heap of {@code -Dkvstore.large.heap}.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class LargeStoreTest {
  private static final String HEAP = System.getProperty("kvstore.large.heap", "64m");
  private static final int ENTRIES = Integer.getInteger("kvstore.large.entries", 8_000);

  @TempDir Path directory;

  @Test
  void aStoreLargerThanTheHeapIsWrittenOpenedListedJoinedAndCompacted() throws Exception {
    Process process =
        new ProcessBuilder(
                OwnJvm.java(),
                "-Xmx" + HEAP,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                OwnJvm.classPath(),
                LargeStore.class.getName(),
                directory.toString(),
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
