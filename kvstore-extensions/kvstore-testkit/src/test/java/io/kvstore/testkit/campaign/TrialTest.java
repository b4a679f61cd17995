package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.testkit.check.Verdict;
import org.junit.jupiter.api.Test;

/** One seed of a campaign, with all that is known of it. */
class TrialTest {
  private static final Campaign CAMPAIGN =
      Campaign.of(Consistency.SEQUENTIAL, Replication.PRIMARY).operations(20).features("none");

  @Test
  void aTrialHasWhatHappenedAndWhatTheCheckersSay() {
    Trial trial = CAMPAIGN.trial(1);
    assertThat(trial.events()).isNotEmpty();
    assertThat(trial.history().size()).isPositive();
    assertThat(trial.verdicts()).containsKey("sequential");
    assertThat(trial.verdicts().values()).allMatch(Verdict::holds);
    assertThat(trial.scenario()).startsWith("PRIMARY-SEQUENTIAL");
    assertThat(trial.drawing().svg()).startsWith("<svg").contains("PRIMARY-SEQUENTIAL under");
  }

  @Test
  void theSameSeedGivesTheSameTrial() {
    Trial first = CAMPAIGN.trial(2);
    Trial second = CAMPAIGN.trial(2);
    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(second.drawing().svg()).isEqualTo(first.drawing().svg());
    assertThat(CAMPAIGN.trial(3).digest()).isNotEqualTo(first.digest());
  }

  @Test
  void aTrialTellsOfAPromiseThatIsBroken() {
    Campaign tooStrict = CAMPAIGN.operations(100).against(Consistency.LINEARIZABLE);
    long seed = tooStrict.find().orElseThrow().seed();
    assertThat(tooStrict.trial(seed).verdicts().get("linearizable"))
        .isInstanceOf(Verdict.Broken.class);
  }
}
