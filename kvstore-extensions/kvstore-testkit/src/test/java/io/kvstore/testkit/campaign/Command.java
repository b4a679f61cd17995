package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The command {@link Campaigns}, as tests call it. */
final class Command {
  private Command() {}

  /** Runs it with these words, has it end with this code, and returns what it printed. */
  static String endingWith(int code, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    String text = String.join(" ", words);
    assertThat(Campaigns.run(text.split(" "), to, to)).as(text).isEqualTo(code);
    return out.toString(StandardCharsets.UTF_8);
  }
}
