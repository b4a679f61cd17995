package io.kvstore;

import static io.kvstore.Consistency.CAUSAL;
import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;
import static io.kvstore.Consistency.SEQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistencyTest {
  private static final Map<String, Consistency> NAMES =
      Map.of(
          "linearizable", LINEARIZABLE,
          "linear", LINEARIZABLE,
          "linearizability", LINEARIZABLE,
          "sequential", SEQUENTIAL,
          "causal", CAUSAL,
          "eventual", EVENTUAL);

  @Test
  void everySpellingIsUnderstood() {
    NAMES.forEach(
        (name, level) -> {
          for (String ending : List.of("", "_consistency", "-consistency")) {
            String whole = name + ending;
            String capitalized =
                whole.substring(0, 1).toUpperCase(Locale.ROOT) + whole.substring(1);
            assertThat(Consistency.parse(whole)).isEqualTo(level);
            assertThat(Consistency.parse(capitalized)).isEqualTo(level);
            assertThat(Consistency.parse(whole.toUpperCase(Locale.ROOT))).isEqualTo(level);
            assertThat(Consistency.parse(" " + whole + "\n")).isEqualTo(level);
          }
        });
  }

  /** In Turkish, a capital I becomes an i without a dot. */
  @Test
  void spellingsDoNotDependOnTheLanguageOfTheMachine() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(new Locale("tr"));
      assertThat(Consistency.parse("LINEARIZABILITY_CONSISTENCY")).isEqualTo(LINEARIZABLE);
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "strong", "lineari", "_consistency", "causal consistency", "causal_"})
  void anUnknownNameIsRefusedWithThoseThatExist(String name) {
    assertThatThrownBy(() -> Consistency.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown consistency '"
                + name
                + "': expected one of linearizable, sequential, causal, eventual");
  }

  @Test
  void strongerLevelsPromiseWhatWeakerOnesDo() {
    List<Consistency> strongestFirst = List.of(LINEARIZABLE, SEQUENTIAL, CAUSAL, EVENTUAL);
    for (int i = 0; i < strongestFirst.size(); i++) {
      for (int j = 0; j < strongestFirst.size(); j++) {
        assertThat(strongestFirst.get(i).isAtLeast(strongestFirst.get(j))).isEqualTo(i <= j);
      }
    }
  }
}
