package io.kvstore.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A test that reads as what is said and what becomes of it, in {@code src/test/resources}: a line
 * is done, what comes of it stands beneath it.
 */
public final class Transcript {
  private static final String INDENT = "  ";

  private Transcript() {}

  /** Does what the lines of a transcript beside a test say, and compares what comes of it. */
  public static void play(Class<?> test, String name, Function<String, List<String>> obey)
      throws IOException {
    List<String> written = linesOf(test, name + ".txt");
    List<String> played = new ArrayList<>();
    for (String line : written) {
      if (line.startsWith("#") || line.isBlank()) {
        played.add(line);
      } else if (!line.startsWith(INDENT)) {
        played.add(line);
        obey.apply(line).forEach(each -> played.add(INDENT + each));
      }
    }

    assertThat(String.join("\n", played)).isEqualTo(String.join("\n", written));
  }

  private static List<String> linesOf(Class<?> test, String file) throws IOException {
    try (InputStream in = requireNonNull(test.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }
}
