package io.kvstore.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a person sees of a long work, and what a file. */
final class ProgressTest {
  private static String shown(boolean isTerminal, double done, Consumer<Progress> work)
      throws InterruptedException {
    StringWriter written = new StringWriter();
    PrintWriter out = new PrintWriter(written);
    Progress progress =
        isTerminal
            ? Progress.bar("lines imported", out, () -> done)
            : Progress.lines("lines imported", out);
    Thread.sleep(110); // a bar moves at most so often
    work.accept(progress);
    return written.toString();
  }

  @Test
  void aBarIsCutWhereTheScreenEndsAndIsTakenAwayAtTheEnd() throws InterruptedException {
    String shown =
        shown(
            true,
            0.456,
            progress -> {
              progress.at(1_234_567);
              progress.end();
            });
    assertThat(shown)
        .startsWith("\r\033[K\033[?7l 45% 1,234,567 lines imported, ")
        .containsPattern(" a second \\[#########\\.{11}\\]\033\\[\\?7h\r\033\\[K$")
        .doesNotContain("\n");
  }

  @Test
  void ofAWorkOfUnknownLengthThereIsNoBar() throws InterruptedException {
    assertThat(shown(true, Double.NaN, progress -> progress.at(5)))
        .startsWith("\r\033[K\033[?7l5 lines imported, ")
        .doesNotContain("[#", "[.");
  }

  @Test
  void whatIsNoTerminalSeesLinesAloneAndSeldom() throws InterruptedException {
    assertThat(
            shown(
                false,
                0.5,
                progress -> {
                  progress.at(1);
                  progress.end();
                }))
        .isEmpty();
  }
}
