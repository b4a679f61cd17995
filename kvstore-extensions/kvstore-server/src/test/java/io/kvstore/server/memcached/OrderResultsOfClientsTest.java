package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.Memcached;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the replicas list as performed is what clients have asked for. */
final class OrderResultsOfClientsTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void statisticsAreNoReadsOfAClient(Consistency level) throws IOException {
    try (Served served =
            Served.with(level, store -> store.outputDirectory(directory), Memcached.onLoopback());
        RawClient client = served.client(1)) {
      client.say("set k 0 0 6\r\nv\r\nv=1\r\nget k\r\n");
      assertThat(client.say("stats\r\n")).contains("STAT curr_items 1\r\n", "STAT lag ");
      client.say("stats items\r\nstats slabs\r\nstats sizes\r\nstats settings\r\n");
    }
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    assertThat(lines)
        .isNotEmpty()
        .allMatch(
            line -> line.endsWith(" set key k  STORED") || line.endsWith(" get key k  v\\r\\nv=1"));
  }
}
