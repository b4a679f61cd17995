package io.kvstore.examples.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.examples.scenario.Request.Read;
import io.kvstore.examples.scenario.Request.Sleep;
import io.kvstore.examples.scenario.Request.Write;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file means. */
class ScenarioFileTest {
  private static final String BOTH_SPELLINGS =
      """
      { "num_servers": 3,
        "consistency_level": "sequential",
        "port_number": {"0": [3000, 3001, 3002], "1": [0, 0, 0], "2": [4000, 4001, 4002]},
        "clients": [ { "client_number": 2, "server_number": 1,
                       "requests": [ {"request_type": "write", "key": "key1", "value": "value1"},
                                     {"request_type": "read",  "key": "key1"},
                                     {"type": "set", "key": "a", "value": 1},
                                     {"type": "get", "key": "a"},
                                     {"type": "sleep"},
                                     {"request_type": "sleep", "value": 25} ] } ] }
      """;

  @Test
  void bothSpellingsAreUnderstood() {
    ScenarioFile file = ScenarioReader.read("both", BOTH_SPELLINGS);

    assertThat(file.servers()).isEqualTo(3);
    assertThat(file.level()).isEqualTo(Consistency.SEQUENTIAL);
    assertThat(file.keys()).containsExactly("a", "key1");
    assertThat(file.groups()).hasSize(1);
    assertThat(file.groups().get(0).number()).isEqualTo(2);
    assertThat(file.groups().get(0).server()).isEqualTo(1);
    assertThat(file.groups().get(0).requests())
        .containsExactly(
            new Write("key1", "value1"),
            new Read("key1"),
            new Write("a", "1"),
            new Read("a"),
            new Sleep(OptionalLong.empty()),
            new Sleep(OptionalLong.of(25)));
  }

  @ParameterizedTest
  @CsvSource({
    "linear, LINEARIZABLE",
    "Linearizability, LINEARIZABLE",
    "LINEARIZABLE, LINEARIZABLE",
    "sequential_consistency, SEQUENTIAL",
    "Causal-Consistency, CAUSAL",
    "eventual, EVENTUAL"
  })
  void aLevelHasManyNames(String name, Consistency level) {
    String json = BOTH_SPELLINGS.replace("\"sequential\"", "\"" + name + "\"");

    assertThat(ScenarioReader.read("named", json).level()).isEqualTo(level);
  }

  @Test
  void theSameSeedGivesTheSameSleepsAndAnotherGivesOthers() {
    ScenarioFile file = ScenarioReader.read("both", BOTH_SPELLINGS);

    assertThat(Script.of(file, 7)).isEqualTo(Script.of(file, 7));
    assertThat(Script.of(file, 7)).isNotEqualTo(Script.of(file, 8));
    assertThat(randomSleeps(Script.of(file, 7)))
        .hasSize(2)
        .doesNotHaveDuplicates()
        .allSatisfy(millis -> assertThat(millis).isBetween(0L, 1_000L));
  }

  private static Stream<Long> randomSleeps(Script script) {
    return script.parts().stream()
        .map(part -> part.steps().get(4))
        .map(step -> ((Sleep) step).millis().orElseThrow());
  }

  @Test
  void aSleepOfAStatedTimeIsNotDrawn() {
    Script script = Script.of(ScenarioReader.read("both", BOTH_SPELLINGS), 7);

    assertThat(script.parts())
        .allSatisfy(
            part -> assertThat(part.steps().get(5)).isEqualTo(new Sleep(OptionalLong.of(25))));
  }

  @Test
  void fastLeavesTheSleepsOutAndNothingElse() {
    Script script = Script.of(ScenarioReader.read("both", BOTH_SPELLINGS), 7).awake();

    assertThat(script.parts())
        .hasSize(2)
        .allSatisfy(
            part ->
                assertThat(part.steps())
                    .containsExactly(
                        new Write("key1", "value1"),
                        new Read("key1"),
                        new Write("a", "1"),
                        new Read("a")));
  }

  @Test
  void eachRoundWritesOtherValues() {
    String json = BOTH_SPELLINGS.replace("\"requests\"", "\"repeat\": 3, \"requests\"");
    Script script = Script.of(ScenarioReader.read("rounds", json), 7).awake();

    assertThat(script.parts().get(0).steps())
        .filteredOn(Write.class::isInstance)
        .containsExactly(
            new Write("key1", "value1"),
            new Write("a", "1"),
            new Write("key1", "value1 2"),
            new Write("a", "1 2"),
            new Write("key1", "value1 3"),
            new Write("a", "1 3"));
  }
}
