package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;

import io.kvstore.spi.VectorClock;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions come back from clients: any text is either one that was written, or refused. */
final class PositionTextTest {
  private static final long SEED = Long.getLong("kvstore.seed", 1);
  private static final int TEXTS = 20_000;
  private static final String[] PIECES = {
    "0",
    "1",
    "12",
    "-1",
    "+1",
    "007",
    "4095",
    "4096",
    "2147483647",
    "2147483648",
    "4294967295",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999",
    ":",
    ":",
    ";",
    ";",
    ",",
    ",",
    "@",
    "@",
    " ",
    "",
    "x",
    "\0",
    "\n",
    "\u0661",
    "1e3",
    "0x1",
    "null"
  };

  static Stream<Arguments> parsers() {
    return Stream.of(
        Arguments.of("position", (Function<String, Object>) Position::parse),
        Arguments.of("watch position", (Function<String, Object>) WatchPosition::parse),
        Arguments.of("clock", (Function<String, Object>) VectorClock::parse));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("parsers")
  void aTextIsReadAsItWasWrittenOrRefused(String kind, Function<String, Object> parser) {
    Random random = new Random(SEED);
    for (int i = 0; i < TEXTS; i++) {
      String text = randomText(random);
      try {
        assertThat(parser.apply(text)).hasToString(text);
      } catch (IllegalArgumentException refused) {
        assertThat(refused)
            .as("seed %s, text %s: '%s'", SEED, i, text)
            .hasMessageContaining("'" + text.substring(0, Math.min(100, text.length())))
            .hasMessageContaining("is no " + kind + ": expected");
      } catch (RuntimeException other) {
        fail("seed " + SEED + ", text " + i + ": '" + text + "'", other);
      }
    }
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i >= 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4294967295:1",
        "2147483648:1",
        "4096:1",
        "0:",
        "0:0",
        "0:1,0",
        "+0:1",
        "00:1",
        "0:+1",
        "0:01",
        "1:1;0:1",
        "0:1;0:2",
        "\u0660:1"
      })
  void whatNoStoreWritesIsNoPosition(String text) {
    assertThatThrownBy(() -> Position.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is no position: expected");
  }

  @Test
  void whatIsTooLongIsRefusedInAFewWords() {
    for (String text :
        new String[] {
          "0:1" + ",1".repeat(VectorClock.MOST_COUNTS),
          "0:1;".repeat(5_000),
          "0:" + "1".repeat(2_000_000),
          ";".repeat(2_000_000)
        }) {
      for (Function<String, Object> parser :
          Stream.<Function<String, Object>>of(Position::parse, WatchPosition::parse).toList()) {
        assertThatThrownBy(() -> parser.apply(text))
            .isInstanceOf(IllegalArgumentException.class)
            .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(400));
      }
    }
  }

  @Test
  void theLongestClockIsRead() {
    String text = "0:" + "0,".repeat(VectorClock.MOST_COUNTS - 1) + "1";
    assertThat(Position.parse(text)).hasToString(text);
  }
}
