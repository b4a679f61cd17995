package io.kvstore.examples.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** A bar for people, and nothing for files. */
class ProgressTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, UTF_8);

  @Test
  void onATerminalABarFills() {
    Progress progress = new Progress(out, true, "causal", 4);
    progress.advance();
    progress.advance();
    progress.show();
    progress.advance();
    progress.advance();
    progress.end();

    assertThat(printed.toString(UTF_8).split("\r", -1))
        .containsExactly(
            "",
            "causal         [" + "#".repeat(20) + "-".repeat(20) + "]  50 %  2 of 4",
            "causal         [" + "#".repeat(40) + "] 100 %  4 of 4" + System.lineSeparator());
  }

  @Test
  void elsewhereNothingIsPrinted() {
    Progress progress = new Progress(out, false, "causal", 4);
    progress.advance();
    progress.show();
    progress.end();

    assertThat(printed.size()).isEqualTo(0);
  }
}
