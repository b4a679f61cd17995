package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.kvstore.spi.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Which keys a scan selects: those that its words say. */
final class ScanTest {
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private static Range encoded(Scan<Bytes> scan) {
    return scan.encoded(Codecs.BYTES);
  }

  /** All keys of up to two bytes from a small alphabet with both ends in it. */
  private static List<Bytes> keys() {
    byte[] alphabet = {0, 1, 'a', (byte) 0xFE, (byte) 0xFF};
    List<Bytes> keys = new ArrayList<>(List.of(Bytes.EMPTY));
    for (byte first : alphabet) {
      keys.add(Bytes.of(first));
      for (byte second : alphabet) {
        keys.add(Bytes.of(first, second));
      }
    }
    return keys;
  }

  private static void check(Scan<Bytes> scan, Predicate<Bytes> expected) {
    Range range = encoded(scan);
    for (Bytes key : keys()) {
      boolean isSelected =
          key.compareTo(range.from()) >= 0
              && (range.to().isEmpty() || key.compareTo(range.to()) < 0);
      assertThat(isSelected).as("%s in %s", key, range).isEqualTo(expected.test(key));
    }
  }

  @Test
  void everyScanSelectsWhatItsWordsSay() {
    check(Scan.all(), key -> true);
    for (Bytes one : keys()) {
      check(Scan.prefix(one), key -> key.startsWith(one));
      check(Scan.from(one), key -> key.compareTo(one) >= 0);
      check(Scan.after(one), key -> key.compareTo(one) > 0);
      check(Scan.<Bytes>all().until(one), key -> key.compareTo(one) < 0);
      for (Bytes other : keys()) {
        check(Scan.range(one, other), key -> key.compareTo(one) >= 0 && key.compareTo(other) < 0);
        check(
            Scan.after(one).until(other),
            key -> key.compareTo(one) > 0 && key.compareTo(other) < 0);
        check(
            Scan.prefix(one).startAfter(other),
            key -> key.startsWith(one) && key.compareTo(other) > 0);
        check(
            Scan.from(one).startAfter(other),
            key -> key.compareTo(one) >= 0 && key.compareTo(other) > 0);
        check(Scan.key(one).startAfter(other), key -> key.equals(one) && key.compareTo(other) > 0);
        check(
            Scan.prefix(one).until(other), key -> key.startsWith(one) && key.compareTo(other) < 0);
      }
    }
  }

  @Test
  void theLimitIsPassedOn() {
    assertThat(encoded(Scan.all()).limit()).isEqualTo(NO_LIMIT);
    assertThat(encoded(Scan.<Bytes>all().limit(5).until(Bytes.of("x"))).limit()).isEqualTo(5);
    assertThat(encoded(Scan.<Bytes>all().limit(5).limit(1)).limit()).isEqualTo(1);
  }

  @Test
  void aLimitLeavesRoomForSomething() {
    for (int limit : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Scan.all().limit(limit))
          .withMessage("a scan's limit must be at least 1, not " + limit);
    }
  }

  @Test
  void aScanIsAValueThatServesManyTimes() {
    Scan<Bytes> plain = Scan.from(Bytes.of("a"));
    assertThat(encoded(plain.until(Bytes.of("b")).limit(1))).isNotEqualTo(encoded(plain));
    assertThat(encoded(plain)).isEqualTo(new Range(Bytes.of("a"), Bytes.EMPTY, NO_LIMIT));
  }

  @Test
  void noBoundIsNull() {
    assertThatNullPointerException().isThrownBy(() -> Scan.prefix(null));
    assertThatNullPointerException().isThrownBy(() -> Scan.range("a", null));
    assertThatNullPointerException().isThrownBy(() -> Scan.from(null));
    assertThatNullPointerException().isThrownBy(() -> Scan.after(null));
    assertThatNullPointerException().isThrownBy(() -> Scan.all().until(null));
    assertThatNullPointerException().isThrownBy(() -> Scan.all().startAfter(null));
  }
}
