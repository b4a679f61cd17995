package io.kvstore.core.membership;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.Transcript;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which coordinator keeps the view of which node: transcripts, as for one coordinator alone. */
class CoordinatorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-strong-view-is-split",
        "a-node-is-expelled",
        "a-node-leaves",
        "a-node-is-replaced"
      })
  void aTranscriptAtAStrongLevelIsAsItWas(String name) throws IOException {
    Transcript.play(
        getClass(), name, new ScriptedGroup(Consistency.SEQUENTIAL, Replication.PRIMARY)::obey);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-weak-view-is-split"})
  void aTranscriptAtAWeakLevelIsAsItWas(String name) throws IOException {
    Transcript.play(
        getClass(), name, new ScriptedGroup(Consistency.EVENTUAL, Replication.BROADCAST)::obey);
  }
}
