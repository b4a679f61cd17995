package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stand-alone process as a member: three of them, asked by memcached's protocol. */
class MemcachedOnRatisTest {
  @Test
  void everyTestOfMemccapablePassesAtAnyOfThem() throws Exception {
    assumeTrue(
        isInstalled("memccapable"),
        "memccapable is not on the PATH, so this test is skipped: install libmemcached-tools");
    try (ServerProcesses servers = new ServerProcesses(List.of())) {
      for (int member = 1; member <= 3; member++) {
        String[] address = servers.memcached(member).split(":", 2);
        Process program =
            new ProcessBuilder("memccapable", "-a", "-t", "20", "-h", address[0], "-p", address[1])
                .redirectErrorStream(true)
                .start();
        String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(said).isZero();
        assertThat(said.lines().filter(line -> line.endsWith("[pass]"))).as(said).hasSize(27);
        assertThat(said).contains("All tests passed");
      }
    }
  }

  private static boolean isInstalled(String program) throws IOException {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
