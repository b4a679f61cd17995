package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.testkit.campaign.Judgement.Failure;
import io.kvstore.testkit.campaign.Shrinker.Found;
import io.kvstore.testkit.check.Verdict.Broken;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  private static final Scenario DRAWN =
      Campaign.of(Consistency.LINEARIZABLE, Replication.PRIMARY).scenario(3);

  private static Failure failure(String promise) {
    return new Failure(promise, new Broken("", "because", List.of(), List.of()));
  }

  private static Set<Integer> shrunk(Predicate<Scenario> fails) {
    Function<Scenario, Optional<Failure>> judge =
        scenario -> fails.test(scenario) ? Optional.of(failure("whole")) : Optional.empty();
    return Shrinker.shrink(judge, new Found(DRAWN, failure("whole")), Duration.ofMinutes(1))
        .scenario()
        .numbers();
  }

  @Test
  void onlyWhatTheFailureNeedsIsLeft() {
    assertThat(shrunk(scenario -> scenario.numbers().containsAll(Set.of(17, 93, 120))))
        .containsExactly(17, 93, 120);
  }

  @Test
  void whatFailsAlwaysBecomesNothing() {
    assertThat(shrunk(scenario -> true)).isEmpty();
  }

  @Test
  void stepsThatOnlyGoTogetherAreLeftOutTogether() {
    assertThat(
            shrunk(
                scenario ->
                    scenario.numbers().contains(50)
                        && scenario.numbers().contains(20) == scenario.numbers().contains(70)))
        .containsExactly(50);
  }

  @Test
  void anotherFailureIsNotTakenForThisOne() {
    Function<Scenario, Optional<Failure>> judge =
        scenario ->
            Optional.of(failure(scenario.numbers().contains(40) ? "whole" : "something else"));
    Found found = Shrinker.shrink(judge, new Found(DRAWN, failure("whole")), Duration.ofMinutes(1));
    assertThat(found.scenario().numbers()).containsExactly(40);
    assertThat(found.failure().promise()).isEqualTo("whole");
  }

  @Test
  void anotherChanceIsTriedBeforeAStepIsKept() {
    assertThat(
            shrunk(
                scenario ->
                    scenario.numbers().contains(9)
                        && (scenario.numbers().contains(30)
                            || scenario.seed() == DRAWN.seed() + 4)))
        .containsExactly(9);
  }
}
