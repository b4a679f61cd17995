package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a leader may read alone, and when the next one may answer. */
class LeaderLeaseTest {
  private static final long LENGTH = 1_000;

  private long now = 10_000;
  private final LeaderLease earlier = lease();
  private final LeaderLease later = lease();

  private LeaderLease lease() {
    return new LeaderLease(() -> now);
  }

  /** A record that this one has taken, and performs. */
  private static void performOwn(LeaderLease leader, long term, long takenAt) {
    leader.performs(term);
    leader.tookAt(term, takenAt);
  }

  @Test
  void withoutAnAgreementThereAreNone() {
    performOwn(earlier, 1, now);
    assertThat(earlier.isHeld(1)).isFalse();
    assertThat(earlier.leftToOthers(1)).isZero();
  }

  @Test
  void aLeaderReadsAloneForAWhileAfterItHasTakenARecordAndOnceNoOtherOneDoes() {
    earlier.agree(LENGTH);
    performOwn(earlier, 1, now);
    assertThat(earlier.isHeld(1)).as("one before it may").isFalse();
    now += LENGTH;
    assertThat(earlier.isHeld(1)).as("it has taken nothing since").isFalse();
    long takenAt = now;
    now += 500; // until a majority had it
    performOwn(earlier, 1, takenAt);
    now = takenAt + 899;
    assertThat(earlier.isHeld(1)).isTrue();
    assertThat(earlier.isHeld(2)).as("in another term").isFalse();
    now++;
    assertThat(earlier.isHeld(1)).isFalse();
  }

  @Test
  void theNextLeaderKeepsItsAnswersBackUntilTheLeaseIsOver() {
    earlier.agree(LENGTH);
    later.agree(LENGTH);
    earlier.performs(1);
    now += LENGTH;
    performOwn(earlier, 1, now);
    performOwn(later, 2, now);
    assertThat(later.leftToOthers(2)).isEqualTo(LENGTH);
    now += 950;
    performOwn(later, 2, now);
    assertThat(later.leftToOthers(2)).as("it counts from the first").isEqualTo(50);
    assertThat(later.isHeld(2)).isFalse();
    now += 50;
    assertThat(later.leftToOthers(2)).isZero();
    assertThat(earlier.isHeld(1)).isFalse();
    assertThat(later.isHeld(2)).isTrue();
  }

  @Test
  void aLeaseOfAnEarlierTermDoesNotCountInALaterOneOfTheSameMember() {
    earlier.agree(LENGTH);
    earlier.performs(1);
    now += LENGTH;
    performOwn(earlier, 1, now);
    assertThat(earlier.isHeld(1)).isTrue();
    earlier.performs(3);
    assertThat(earlier.leftToOthers(3)).isEqualTo(LENGTH);
    assertThat(earlier.isHeld(3)).isFalse();
  }

  @Test
  void anAgreementIsNeverShortened() {
    earlier.agree(LENGTH);
    earlier.agree(LENGTH / 2);
    assertThat(earlier.nanos()).isEqualTo(LENGTH);
    earlier.agree(2 * LENGTH);
    assertThat(earlier.nanos()).isEqualTo(2 * LENGTH);
  }
}
