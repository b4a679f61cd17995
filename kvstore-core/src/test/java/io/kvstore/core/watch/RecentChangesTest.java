package io.kvstore.core.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecentChangesTest {
  private static final int MANY = 1_000;

  private final RecentChanges kept = new RecentChanges();

  @Test
  void recordsKeepTheirNumbersWhileTheFirstAreForgotten() {
    for (int i = 0; i < MANY; i++) {
      kept.append(record(i, "k"));
      if (i % 3 == 0) {
        assertThat(kept.removeFirst().version()).isEqualTo(i / 3);
      }
    }

    assertThat(kept.next()).isEqualTo(MANY);
    for (long number = kept.first(); number < kept.next(); number++) {
      assertThat(kept.at(number).version()).isEqualTo(number);
    }
  }

  @Test
  void theLastRecordIsKeptHoweverMuchItIs() {
    kept.append(record(1, "a", "b", "c"));
    assertThat(kept.areMoreThan(2, Long.MAX_VALUE)).isFalse();

    kept.append(record(2, "d"));
    assertThat(kept.areMoreThan(3, Long.MAX_VALUE)).isTrue();
    assertThat(kept.areMoreThan(4, Long.MAX_VALUE)).isFalse();
    assertThat(kept.areMoreThan(4, 1)).isTrue();
    kept.removeFirst();
    assertThat(kept.areMoreThan(0, 0)).isFalse();
  }

  @Test
  void ofWhatIsOutdatedNothingIsLeftButTheVersion() {
    kept.append(record(5, "a", "b"));
    kept.append(record(7, "b", "c"));
    kept.append(record(6, "a", "c"));
    kept.dropWhatIsOutdated();

    assertThat(keysOf(0)).isEmpty();
    assertThat(keysOf(1)).containsExactly("b", "c");
    assertThat(keysOf(2)).containsExactly("a");
    assertThat(kept.at(0).version()).isEqualTo(5);
    assertThat(kept.areMoreThan(2, Long.MAX_VALUE)).isTrue();
    assertThat(kept.areMoreThan(3, Long.MAX_VALUE)).isFalse();
  }

  private Stream<String> keysOf(long number) {
    return kept.at(number).changed().stream().map(pair -> pair.key().toText());
  }

  private static ChangeRecord record(long version, String... keys) {
    List<Pair> changed =
        Stream.of(keys)
            .map(key -> new Pair(Bytes.of(key), Entry.tombstone(version, null)))
            .toList();
    return new ChangeRecord(version, version, false, changed, false, false, null);
  }
}
