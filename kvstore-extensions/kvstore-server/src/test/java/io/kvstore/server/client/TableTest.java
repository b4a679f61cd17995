package io.kvstore.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.client.Table.Cell;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tables, and when they are coloured. */
final class TableTest {
  private static String printed(boolean isTerminal, boolean hasColours, int width) {
    StringWriter out = new StringWriter();
    new Table("node", "lag", "about")
        .row("n0", "1,000", new Cell("serving", Screen.styleOf("serving")))
        .row("n10", "7", "x".repeat(40))
        .print(new Screen(new PrintWriter(out), isTerminal, hasColours, width));
    return out.toString();
  }

  @Test
  void numbersStandAtTheRightAndTheLastColumnIsCutOnATerminal() {
    assertThat(printed(true, false, 30))
        .isEqualTo(
            """
            node    lag  about
            n0    1,000  serving
            n10       7  xxxxxxxxxxxxxxxx…
            """);
    assertThat(printed(false, false, 30)).contains("x".repeat(40));
  }

  @Test
  void coloursAreThereOnlyIfTheyMayBe() {
    assertThat(printed(true, true, 80)).contains("\033[1mnode\033[0m", "\033[32mserving\033[0m");
    assertThat(printed(true, false, 80)).doesNotContain("\033");
    assertThat(Screen.mayHaveColours(Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(Screen.mayHaveColours(Map.of("NO_COLOR", ""))).isTrue();
  }
}
