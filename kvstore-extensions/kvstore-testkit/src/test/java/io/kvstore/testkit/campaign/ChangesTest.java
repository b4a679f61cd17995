package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ChangesTest {
  private static final long SEEDS = 40;

  private static List<Fault> changes(Campaign campaign) {
    return LongStream.rangeClosed(1, SEEDS)
        .mapToObj(campaign.changing()::scenario)
        .flatMap(scenario -> scenario.steps().stream())
        .filter(Step.Strikes.class::isInstance)
        .map(step -> ((Step.Strikes) step).fault())
        .filter(
            fault ->
                fault instanceof Fault.Move
                    || fault instanceof Fault.Join
                    || fault instanceof Fault.Leave)
        .toList();
  }

  @Test
  void aStoreMovesAndItsNodesComeAndGo() {
    assertThat(changes(Campaign.of(Cell.named("PRIMARY-LINEARIZABLE"))))
        .hasSizeGreaterThan(50)
        .hasAtLeastOneElementOfType(Fault.Move.class)
        .hasAtLeastOneElementOfType(Fault.Join.class)
        .hasAtLeastOneElementOfType(Fault.Leave.class);
  }

  @Test
  void aProtocolOfOnesOwnStaysInItsCellWhileNodesComeAndGo() {
    Campaign campaign =
        Campaign.of(Cell.named("BROADCAST-EVENTUAL"))
            .protocol(
                env -> {
                  throw new AssertionError("it is only drawn");
                });
    assertThat(changes(campaign))
        .hasSizeGreaterThan(20)
        .hasAtLeastOneElementOfType(Fault.Join.class)
        .hasAtLeastOneElementOfType(Fault.Leave.class)
        .doesNotHaveAnyElementsOfTypes(Fault.Move.class);
  }
}
