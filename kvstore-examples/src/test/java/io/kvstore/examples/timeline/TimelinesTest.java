package io.kvstore.examples.timeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The page on the experiments has the tables that are counted, and the pictures that are drawn. */
class TimelinesTest {
  private static final Path DOCS = Path.of("../docs");

  @Test
  void thePageHasWhatMovesLookLike() throws IOException {
    assertIsOnThePage(Timelines::moves, "moves.svg");
  }

  @Test
  void thePageHasWhatCrashesLookLike() throws IOException {
    assertIsOnThePage(Timelines::crashes, "crashes.svg");
  }

  @Test
  void thePageHasWhatACrashOfOneOfNineNodesLooksLike() throws IOException {
    assertIsOnThePage(Timelines::placedCrashes, "placed-crashes.svg");
  }

  private static void assertIsOnThePage(
      Function<PrintStream, TimelineChart> experiment, String picture) throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    String drawn = experiment.apply(new PrintStream(printed, true, UTF_8)).svg();

    String page = Files.readString(DOCS.resolve("bespokv.md"));
    assertThat(page).contains(printed.toString(UTF_8).replace(System.lineSeparator(), "\n"));
    assertThat(page).contains("](pictures/" + picture + ")");
    assertThat(drawn).isEqualTo(Files.readString(DOCS.resolve("pictures").resolve(picture)));
  }
}
