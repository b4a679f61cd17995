package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.server.Eventually;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import org.junit.jupiter.api.Test;

/** {@code mg k l} counts from the last access or, before any, from when the item was stored. */
final class LastAccessTest {
  private static final Bytes KEY = Bytes.of("k");

  private final Marks marks = new Marks();

  @Test
  void beforeAnyAccessSecondsAreCountedFromTheSet() {
    marks.stored(KEY, 7, 100);
    assertThat(marks.secondsSinceAccess(KEY, 7, 102)).isEqualTo(2);
    assertThat(marks.isFetched(KEY, 7)).isFalse();
    marks.fetched(KEY, 7, 102);
    assertThat(marks.secondsSinceAccess(KEY, 7, 105)).isEqualTo(3);
    assertThat(marks.isFetched(KEY, 7)).isTrue();
  }

  @Test
  void aNewVersionWasNotFetchedYet() {
    marks.fetched(KEY, 7, 100);
    marks.stored(KEY, Marks.ANY_VERSION, 103);
    assertThat(marks.secondsSinceAccess(KEY, 8, 104)).isEqualTo(1);
    assertThat(marks.isFetched(KEY, 8)).isFalse();
  }

  @Test
  void aNumberThatIsCountedInPlaceIsUsedNowAndFetchedAsBefore() {
    marks.fetched(KEY, 7, 100);
    marks.rewritten(KEY, 7, 8, 110);
    assertThat(marks.secondsSinceAccess(KEY, 8, 111)).isEqualTo(1);
    assertThat(marks.isFetched(KEY, 8)).isTrue();
  }

  @Test
  void aTouchedItemKeepsWhatIsKnownOfIt() {
    marks.stored(KEY, 7, 100);
    marks.carryAccess(KEY, 7, 9);
    assertThat(marks.secondsSinceAccess(KEY, 9, 104)).isEqualTo(4);
  }

  @Test
  void whatIsNotKnownCountsAsJustUsed() {
    marks.stored(KEY, 7, 100);
    assertThat(marks.secondsSinceAccess(KEY, 8, 110)).isZero();
    assertThat(marks.secondsSinceAccess(Bytes.of("other"), 7, 110)).isZero();
  }

  @Test
  void clientsSeeTheSecondsPass() {
    try (Served served = Served.at(Consistency.LINEARIZABLE);
        RawClient client = served.client(0)) {
      client.say("set k 0 0 1\r\nx\r\nms m 1 T100\r\nx\r\nma n N0 J5\r\n");
      for (String key : new String[] {"k", "m", "n"}) {
        Eventually.holds(() -> client.say("mg " + key + " h l u\r\n").matches("HD h0 l[1-9]\r\n"));
      }
      assertThat(client.say("mg k\r\nmg k h l\r\n")).matches("HD\r\nHD h1 l[01]\r\n");
    }
  }
}
