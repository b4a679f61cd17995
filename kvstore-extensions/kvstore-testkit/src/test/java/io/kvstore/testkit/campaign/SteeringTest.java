package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Features that are chosen by what few scenarios have reached. */
class SteeringTest {
  private enum Mine {
    OFTEN,
    SELDOM
  }

  private static final Cell LINEARIZABLE = Cell.named("PRIMARY-LINEARIZABLE");
  private static final Cell SEQUENTIAL = Cell.named("PRIMARY-SEQUENTIAL");
  private static final Set<Feature> ITS = EnumSet.of(Feature.STORMS, Feature.PIPELINES);

  private static Steering taught(Cell cell, int scenarios) {
    Steering steering = new Steering(cell);
    for (int i = 0; i < scenarios; i++) {
      steering.reached(ITS, List.of(Mine.OFTEN));
    }
    return steering;
  }

  @Test
  void itLearnsBeforeItChooses() {
    assertThat(new Steering(LINEARIZABLE).featuresFor(2)).isEmpty();
    assertThat(taught(LINEARIZABLE, 99).featuresFor(2)).isEmpty();
    assertThat(taught(LINEARIZABLE, 100).featuresFor(2)).isPresent();
    assertThat(taught(LINEARIZABLE, 100).featuresFor(3)).isEmpty(); // every second is as drawn
  }

  @Test
  void whatItChoosesIsCloseToWhatHasLedThere() {
    Steering steering = taught(LINEARIZABLE, 100);
    Set<Feature> changed = new HashSet<>();
    for (long seed = 2; seed < 400; seed += 2) {
      Set<Feature> chosen = steering.featuresFor(seed).orElseThrow();
      Set<Feature> others = EnumSet.copyOf(ITS);
      others.removeAll(chosen);
      chosen.stream().filter(feature -> !ITS.contains(feature)).forEach(others::add);
      assertThat(others).hasSizeLessThanOrEqualTo(2);
      changed.addAll(others);
    }
    assertThat(changed).isEqualTo(EnumSet.allOf(Feature.class));
  }

  @Test
  void ofManyMomentsItTakesTheRarest() {
    Steering steering = new Steering(LINEARIZABLE);
    List<Feature> all = List.of(Feature.values());
    List<Enum<?>> moments = Simulation.moments();
    for (int i = 0; i < 200; i++) {
      steering.reached(Set.of(), moments.subList(0, 12));
    }
    steering.reached(EnumSet.allOf(Feature.class), List.of(moments.get(12)));
    int led = 0;
    for (long seed = 2; seed < 402; seed += 2) {
      led += steering.featuresFor(seed).orElseThrow().size() >= all.size() - 2 ? 1 : 0;
    }
    assertThat(led).isBetween(5, 60); // one of the ten that it chooses among, and two are left out
  }

  @Test
  void whatDoesNotFitACellIsNotChosen() {
    Steering steering = taught(SEQUENTIAL, 100);
    for (long seed = 2; seed < 100; seed += 2) {
      assertThat(steering.featuresFor(seed).orElseThrow()).doesNotContain(Feature.PIPELINES);
    }
  }

  /** Here that is whatever a steered scenario reaches: only those come after seed 100. */
  @Test
  void whatFailsIsToldWithItsFeaturesAndFailsAgainWithThem() {
    Campaign campaign =
        Campaign.of(LINEARIZABLE)
            .threads(1)
            .operations(10)
            .judgedBy(
                played ->
                    new Judgement(
                        played.scenario().seed() > 110 && played.scenario().seed() % 2 == 0
                            ? Map.of("mine", new Broken("", "it is steered", List.of(), List.of()))
                            : Map.<String, Verdict>of()));
    assertThatThrownBy(() -> campaign.seeds(130).steered().check())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("--features")
        .hasMessageContaining("--seed 112");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> campaign.features("storms").steered())
        .withMessageContaining("not steered");
  }

  @Test
  void aSteeredCampaignKeepsItsPromises() {
    Campaign campaign =
        Campaign.of(Consistency.EVENTUAL, Replication.BROADCAST)
            .threads(1)
            .operations(20)
            .steered();
    assertThat(campaign.seeds(160).check().runs()).isEqualTo(160);
    assertThat(Command.endingWith(0, "--seeds 3 --cell broadcast-causal --steer yes"))
        .contains("BROADCAST-CAUSAL");
  }
}
