package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Tick;
import org.junit.jupiter.api.Test;

class EpochStartsTest {
  private final EpochStarts starts = new EpochStarts();

  private static Ordered ordered(long position, int client, long sequence) {
    return new Ordered(position, 0, client, sequence, new Tick());
  }

  private void begin(long epoch, long after) {
    starts.begin(epoch, after);
    starts.orderAfter(after);
  }

  @Test
  void anEpochEndsWhereTheNextBegins() {
    begin(1, 0);
    begin(3, 7);

    assertThat(starts.endOf(1)).hasValue(7);
    assertThat(starts.endOf(3)).isEmpty();
    assertThat(starts.endOf(2)).as("an epoch that the group has not gone through").isEmpty();
  }

  @Test
  void whatAClientAsksForFirstInTheNextEpochMayBeAskedForAgain() {
    begin(1, 0);
    begin(2, 5);
    starts.note(ordered(6, 1, 26));
    starts.note(ordered(7, 1, 27));

    assertThat(starts.lacks(1, ordered(6, 1, 26))).isFalse();
    assertThat(starts.lacks(1, ordered(7, 1, 27))).isTrue();
    assertThat(starts.lacks(1, ordered(8, 2, 26))).as("of another client").isTrue();
  }

  @Test
  void soMayWhatIsKnownToHaveBeenAskedForInAViewBefore() {
    begin(1, 0);
    begin(2, 5);
    starts.note(ordered(6, 1, 23));
    begin(3, 6);
    starts.note(ordered(7, 1, 26).askedAgain());

    assertThat(starts.lacks(1, ordered(6, 1, 26))).isFalse();
    assertThat(starts.copy().lacks(1, ordered(6, 1, 26))).as("by a copy").isFalse();
    assertThat(starts.lacks(1, ordered(6, 1, 25))).isTrue();
    assertThat(starts.lacks(3, ordered(9, 1, 26))).as("after that epoch").isTrue();
  }

  @Test
  void whatIsBroughtBackIsLackedNoMore() {
    begin(1, 0);
    begin(2, 5);
    starts.broughtBack(1, 6, 8);

    assertThat(starts.lacks(1, ordered(8, 1, 1))).isFalse();
    assertThat(starts.lacks(1, ordered(9, 1, 2))).isTrue();
  }
}
