package io.kvstore.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ValuesTest {
  private final Values values = new Values();

  @Test
  void valuesAreEqualIfTheirNumbersAre() {
    assertThat(values.of("3")).isEqualTo(values.of("3")).isNotEqualTo(values.of(3L));
    assertThat(values.of(null)).isEqualTo(Values.NIL);
    assertThat(values.of(true)).isEqualTo(Values.TRUE);
    assertThat(values.find("unheard of")).isEqualTo(Values.NONE);
  }

  @Test
  void anAppendMakesTheSameValueOnEachWay() {
    int whole = values.of("abc");
    int start = values.append(Values.NIL, values.of("a"));

    assertThat(values.append(start, values.of("bc"))).isEqualTo(whole);
    assertThat(values.append(values.append(start, values.of("b")), values.of("c")))
        .isEqualTo(whole);
  }

  @Test
  void aTextThatNobodySpelledOutCanBeReadAndFound() {
    int text = values.of("");
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      text = values.append(text, values.of("piece " + i));
      expected.append("piece ").append(i);
    }

    assertThat(values.of(expected.toString())).isEqualTo(text);
    assertThat(values.get(text)).isEqualTo(expected.toString());
    assertThat(values.startsWith(text, values.of("piece 0piece 1"))).isTrue();
    assertThat(values.startsWith(text, values.of("piece 1"))).isFalse();
  }

  @Test
  void sumsAreNumbers() {
    assertThat(values.add(values.of(3L), values.of(-5L))).isEqualTo(values.of(-2L));
    assertThat(values.add(Values.NIL, values.of(1L))).isEqualTo(values.of(1L));
  }
}
