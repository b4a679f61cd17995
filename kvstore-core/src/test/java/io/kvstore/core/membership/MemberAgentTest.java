package io.kvstore.core.membership;

import io.kvstore.core.Transcript;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a member says to its coordinator; {@link ScriptedAgent} says what lines there are. */
class MemberAgentTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-member-takes-its-place",
        "a-member-is-told-twice",
        "a-member-holds-a-lease",
        "a-member-is-not-heard"
      })
  void aTranscriptIsAsItWas(String name) throws IOException {
    Transcript.play(getClass(), name, new ScriptedAgent()::obey);
  }
}
