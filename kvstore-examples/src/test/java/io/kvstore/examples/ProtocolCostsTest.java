package io.kvstore.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the page on choosing a protocol says is what the protocols cost. */
class ProtocolCostsTest {
  @Test
  void thePageHasTheTableThatIsCounted() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ProtocolCosts.print(new PrintStream(printed, true, UTF_8));

    String table = printed.toString(UTF_8).replace(System.lineSeparator(), "\n");
    assertThat(table).contains("| LINEARIZABLE | PRIMARY | 2 / 4 | 0 / 2 |");
    assertThat(Files.readString(Path.of("../docs/choosing.md"))).contains(table);
  }
}
