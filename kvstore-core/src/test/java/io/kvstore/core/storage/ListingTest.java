package io.kvstore.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Entry;
import org.junit.jupiter.api.Test;

/** What a list tells of keys that have no entry. */
class ListingTest {
  private static final Entry ENTRY = new Entry(Bytes.of("v"), 0, 2_000, Entry.NEVER, null);

  private static Listed listed(int tombstones) {
    AbsentKeys absent = new AbsentKeys();
    absent.settle(5_000);
    Listing listing = new Listing(1, absent, 0);
    for (int i = 1; i <= tombstones; i++) {
      listing.add(Bytes.of("k" + i), Entry.tombstone(i, null));
    }
    listing.add(Bytes.of("there"), ENTRY);
    assertThat(listing.size()).isEqualTo(1);
    return listing.listed();
  }

  @Test
  void itTellsWhatHasMadeKeysAbsent() {
    Listed listed = listed(1_000);
    assertThat(listed.pairs()).hasSize(1);
    assertThat(listed.gone(Bytes.of("k1"))).isEqualTo(1);
    assertThat(listed.gone(Bytes.of("k1000"))).isEqualTo(1_000);
    assertThat(listed.gone(Bytes.of("never"))).isEqualTo(5_000);
  }

  /** However many there are between the entries that are asked for, they take no memory. */
  @Test
  void ofTooManyTombstonesItTellsNothing() {
    Listed listed = listed(1_001);
    assertThat(listed.pairs()).hasSize(1);
    assertThat(listed.absent()).isNull();
    assertThat(listed.gone(Bytes.of("k1"))).isEqualTo(Answer.UNKNOWN);
    assertThat(listed.gone(Bytes.of("never"))).isEqualTo(Answer.UNKNOWN);
    assertThat(listed(5_000).absent()).isNull();
  }
}
