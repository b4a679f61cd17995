package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Scan;
import io.kvstore.Watch;
import io.kvstore.core.InProcess;
import io.kvstore.core.OwnJvm;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.spi.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store of any kind works in a JVM that denies {@code sun.misc.Unsafe}, as JDKs of the future
 * will, and gives no cause for the warnings of those before.
 */
class WithoutUnsafeTest {
  private static final int FIRST_THAT_CAN_DENY = 23;

  @TempDir Path folder;

  @Test
  @EnabledForJreRange(minVersion = FIRST_THAT_CAN_DENY)
  void storesWorkWhereItIsDenied() throws IOException, InterruptedException {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(
                OwnJvm.java(),
                "--sun-misc-unsafe-memory-access=deny",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                OwnJvm.classPath(),
                WithoutUnsafeTest.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(said).strip()).isEqualTo("all done");
  }

  /** What the process does: something of everything. */
  public static void main(String[] arguments) {
    for (Consistency consistency : Consistency.values()) {
      List<Engine> engines =
          List.of(
              new InProcess(),
              new InProcess().placement(Placement.DEDICATED),
              Simulation.withSeed(42));
      for (Engine engine : engines) {
        use(KVStore.builder().engine(engine).consistency(consistency).shards(4).open());
      }
    }
    use(KVStore.builder().storageDirectory(Path.of(arguments[0], "store")).open());
    System.out.println("all done");
  }

  private static void use(KVStore<String, String> opened) {
    try (KVStore<String, String> store = opened;
        Watch<String, String> watch = store.watch(Scan.all())) {
      for (int i = 0; i < 100; i++) {
        CompletableFuture<Void> unused = store.async().put("key " + i, "value");
      }
      store.put("last", "value");
      store.add("number", 1);
      store.get("key 1");
      store.snapshot();
      watch.poll(Duration.ofMillis(100));
    }
  }
}
