package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
  @Test
  void theOrderIsUnsigned() {
    assertThat(Bytes.EMPTY).isLessThan(bytes(0));
    assertThat(bytes(0x7F)).isLessThan(bytes(0x80));
    assertThat(bytes(0xFE)).isLessThan(bytes(0xFF));
    assertThat(bytes(1)).isLessThan(bytes(1, 0));
    assertThat(bytes(1, 0xFF)).isLessThan(bytes(2));
    assertThat(bytes(3, 4)).isEqualByComparingTo(bytes(3, 4));
  }

  @Test
  void equalBytesAreEqualWhereverTheyComeFrom() {
    Bytes text = Bytes.of("snow\u2603");
    assertThat(Bytes.of(text.toArray())).isEqualTo(text).hasSameHashCodeAs(text);
    assertThat(Bytes.wrap(text.toArray())).isEqualTo(text).hasSameHashCodeAs(text);
    assertThat(Bytes.of("snow").concat(Bytes.of("\u2603"))).isEqualTo(text);
    assertThat(text).isNotEqualTo(Bytes.of("snow"));
    assertThat(text.toText()).isEqualTo("snow\u2603");
  }

  @Test
  void hashesOfEqualBytesAreEqualAtEveryLength() {
    Random random = new Random(6);
    for (int length = 0; length < 40; length++) {
      byte[] array = new byte[length];
      random.nextBytes(array);
      assertThat(Bytes.of(array)).hasSameHashCodeAs(Bytes.wrap(array.clone()));
    }
  }

  /** Tables take whichever bits of a hash they like. */
  @ParameterizedTest
  @ValueSource(strings = {"%016d", "%d", "user:%d:name", "key%08d", "%x", "%2000d"})
  void hashesOfNumberedKeysAreEvenInAllTheirBits(String format) {
    for (int shift = 0; shift <= Integer.SIZE - Byte.SIZE; shift++) {
      int[] keys = new int[256];
      for (int i = 0; i < 16 * keys.length; i++) {
        int hash = Bytes.of(String.format(Locale.ROOT, format, i)).hashCode();
        keys[hash >>> shift & 0xFF]++;
      }
      assertThat(Arrays.stream(keys).min().orElseThrow()).as("shift %s", shift).isPositive();
      assertThat(Arrays.stream(keys).max().orElseThrow()).as("shift %s", shift).isLessThan(40);
    }
  }

  @Test
  void nobodyCanChangeBytesThatWereCopied() {
    byte[] array = {1, 2};
    Bytes bytes = Bytes.of(array);
    array[0] = 9;
    bytes.toArray()[1] = 9;
    assertThat(bytes).isEqualTo(bytes(1, 2));
  }

  @Test
  void bytesBeginWithEachOfTheirPrefixes() {
    assertThat(bytes(1, 2, 3).startsWith(Bytes.EMPTY)).isTrue();
    assertThat(bytes(1, 2, 3).startsWith(bytes(1, 2))).isTrue();
    assertThat(bytes(1, 2, 3).startsWith(bytes(1, 2, 3))).isTrue();
    assertThat(bytes(1, 2, 3).startsWith(bytes(2))).isFalse();
    assertThat(bytes(1, 2).startsWith(bytes(1, 2, 3))).isFalse();
  }

  @Test
  void afterAPrefixIsTheSmallestThatIsGreaterThanAllThatHaveIt() {
    assertThat(bytes(1, 2).afterPrefix()).isEqualTo(bytes(1, 3));
    assertThat(bytes(1, 0x7F).afterPrefix()).isEqualTo(bytes(1, 0x80));
    assertThat(bytes(1, 0xFF).afterPrefix()).isEqualTo(bytes(2));
    assertThat(bytes(1, 0xFF, 0xFF).afterPrefix()).isEqualTo(bytes(2));
  }

  @Test
  void nothingIsAfterAPrefixOfHighestBytes() {
    assertThat(Bytes.EMPTY.afterPrefix()).isEqualTo(Bytes.EMPTY);
    assertThat(bytes(0xFF).afterPrefix()).isEqualTo(Bytes.EMPTY);
    assertThat(bytes(0xFF, 0xFF).afterPrefix()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void aPrefixAndWhatIsAfterItEncloseExactlyThoseThatBeginWithIt() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      for (int i = 0; i < 1_000; i++) {
        Bytes prefix = fewDifferent(random);
        Bytes other = fewDifferent(random);
        Bytes after = prefix.afterPrefix();
        boolean isEnclosed =
            other.compareTo(prefix) >= 0 && (after.isEmpty() || other.compareTo(after) < 0);
        assertThat(isEnclosed)
            .as("%s between %s and %s, seed %d", other, prefix, after, seed)
            .isEqualTo(other.startsWith(prefix));
      }
    }
  }

  @Test
  void shortTextIsShownAsItIsAndTheRestInShort() {
    assertThat(Bytes.of("key 1")).hasToString("key 1");
    assertThat(bytes(0, 0xAB)).hasToString("0x00ab");
    assertThat(Bytes.of("a".repeat(100))).hasToString("a".repeat(64) + "…(100 bytes)");
    assertThat(Bytes.of(new byte[20])).hasToString("0x" + "00".repeat(16) + "…(20 bytes)");
  }

  private static Bytes bytes(int... unsigned) {
    byte[] array = new byte[unsigned.length];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) unsigned[i];
    }
    return Bytes.of(array);
  }

  private static Bytes fewDifferent(Random random) {
    int[] choice = {0, 1, 0x7F, 0x80, 0xFE, 0xFF};
    int[] bytes = new int[random.nextInt(4)];
    Arrays.setAll(bytes, any -> choice[random.nextInt(choice.length)]);
    return bytes(bytes);
  }
}
