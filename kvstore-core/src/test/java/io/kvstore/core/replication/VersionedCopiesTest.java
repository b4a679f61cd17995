package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What members have answered that they hold. */
final class VersionedCopiesTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);

  private final VersionedCopies copies = new VersionedCopies();

  private static Pair pair(String key, long version) {
    return new Pair(Bytes.of(key), Entry.of(Bytes.of("v" + version), version));
  }

  private static Pair removal(String key, long version) {
    return new Pair(Bytes.of(key), Entry.tombstone(version, null));
  }

  @Test
  void ofEachKeyTheNewestIsOwedToThoseWhoHoldAnOlderOne() {
    copies.add(FIRST, List.of(pair("a", 5), pair("b", 1)));
    copies.add(SECOND, List.of(pair("a", 4), pair("b", 2)));
    copies.add(THIRD, List.of());

    assertThat(copies.newerThanAt(FIRST)).containsExactly(pair("b", 2));
    assertThat(copies.newerThanAt(SECOND)).containsExactly(pair("a", 5));
    assertThat(copies.newerThanAt(THIRD)).containsExactly(pair("a", 5), pair("b", 2));
  }

  @Test
  void aRemovalIsOwedToNoneButThoseWhoHoldWhatWasRemoved() {
    copies.add(FIRST, List.of(removal("a", 5)));
    copies.add(SECOND, List.of(pair("a", 4)));
    copies.add(THIRD, List.of());

    assertThat(copies.newerThanAt(SECOND)).containsExactly(removal("a", 5));
    assertThat(copies.newerThanAt(THIRD)).isEmpty();
  }

  @Test
  void oneThatWasRepairedIsOwedNothingUntilThereIsSomethingNewer() {
    copies.add(FIRST, List.of(pair("a", 5)));
    copies.add(SECOND, List.of());
    copies.repaired(SECOND);
    assertThat(copies.newerThanAt(SECOND)).isEmpty();

    copies.add(THIRD, List.of(pair("a", 6)));
    assertThat(copies.newerThanAt(SECOND)).containsExactly(pair("a", 6));
  }

  @Test
  void whatAMemberSaysAgainDoesNotCount() {
    copies.add(FIRST, List.of(pair("a", 5)));
    copies.add(FIRST, List.of(pair("a", 6)));
    assertThat(copies.size()).isEqualTo(1);
    assertThat(copies.has(SECOND)).isFalse();
    copies.add(SECOND, List.of());
    assertThat(copies.newerThanAt(SECOND)).containsExactly(pair("a", 5));
  }
}
