package io.kvstore.core.membership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a coordinator says, and what becomes of it: transcripts in {@code src/test/resources}. A
 * line is done, what comes of it stands beneath it; {@link ScriptedGroup} says what lines there
 * are.
 */
class CoordinatorTest {
  private static final String INDENT = "  ";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-group-forms",
        "a-member-falls-silent",
        "a-lease-is-waited-out",
        "a-member-restarts-during-a-change",
        "a-member-is-complained-of",
        "a-change-begins-anew",
        "a-coordinator-is-replaced",
        "a-view-is-set",
        "those-who-know-are-away",
        "all-files-are-damaged"
      })
  void aTranscriptIsAsItWas(String name) throws IOException {
    ScriptedGroup group = new ScriptedGroup(Consistency.LINEARIZABLE, Replication.PRIMARY);
    List<String> written = linesOf(name + ".txt");
    List<String> played = new ArrayList<>();
    for (String line : written) {
      if (line.startsWith("#") || line.isBlank()) {
        played.add(line);
      } else if (!line.startsWith(INDENT)) {
        played.add(line);
        group.obey(line).forEach(each -> played.add(INDENT + each));
      }
    }

    assertThat(String.join("\n", played)).isEqualTo(String.join("\n", written));
  }

  private static List<String> linesOf(String file) throws IOException {
    try (InputStream in = requireNonNull(CoordinatorTest.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }
}
