package io.kvstore.labs.grading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Lab 6: the run that is drawn breaks its promise, and its answers are graded.
 *
 * <p>{@code -Dlab6.draw=true} draws it into docs/labs.
 */
class RiddleTest {
  private static final Path DOCS = Path.of("..", "..", "docs", "labs");

  @Test
  void theRunThatIsDrawnIsNotSequential() throws IOException {
    Riddle riddle = Riddle.play();
    System.out.println(riddle.verdicts());
    for (int row = 0; row < riddle.history().size(); row++) {
      System.out.println(riddle.history().operation(row));
    }
    assertThat(riddle.verdicts().get("sequential")).isInstanceOf(Broken.class);
    assertThat(riddle.verdicts().get("eventual")).isInstanceOf(Holds.class);
    Path drawn = riddle.drawing().write(Path.of("target", "labs", "lab6"));
    if (Boolean.getBoolean("lab6.draw")) {
      for (String ending : new String[] {".html", ".svg"}) {
        Path from = drawn.resolveSibling("lab6" + ending);
        Files.writeString(DOCS.resolve("lab6" + ending), Files.readString(from));
      }
    }
    assertThat(DOCS.resolve("lab6.html")).content().contains("Lab 6");
  }

  @Test
  void theRightAnswersPass() throws IOException {
    Answers right = Answers.of(new StringReader(rightAnswers()));
    for (int question = 0; question < Answers.QUESTIONS.size(); question++) {
      assertThat(right.isRight(question)).as(right.hash(question)).isTrue();
    }
  }

  @Test
  void otherAnswersDoNotPass() throws IOException {
    Answers wrong = Answers.of(new StringReader("member=n2\nmessage=Append n0 n2\n"));
    assertThat(wrong.isRight(0)).isFalse();
    assertThat(wrong.isRight(1)).isFalse();
    assertThat(wrong.isGiven(2)).isFalse();
  }

  /** They are kept so that a look does not give them away. */
  private static String rightAnswers() throws IOException {
    try (InputStream in = RiddleTest.class.getResourceAsStream("lab6.b64")) {
      return new String(
          Base64.getMimeDecoder().decode(Objects.requireNonNull(in).readAllBytes()), UTF_8);
    }
  }
}
