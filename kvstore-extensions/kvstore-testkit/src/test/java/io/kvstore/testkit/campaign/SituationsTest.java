package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Limits;
import io.kvstore.core.spi.Bounds;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the later of the features bring into scenarios. */
class SituationsTest {
  private static Campaign campaign(String cell) {
    return Campaign.of(Cell.named(cell)).turnsTakeTime(false);
  }

  private static List<Scenario> scenarios(String cell, String features) {
    Campaign campaign = campaign(cell).features(features);
    return LongStream.rangeClosed(1, 20).mapToObj(campaign::scenario).toList();
  }

  private static Stream<Fault> faultsOf(Scenario scenario) {
    return scenario.steps().stream()
        .filter(Step.Strikes.class::isInstance)
        .map(step -> ((Step.Strikes) step).fault());
  }

  private static Stream<Ask> asksOf(Scenario scenario) {
    return scenario.steps().stream()
        .filter(step -> step instanceof Step.Acts acts && acts.action() instanceof Ask)
        .map(step -> (Ask) ((Step.Acts) step).action());
  }

  /** Scenarios of before are still there, by the same seeds. */
  @ParameterizedTest
  @CsvSource({"PRIMARY-LINEARIZABLE, sides", "BROADCAST-CAUSAL, copies", "RAFT-EVENTUAL, parts"})
  void whatElseAScenarioHasIsDrawnAsWithoutThem(String cell, String feature) {
    Scenario plain = campaign(cell).features("watches,storms").scenario(7);
    Scenario more = campaign(cell).features("watches,storms," + feature).scenario(7);
    assertThat(more.steps()).containsAll(plain.steps()).hasSizeGreaterThan(plain.steps().size());
    assertThat(more.numbers()).hasSameSizeAs(more.steps());
  }

  @Test
  void moreNodesThanReplicas() {
    assertThat(scenarios("PRIMARY-LINEARIZABLE", "nodes"))
        .allMatch(each -> each.setup().isPlaced())
        .anyMatch(each -> each.setup().variant().shards() > 1);
    assertThat(campaign("PRIMARY-LINEARIZABLE").viewsFromOutside().features("nodes").scenario(1))
        .matches(each -> !each.setup().isPlaced());
  }

  @Test
  void keysThatAreSplitByTheirOrderWithBatchesThatStayTogether() {
    List<Scenario> all = scenarios("PRIMARY-LINEARIZABLE", "splits");
    assertThat(all).allMatch(each -> !each.setup().variant().splits().isEmpty());
    assertThat(all)
        .allMatch(
            each ->
                asksOf(each)
                    .filter(ask -> ask.kind() == Kind.BATCH)
                    .allMatch(
                        ask ->
                            ask.keys().stream()
                                .allMatch(
                                    key -> each.setup().variant().areTogether(key, ask.key()))));
    assertThat(all)
        .anyMatch(
            each ->
                asksOf(each).anyMatch(ask -> ask.kind() == Kind.BATCH && ask.keys().size() > 1));
  }

  @Test
  void acknowledgementsOfUpToAllReplicas() {
    assertThat(scenarios("BROADCAST-CAUSAL", "acks"))
        .anyMatch(each -> each.setup().acks() == each.setup().replicas())
        .allMatch(each -> each.setup().mostDown() == Math.min(1, each.setup().acks() - 1));
    assertThat(scenarios("PRIMARY-LINEARIZABLE", "acks"))
        .isEqualTo(scenarios("PRIMARY-LINEARIZABLE", "none"));
  }

  /** Their writes would wait for it, and rightly. */
  @Test
  void notAllAcknowledgeWhereOneGoesAwayAndTheOthersAreToGoOn() {
    List<Scenario> scenarios = scenarios("BROADCAST-EVENTUAL", "one-away,acks");
    assertThat(scenarios)
        .filteredOn(each -> each.steps().stream().anyMatch(Step.Leaves.class::isInstance))
        .isNotEmpty()
        .allMatch(each -> each.setup().acks() < each.setup().replicas());
  }

  @Test
  void aWatchOfARangeIsToldOfThatRangeOnly() {
    Campaign campaign = campaign("PRIMARY-LINEARIZABLE").features("parts");
    List<Watcher> watchers =
        LongStream.rangeClosed(1, 10)
            .mapToObj(campaign::scenario)
            .flatMap(each -> campaign.play(each, simulation -> simulation).watchers().stream())
            .toList();
    assertThat(watchers).anyMatch(each -> !each.events().isEmpty());
    assertThat(watchers)
        .allSatisfy(
            each ->
                assertThat(each.events())
                    .allMatch(
                        event ->
                            event.changes().stream()
                                .allMatch(changed -> each.part().covers(changed.key()))));
  }

  @Test
  void sweepsConcernSeveralShardsWhileANodeIsInTrouble() {
    List<Scenario> all = scenarios("PRIMARY-LINEARIZABLE", "sweeps");
    assertThat(all)
        .anyMatch(each -> each.asksFor(Kind.CLEAR) && each.setup().variant().shards() > 1);
    assertThat(scenarios("BROADCAST-CAUSAL", "sweeps")).noneMatch(each -> each.asksFor(Kind.CLEAR));
  }

  @Test
  void sidesComeTogetherAgain() {
    for (Scenario each : scenarios("BROADCAST-CAUSAL", "sides")) {
      List<Fault> faults = faultsOf(each).toList();
      assertThat(faults).anyMatch(Fault.Rejoin.class::isInstance);
      assertThat(faults)
          .anyMatch(fault -> fault instanceof Fault.Cut || fault instanceof Fault.CutOneWay);
    }
  }

  @Test
  void whatPassesSoonIsReadWhileClocksAreWrong() {
    List<Scenario> all = scenarios("CRAQ-LINEARIZABLE", "clocks");
    assertThat(all)
        .anyMatch(each -> faultsOf(each).anyMatch(Fault.Skew.class::isInstance))
        .allMatch(each -> asksOf(each).anyMatch(ask -> ask.lifetime().isPresent()));
  }

  @Test
  void copiesAreOfMembersThatKeepLittle() {
    assertThat(scenarios("KEY_OWNER-EVENTUAL", "copies"))
        .allMatch(each -> each.setup().variant().bounds().kept() < Bounds.DEFAULT.kept());
  }

  @Test
  void storesThatMoveDoSoMoreOften() {
    Campaign plain = campaign("BROADCAST-EVENTUAL").changing().features("none");
    Campaign moving = campaign("BROADCAST-EVENTUAL").changing().features("moves");
    long more =
        LongStream.rangeClosed(1, 20)
            .filter(seed -> moves(moving.scenario(seed)) > moves(plain.scenario(seed)))
            .count();
    assertThat(more).isGreaterThan(5);
    assertThat(scenarios("BROADCAST-EVENTUAL", "moves"))
        .isEqualTo(scenarios("BROADCAST-EVENTUAL", "none"));
  }

  private static long moves(Scenario scenario) {
    return faultsOf(scenario).filter(Fault.Move.class::isInstance).count();
  }

  @Test
  void whatCannotBeDone() {
    List<Scenario> all = scenarios("PRIMARY-LINEARIZABLE", "refusals");
    assertThat(all)
        .allMatch(each -> each.limits().valueBytes() < Limits.DEFAULT.valueBytes())
        .anyMatch(each -> each.limits().heldBytes() < Limits.DEFAULT.heldBytes())
        .anyMatch(each -> each.asksFor(Kind.BATCH_OF_NO_NUMBER));
  }
}
