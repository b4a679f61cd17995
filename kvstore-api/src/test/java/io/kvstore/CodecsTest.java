package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CodecsTest {
  @Test
  void numbersComeBackAndSortAsTheyAre() {
    for (int seed = 0; seed < 20; seed++) {
      long[] numbers =
          LongStream.concat(
                  LongStream.of(Long.MIN_VALUE, -256, -255, -1, 0, 1, 255, 256, Long.MAX_VALUE),
                  new Random(seed).longs(50))
              .sorted()
              .toArray();
      List<Bytes> encoded = LongStream.of(numbers).mapToObj(Codecs.LONG::encode).toList();
      assertThat(encoded).as("seed %d", seed).isSorted();
      assertThat(encoded.stream().mapToLong(Codecs.LONG::decode).toArray())
          .as("seed %d", seed)
          .isEqualTo(numbers);
    }
  }

  @Test
  void textComesBack() {
    for (String text : List.of("", "plain", "Zo\u00EB", "\u6F22\u5B57", "\uD83D\uDE00", "\0")) {
      assertThat(Codecs.STRING.decode(Codecs.STRING.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void aTextWithHalfASurrogatePairIsRefusedAtItsPosition() {
    assertThatThrownBy(() -> Codecs.STRING.encode("k\uD800"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\\ud800, at position 1 of 2");
    for (String text : List.of("\uDBFF", "?\uDC00\uD800", "12345678\uD83D?", "\uDE00\uD83D")) {
      assertThatThrownBy(() -> Codecs.STRING.encode(text))
          .as("%s", text.chars().boxed().toList())
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String text : List.of("?", "why?", "1234567?", "\uD83D\uDE00?", "12345678?\uD83D\uDE00")) {
      assertThat(Codecs.STRING.decode(Codecs.STRING.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void bytesThatAreNotUtf8AreNoText() {
    for (Bytes bytes :
        List.of(
            Bytes.of((byte) 0xFF),
            Bytes.of((byte) 'a', (byte) 0xC3),
            Bytes.of((byte) 0xED, (byte) 0xA0, (byte) 0x80), // half of a surrogate pair
            Bytes.of((byte) 0xC0, (byte) 0x80))) { // zero in two bytes
      assertThatThrownBy(() -> Codecs.STRING.decode(bytes))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not UTF-8");
    }
    assertThat(Codecs.STRING.decode(Bytes.of("\uFFFD"))).isEqualTo("\uFFFD");
  }

  @Test
  void textSortsByCodePoint() {
    String lastBeforeSurrogates = "\uFFFD";
    String emoji = "\uD83D\uDE00";
    assertThat(Codecs.STRING.encode(lastBeforeSurrogates)).isLessThan(Codecs.STRING.encode(emoji));
  }

  @Test
  void bytesComeBack() {
    Bytes bytes = Bytes.of((byte) -1, (byte) 0);
    assertThat(Codecs.BYTES.decode(Codecs.BYTES.encode(bytes))).isEqualTo(bytes);
    assertThat(Codecs.BYTE_ARRAY.decode(Codecs.BYTE_ARRAY.encode(new byte[] {-1, 0})))
        .containsExactly(-1, 0);
  }

  @Test
  void anArrayThatChangesLaterChangesNothing() {
    byte[] array = {1};
    Bytes encoded = Codecs.BYTE_ARRAY.encode(array);
    array[0] = 2;
    Codecs.BYTE_ARRAY.decode(encoded)[0] = 3;
    assertThat(encoded).isEqualTo(Bytes.of((byte) 1));
  }

  @Test
  void uuidsComeBack() {
    Random random = new Random(4);
    for (int i = 0; i < 100; i++) {
      UUID uuid = new UUID(random.nextLong(), random.nextLong());
      assertThat(Codecs.UUID.decode(Codecs.UUID.encode(uuid))).isEqualTo(uuid);
    }
  }

  @Test
  void bytesOfAnotherLengthAreRefused() {
    assertThatThrownBy(() -> Codecs.LONG.decode(Bytes.of("seven b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("7");
    assertThatThrownBy(() -> Codecs.UUID.decode(Bytes.of("short")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5");
  }

  @Test
  void numbersAreWrittenInTheWayTheCodecSays() {
    assertThat(Codecs.STRING.numberFormat()).isEqualTo(Codec.NumberFormat.DECIMAL);
    assertThat(Codecs.LONG.numberFormat()).isEqualTo(Codec.NumberFormat.BINARY);
    assertThat(Codecs.UUID.numberFormat()).isEqualTo(Codec.NumberFormat.NONE);
  }
}
