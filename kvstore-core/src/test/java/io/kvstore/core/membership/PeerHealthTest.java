package io.kvstore.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerHealthTest {
  private static final long INTERVAL = 100;
  private static final long DETECTION = 500;

  private final PeerHealth replica = new PeerHealth();

  private static Beat beat(long incarnation, Stage stage, long promised, long deaf) {
    return new Beat(incarnation, stage, promised, 0, 0, deaf, List.of());
  }

  private boolean beatAt(long now) {
    return replica.onBeat(beat(1, Stage.SERVING, 1, 0), now, INTERVAL);
  }

  private boolean isSilentAt(long now) {
    return replica.isSilent(now, 0, DETECTION);
  }

  @Test
  void whatABeatSaysIsNewOnce() {
    assertThat(beatAt(0)).isTrue();
    assertThat(beatAt(100)).isFalse();
    assertThat(replica.onBeat(beat(1, Stage.FROZEN, 2, 0), 200, INTERVAL)).isTrue();
    assertThat(replica.onBeat(beat(2, Stage.FROZEN, 2, 0), 300, INTERVAL)).isTrue();
  }

  @Test
  void aBeatThatWasOvertakenTellsNothingOfTheStage() {
    beatAt(0);
    replica.onFrozen(2);
    assertThat(beatAt(100)).isFalse();

    assertThat(replica.stage()).isEqualTo(Stage.FROZEN);
    assertThat(replica.promised()).isEqualTo(2);
    assertThat(replica.isKnown()).isTrue();
  }

  @Test
  void itIsSilentAfterTheTimeThatDetectionTakes() {
    beatAt(1_000);

    assertThat(isSilentAt(1_500)).isFalse();
    assertThat(isSilentAt(1_501)).isTrue();
    assertThat(replica.isSilent(1_900, 1_400, DETECTION)).isFalse(); // who asks has slept
  }

  @Test
  void oneThatDoesNotHearIsAsGoodAsSilent() {
    replica.onBeat(beat(1, Stage.SERVING, 1, 600), 1_000, INTERVAL);

    assertThat(isSilentAt(1_000)).isTrue();
  }

  @Test
  void beatsThatComeUnevenlyEarnMorePatience() {
    beatAt(0);
    beatAt(500); // 400 late: a quarter of that counts

    assertThat(isSilentAt(500 + DETECTION + 200)).isFalse();
    assertThat(isSilentAt(500 + DETECTION + 201)).isTrue();
  }

  @Test
  void eachTimeItIsLeftOutOnComplaintThatTakesLonger() {
    replica.shun(1_000, DETECTION);
    assertThat(replica.isShunned(1_499)).isTrue();
    assertThat(replica.isShunned(1_500)).isFalse();
    replica.shun(2_000, DETECTION);
    assertThat(replica.isShunned(2_999)).isTrue();
    assertThat(replica.isShunned(3_000)).isFalse();
    long later = 2_000 + 100 * DETECTION;
    replica.shun(later, DETECTION);

    assertThat(replica.isShunned(later + 500)).isFalse();
  }

  @Test
  void aLeaseDoesNotGoBack() {
    replica.givesLease(700);
    replica.givesLease(600);

    assertThat(replica.leaseGivenAt()).isEqualTo(700);
  }
}
