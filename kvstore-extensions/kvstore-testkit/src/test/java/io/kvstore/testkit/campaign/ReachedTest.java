package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What campaigns tell of the moments that few scenarios reach. */
class ReachedTest {
  private enum Mine {
    FIRST,
    SECOND,
    THIRD
  }

  @Test
  void momentsAreCountedByScenarioAndTheOthersOfTheirEnumAreMissed() {
    Reached both =
        Reached.inOneScenario(List.of(Mine.THIRD, Mine.FIRST))
            .plus(Reached.inOneScenario(List.of(Mine.FIRST)))
            .plus(Reached.NOTHING);
    assertThat(both.scenarios()).isEqualTo(Map.of(Mine.FIRST, 2L, Mine.THIRD, 1L));
    assertThat(both.never()).isEqualTo(List.<Enum<?>>of(Mine.SECOND));
    assertThat(both.lines())
        .containsExactly("        2  first", "        0  second", "        1  third");
    assertThat(Reached.NOTHING.never()).isEmpty();
  }

  @Test
  void protocolsAndViewsSayWhatTheyReach() {
    Tally tally = Campaign.of(Consistency.EVENTUAL, Replication.PRIMARY).seeds(60).check();
    assertThat(tally.reached().scenarios().keySet())
        .extracting(Enum::name)
        .contains("ASKED_AGAIN", "ASKED_WHILE_SERVED", "WRITE_REFUSED_FOR_MISSING_MEMBER")
        .contains("RESTARTED_DURING_A_CHANGE", "MEMBER_GIVEN_UP", "CHANGE_BEGUN_ANEW")
        .doesNotContain("PROPOSED_TWICE", "UPDATE_BEFORE_ITS_CAUSE");
    assertThat(tally.reached().scenarios().values()).allMatch(times -> times <= 60);
  }

  @Test
  void theCommandTellsWhatItDidNotReachAndFailsWhereItMust() {
    String plain = "--seeds 3 --cell primary-sequential";
    assertThat(Command.endingWith(0, plain)).contains("never reached: ", "proposed twice");
    String line = "        0  proposed twice";
    assertThat(Command.endingWith(0, plain, "--reached table")).contains(line);
    assertThat(Command.endingWith(1, plain, "--reached all")).contains(line);
    assertThat(Command.endingWith(4, plain, "--reached some")).contains("table or all");
  }
}
