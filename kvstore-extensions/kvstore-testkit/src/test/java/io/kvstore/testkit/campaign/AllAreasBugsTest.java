package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.campaign.PlantedBugs.Planted;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Campaigns that know nothing of them find the bugs of {@code planted-bugs.txt}. Ordinarily some
 * are planted that are found by a few seeds; {@code -Dkvstore.bug=} plants all, {@code
 * -Dkvstore.bug=lease} those that are named like this. The command {@link PlantedBugs} tells by
 * which seeds.
 */
class AllAreasBugsTest {
  private static final int SEEDS = 1_000;
  private static final String LEASEGUARD = "LEASEGUARD-LINEARIZABLE";
  private static final String LEASEGUARD_IN_STORMS = LEASEGUARD + " changing with storms";

  /** Of different areas, each by its first seeds. */
  private static final Set<String> FOUND_SOON =
      Set.of(
          "a session that begins with a position has seen none of it",
          "a batch is undone in the order in which it was done",
          "a page ends early where something has been removed",
          "a node that is to leave stays a member");

  static Stream<PlantedBug> bugs() {
    String named = System.getProperty("kvstore.bug");
    return PlantedBugs.all().stream()
        .map(Planted::bug)
        .filter(
            bug -> named == null ? FOUND_SOON.contains(bug.name()) : bug.name().contains(named));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void aPlantedBugIsFound(PlantedBug bug, @TempDir Path folder) {
    assertThat(bug.meet(1, SEEDS, folder)).as("%s in %s", bug.name(), bug.cell()).isNotEmpty();
  }

  private static PlantedBug longLeases(String cell) {
    return new PlantedBug(
        "leases are long",
        cell,
        "",
        "replication/LogLease.java",
        "waitNanos: return becomes 4 * detectionNanos");
  }

  /** A leader that the coordinator cannot ask must be read from just as a view begins. */
  @Test
  void aViewThatDoesNotWaitForALeaderThatReadsAloneIsFound(@TempDir Path folder) {
    PlantedBug bug =
        longLeases(LEASEGUARD_IN_STORMS)
            .with("membership/Coordinator.java", "leaseLeft: logLeaseLeft() becomes 0");
    assertThat(bug.meet(281, 10, folder)).contains("linearizable");
  }

  /** So it is the waiting for their end which such bugs leave out that keeps the promise. */
  @Test
  void leasesThatAreLongerThanAnElectionBreakNothingByThemselves(@TempDir Path folder) {
    assertThat(longLeases(LEASEGUARD).meet(1, 100, folder)).isEmpty();
    assertThat(longLeases(LEASEGUARD_IN_STORMS).meet(281, 10, folder)).isEmpty();
  }

  /** The list must follow the sources: what it speaks of is there, once. */
  @Test
  void allCanBePlanted() {
    List<Planted> all = PlantedBugs.all();
    for (Planted each : all) {
      assertThat(each.bug().fits()).as(each.bug().name()).isTrue();
    }
    assertThat(all.stream().map(each -> each.bug().name()).distinct())
        .hasSizeGreaterThanOrEqualTo(40)
        .containsAll(FOUND_SOON);
    assertThat(all.stream().map(Planted::area).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("protocol", "toolbox", "membership", "storage", "clients");
  }
}
