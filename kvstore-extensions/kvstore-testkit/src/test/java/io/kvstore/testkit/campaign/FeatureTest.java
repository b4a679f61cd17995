package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvstore.NodeId;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.spi.Bounds;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What scenarios have beyond the plain ones. */
class FeatureTest {
  private static Campaign campaign(String cell) {
    return Campaign.of(Cell.named(cell)).turnsTakeTime(false);
  }

  private static List<Scenario> scenarios(String cell, String features) {
    Campaign campaign = campaign(cell).features(features);
    return LongStream.rangeClosed(1, 20).mapToObj(campaign::scenario).toList();
  }

  private static boolean asks(List<Scenario> scenarios, Kind kind) {
    return scenarios.stream().anyMatch(each -> each.asksFor(kind));
  }

  @Test
  void mostSeedsHaveSomeAndEachIsThereInSome() {
    Cell cell = Cell.named("BROADCAST-CAUSAL");
    List<Set<Feature>> drawn =
        LongStream.rangeClosed(1, 400).mapToObj(seed -> Feature.drawn(seed, cell)).toList();
    assertThat(drawn.stream().filter(Set::isEmpty).count()).isBetween(30L, 80L);
    assertThat(drawn.stream().filter(each -> each.stream().anyMatch(Feature::isOfSituations)))
        .hasSizeBetween(110, 190);
    Set<Feature> ever = EnumSet.noneOf(Feature.class);
    drawn.forEach(ever::addAll);
    assertThat(ever)
        .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(Feature.EVICTIONS)));
  }

  @Test
  void atTheSequentialLevelClientsDoOneThingAfterTheOther() {
    Cell cell = Cell.named("PRIMARY-SEQUENTIAL");
    assertThat(LongStream.rangeClosed(1, 400).mapToObj(seed -> Feature.drawn(seed, cell)))
        .noneMatch(each -> each.contains(Feature.PIPELINES))
        .anyMatch(each -> each.contains(Feature.WATCHES));
  }

  @ParameterizedTest
  @EnumSource(Feature.class)
  void eachCanBeNamedAndIsWrittenAsItIsRead(Feature feature) {
    assertThat(Feature.parse(feature.toString())).containsExactly(feature);
    assertThat(Feature.parse(Feature.text(EnumSet.of(feature, Feature.SHARDS))))
        .containsOnly(feature, Feature.SHARDS);
  }

  @Test
  void noneAllAndWhatThereIsNot() {
    assertThat(Feature.parse("none")).isEmpty();
    assertThat(Feature.parseAny("drawn")).isEmpty();
    assertThat(campaign("PRIMARY-LINEARIZABLE").scenario(7))
        .isEqualTo(campaign("PRIMARY-LINEARIZABLE").features("drawn").scenario(7))
        .isEqualTo(
            campaign("PRIMARY-LINEARIZABLE")
                .features(Feature.text(Feature.drawn(7, Cell.named("PRIMARY-LINEARIZABLE"))))
                .scenario(7));
    assertThat(Feature.text(Set.of())).isEqualTo("none");
    assertThat(Feature.parse("all"))
        .hasSize(Feature.values().length - 2)
        .doesNotContain(Feature.PATIENCE, Feature.EVICTIONS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feature.parse("shards,shreds"))
        .withMessageContaining("no feature shreds")
        .withMessageContaining("many-keys");
  }

  /** Scenarios of before are still there, by the same seeds. */
  @Test
  void whatElseAScenarioHasIsDrawnAsWithoutThem() {
    Scenario plain = campaign("PRIMARY-LINEARIZABLE").features("none").scenario(7);
    Scenario watched = campaign("PRIMARY-LINEARIZABLE").features("watches").scenario(7);
    assertThat(watched.steps()).containsAll(plain.steps()).hasSizeGreaterThan(plain.steps().size());
    assertThat(watched.setup()).isEqualTo(plain.setup());
  }

  @Test
  void kindsOfOperations() {
    List<Scenario> all =
        scenarios(
            "PRIMARY-LINEARIZABLE", "lifetimes,updates,clears,counts,repeated-keys,batches,pages");
    assertThat(all.stream().map(each -> each.setup().variant())).containsOnly(Variant.PLAIN);
    for (Kind kind :
        List.of(
            Kind.TOUCH,
            Kind.PREPEND,
            Kind.CHAIN,
            Kind.REMOVE_SEEN,
            Kind.CLEAR,
            Kind.COUNT,
            Kind.BATCH_OF_ONE_KEY,
            Kind.BATCH_ANEW,
            Kind.BATCH_REFUSED,
            Kind.PAGE)) {
      assertThat(asks(all, kind)).as("%s", kind).isTrue();
      assertThat(asks(scenarios("PRIMARY-LINEARIZABLE", "none"), kind)).as("%s", kind).isFalse();
    }
  }

  @Test
  void transactionsAreAskedForWhereWritesHaveOneOrder() {
    List<Scenario> all = scenarios("RAFT-LINEARIZABLE", "transactions,lifetimes");
    for (Kind kind : Kind.values()) {
      assertThat(!kind.isTransaction() || asks(all, kind)).as("%s", kind).isTrue();
    }
    assertThat(scenarios("RAFT-LINEARIZABLE", "none"))
        .noneMatch(
            each -> Stream.of(Kind.values()).anyMatch(k -> k.isTransaction() && each.asksFor(k)));
    assertThat(asks(scenarios("BROADCAST-CAUSAL", "transactions"), Kind.TRANSACT_SEEN)).isFalse();
    assertThat(asks(scenarios("QUORUM-LINEARIZABLE", "transactions"), Kind.TRANSACT_SEEN))
        .isFalse();
    assertThat(scenarios("RAFT-LINEARIZABLE", "transactions,shards"))
        .allSatisfy(
            each ->
                assertThat(each.steps())
                    .noneMatch(
                        step ->
                            step instanceof Step.Acts acts
                                && acts.action() instanceof Ask ask
                                && ask.kind().isTransaction()
                                && ask.keys().size() > 1));
  }

  @Test
  void whatIsNotToldIsNotAskedForWhereItCouldBeAnything() {
    assertThat(asks(scenarios("BROADCAST-CAUSAL", "clears"), Kind.CLEAR)).isFalse();
    assertThat(asks(scenarios("PRIMARY-EVENTUAL", "updates"), Kind.PREPEND)).isFalse();
  }

  @Test
  void setups() {
    List<Scenario> all =
        scenarios("KEY_OWNER-EVENTUAL", "replicas,shards,datalets,limits,pipelines,bounds,unusual");
    assertThat(all)
        .allSatisfy(
            each -> {
              Variant variant = each.setup().variant();
              assertThat(variant.shards()).isBetween(2, 4);
              assertThat(variant.datalets()).isNotEqualTo(Variant.Datalets.HASH);
              assertThat(variant.limits().operationsInFlight()).isBetween(4, 9);
              assertThat(variant.bounds().kept()).isLessThan(Bounds.DEFAULT.kept());
              assertThat(variant.operationsAtOnce()).isBetween(2, 4);
              assertThat(variant.isUnusual()).isTrue();
              assertThat(each.setup().replicas()).isIn(1, 2, 4, 6, 7);
              assertThat(each.setup().acks()).isLessThanOrEqualTo(each.setup().replicas());
              assertThat(each.toString())
                  .contains(
                      " shards", ", datalets ", " bytes owed", " early", "unusual", "at once");
            });
  }

  @Test
  void composedTroubleIsWithinTwoDetectionsWithManyReadsAndWrites() {
    for (Scenario each : scenarios("PRIMARY-LINEARIZABLE", "bursts")) {
      int reader = each.setup().clients() - 2;
      List<Step> reads =
          each.steps().stream()
              .filter(step -> step instanceof Step.Acts acts && acts.client() == reader)
              .toList();
      long start = reads.get(0).at();
      assertThat(reads).hasSizeGreaterThan(20).allMatch(step -> step.at() <= start + 1_000_000_000);
      assertThat(each.steps())
          .anyMatch(
              step ->
                  step instanceof Step.Strikes strikes
                      && strikes.fault() instanceof Fault.Skew
                      && step.at() >= start
                      && step.at() <= start + 500_000_000);
    }
  }

  @Test
  void aStormHasSeveralFaultsWithinThreeDetections() {
    int manyFaults = 0;
    int lateBeats = 0;
    for (Scenario each : scenarios("PRIMARY-LINEARIZABLE", "storms")) {
      Scenario plain = campaign("PRIMARY-LINEARIZABLE").features("none").scenario(each.seed());
      int drawn = plain.steps().size();
      List<Step.Strikes> faults =
          each.steps().stream()
              .filter(step -> step.number() >= drawn && step instanceof Step.Strikes)
              .map(Step.Strikes.class::cast)
              .toList();
      assertThat(each.setup().clients()).isGreaterThan(plain.setup().clients());
      assertThat(faults).isNotEmpty();
      assertThat(faults.get(faults.size() - 1).at() - faults.get(0).at()).isLessThan(1_520_000_000);
      manyFaults += faults.size() > 3 ? 1 : 0;
      lateBeats +=
          faults.stream()
                  .anyMatch(
                      strikes ->
                          strikes.fault() instanceof Fault.Link link
                              && link.from().equals(NodeId.COORDINATOR))
              ? 1
              : 0;
    }
    assertThat(manyFaults).isPositive();
    assertThat(lateBeats).isPositive();
  }

  @Test
  void badLinksAreRightAgainInTheEnd() {
    for (Scenario each : scenarios("BROADCAST-EVENTUAL", "bad-links")) {
      int drawn =
          campaign("BROADCAST-EVENTUAL").features("none").scenario(each.seed()).steps().size();
      Map<String, Weather> last = new TreeMap<>();
      each.steps().stream()
          .filter(step -> step.number() >= drawn && step instanceof Step.Strikes)
          .map(step -> (Fault.Link) ((Step.Strikes) step).fault())
          .forEach(link -> last.put(link.from() + " " + link.to(), link.weather()));
      assertThat(last)
          .hasSize(2)
          .allSatisfy((link, weather) -> assertThat(weather).isEqualTo(Weather.FAIR));
    }
  }

  /** The only fault of a scenario strikes when its moment comes. */
  @Test
  void aFaultLiesInWaitForAMoment() {
    Campaign campaign = campaign("PRIMARY-LINEARIZABLE").features("moments");
    long struck =
        LongStream.rangeClosed(1, 60)
            .mapToObj(campaign::scenario)
            .map(
                each ->
                    each.with(
                        each.steps().stream()
                            .filter(
                                step ->
                                    !(step instanceof Step.Strikes strikes)
                                        || strikes.fault() instanceof Fault.Crash)
                            .toList()))
            .map(each -> campaign.play(each, simulation -> simulation))
            .filter(
                played ->
                    played.scenario().steps().stream()
                        .anyMatch(
                            step ->
                                step instanceof Step.LiesInWait lies
                                    && played.reached().contains(lies.moment())))
            .filter(played -> !played.disturbances().isEmpty())
            .count();
    assertThat(struck).isPositive();
  }

  @Test
  void theOthersGoOnWithoutOneNode() {
    Campaign campaign = campaign("PRIMARY-LINEARIZABLE").features("one-away");
    List<Played> all =
        LongStream.rangeClosed(1, 20)
            .mapToObj(campaign::scenario)
            .filter(each -> each.steps().stream().anyMatch(Step.Leaves.class::isInstance))
            .map(each -> each.keeping(Set.of(each.steps().size() - 1)))
            .map(each -> campaign.play(each, simulation -> simulation))
            .toList();
    assertThat(all).hasSizeGreaterThan(5).allMatch(each -> each.refusedWithoutOne() == 0);
    assertThat(all).anyMatch(each -> !each.disturbances().isEmpty());
  }

  @Test
  void whatIsNotDoneWhileOneNodeIsAwayIsNoProgress() {
    Campaign campaign = campaign("PRIMARY-LINEARIZABLE").features("one-away").replicas(3);
    Scenario scenario =
        LongStream.rangeClosed(1, 20)
            .mapToObj(campaign::scenario)
            .filter(each -> each.steps().stream().anyMatch(Step.Leaves.class::isInstance))
            .findFirst()
            .orElseThrow();
    Scenario byHand = scenario.withSetup(scenario.setup().withViewsByHand());
    Judgement judgement = campaign.judge(campaign.play(byHand, simulation -> simulation));
    assertThat(judgement.only("progressing").failure()).isPresent();
  }

  @Test
  void whatIsUnderWayWhenOneNodeIsLostIsAnswered() {
    Campaign campaign = campaign("PRIMARY-LINEARIZABLE").features("take-overs").replicas(3);
    Scenario scenario =
        LongStream.rangeClosed(1, 20)
            .mapToObj(campaign::scenario)
            .filter(each -> each.steps().stream().anyMatch(Step.Leaves.class::isInstance))
            .findFirst()
            .orElseThrow();
    Scenario last = scenario.keeping(Set.of(scenario.steps().size() - 1));
    Played taken = campaign.play(last, simulation -> simulation);
    assertThat(taken.givenUpMeanwhile()).isZero();
    assertThat(taken.disturbances()).isNotEmpty();
    Scenario byHand = last.withSetup(last.setup().withViewsByHand());
    Judgement judgement = campaign.judge(campaign.play(byHand, simulation -> simulation));
    assertThat(judgement.only("progressing").failure()).isPresent();
  }

  @Test
  void oneLeaderAfterTheOtherIsCutOffWhereLeadersAreElected() {
    Campaign campaign = campaign("RAFT-LINEARIZABLE").features("elections").replicas(3);
    Scenario scenario = campaign.scenario(1);
    assertThat(scenario.setup().clients())
        .isEqualTo(campaign.features("none").scenario(1).setup().clients() + 3);
    assertThat(scenario.steps())
        .anyMatch(
            step -> step instanceof Step.LiesInWait lies && lies.moment() == Moment.LEADER_ELECTED);
    assertThat(campaign("PRIMARY-LINEARIZABLE").features("elections").scenario(1).steps())
        .isEqualTo(campaign("PRIMARY-LINEARIZABLE").features("none").scenario(1).steps());
  }

  @Test
  void nothingIsWrongButLinksWhereClientsHavePatience() {
    for (Scenario each : scenarios("PRIMARY-EVENTUAL", "patience,bursts,moments,one-away")) {
      assertThat(each.steps())
          .allMatch(
              step ->
                  step instanceof Step.Acts
                      || (step instanceof Step.Strikes strikes
                          && (strikes.fault() instanceof Fault.Links
                              || strikes.fault() instanceof Fault.Link)));
      assertThat(each.setup().timeout()).hasSeconds(30);
    }
  }

  @Test
  void anUnknownOutcomeIsNoProgressWhereClientsHavePatience() {
    Campaign campaign = campaign("PRIMARY-LINEARIZABLE").features("patience");
    Scenario scenario = campaign.scenario(1);
    Scenario hasty = scenario.withSetup(scenario.setup().withTimeout(Duration.ofNanos(1)));
    Judgement judgement = campaign.judge(campaign.play(hasty, simulation -> simulation));
    assertThat(judgement.only("progressing").failure()).isPresent();
  }

  static List<Cell> cells() {
    return Cell.all();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void everyCellKeepsItsPromiseWithAll(Cell cell) {
    assertThat(Campaign.of(cell).features("all").seeds(2).check().runs()).isEqualTo(2);
  }

  @Test
  void theCommandSaysThemWhereItWasTold() {
    assertThat(campaign("PRIMARY-LINEARIZABLE").features("shards,watches").scenario(3).operations())
        .isPositive();
    assertThat(
            Command.endingWith(0, "--cell primary-linearizable --features watches,counts --seed 3"))
        .contains("a watch at", "watching: holds", "counting: holds");
    assertThat(Command.endingWith(4, "--cell primary-linearizable --features such --seeds 1"))
        .contains("no feature such");
  }

  @Test
  void aPutOfAFeatureIsAskedForByItsStep() {
    Scenario large =
        campaign("PRIMARY-LINEARIZABLE").features("large-values,many-keys").scenario(5);
    List<Ask> asks =
        large.steps().stream()
            .filter(Step.Acts.class::isInstance)
            .map(step -> ((Step.Acts) step).action())
            .filter(Ask.class::isInstance)
            .map(Ask.class::cast)
            .toList();
    assertThat(asks).anyMatch(ask -> ask.value().length() > 1_000);
    assertThat(asks).anyMatch(ask -> !ask.keys().isEmpty() && ask.key().startsWith("k"));
  }
}
