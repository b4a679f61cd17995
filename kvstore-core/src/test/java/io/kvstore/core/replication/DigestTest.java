package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.core.replication.Digest.Differences;
import io.kvstore.core.spi.Storage.AllEntries;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two members find out where they differ without telling each other all that they hold. */
final class DigestTest {
  private static final int MANY = 20_000;

  private static Pair pair(int key, long version) {
    return new Pair(Bytes.of("key " + key), Entry.of(Bytes.of("v"), version));
  }

  private static List<Pair> pairs(int number) {
    return IntStream.range(0, number).mapToObj(key -> pair(key, key + 1)).toList();
  }

  private static Digest digest(List<Pair> pairs) {
    return new Digest(all(pairs));
  }

  private static AllEntries all(List<Pair> pairs) {
    return visitor -> pairs.forEach(pair -> visitor.accept(pair.key(), pair.entry()));
  }

  @Test
  void theSameEntriesInWhateverOrderHaveTheSameDigest() {
    List<Pair> shuffled = new ArrayList<>(pairs(MANY));
    Collections.shuffle(shuffled, new Random(1));
    Digest one = digest(pairs(MANY));
    assertThat(digest(shuffled)).isEqualTo(one).hasSameHashCodeAs(one);
    assertThat(one.differences(all(shuffled), 0, MANY))
        .isEqualTo(new Differences(List.of(), Digest.PARTS));
  }

  @Test
  void oneThatIsAnotherIsFoundAmongFewThatAreNot() {
    List<Pair> here = new ArrayList<>(pairs(MANY));
    Pair newer = pair(4_711, MANY + 1);
    here.set(4_711, newer);
    List<Pair> found = digest(pairs(MANY)).differences(all(here), 0, MANY).entries();
    assertThat(found).contains(newer).hasSizeLessThan(4 * MANY / Digest.PARTS);
  }

  @Test
  void oneThatIsMissingIsFoundAndSoIsARemoval() {
    List<Pair> here = List.of(pair(1, 1), pair(2, 2));
    Digest there = digest(List.of(pair(1, 1)));
    assertThat(there.differences(all(here), 0, 10).entries()).containsExactly(pair(2, 2));
    Pair removal = new Pair(Bytes.of("key 1"), Entry.tombstone(3, null));
    assertThat(there.differences(all(List.of(removal)), 0, 10).entries()).containsExactly(removal);
  }

  @Test
  void muchIsToldInPartsOfWhichEachGoesOnWhereTheOtherEnded() {
    List<Pair> here = pairs(MANY);
    Digest nothing = digest(List.of());
    List<Pair> all = new ArrayList<>();
    int next = 0;
    int parts = 0;
    while (next < Digest.PARTS) {
      Differences some = nothing.differences(all(here), next, 1_000);
      assertThat(some.entries()).hasSizeLessThan(1_000 + 2 * MANY / Digest.PARTS);
      all.addAll(some.entries());
      next = some.next();
      parts++;
    }
    assertThat(parts).isBetween(10, 30);
    assertThat(all).hasSameSizeAs(here);
    assertThat(new HashSet<>(all)).isEqualTo(new HashSet<>(here));
  }
}
