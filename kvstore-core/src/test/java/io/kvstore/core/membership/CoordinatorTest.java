package io.kvstore.core.membership;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.Transcript;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a coordinator says, and what becomes of it; {@link ScriptedGroup} says what lines there are.
 */
class CoordinatorTest {
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
        "nothing-is-left-yet",
        "all-files-are-damaged"
      })
  void aTranscriptIsAsItWas(String name) throws IOException {
    Transcript.play(
        getClass(), name, new ScriptedGroup(Consistency.LINEARIZABLE, Replication.PRIMARY)::obey);
  }
}
