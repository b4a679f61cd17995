package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Campaigns on simulated disks find bugs that are planted into what is to come back. */
class DurableBugsTest {
  private static final int SEEDS = 1_000;

  static List<PlantedBug> bugs() {
    return List.of(
        new PlantedBug(
            "a write is answered before it is on disk",
            "PRIMARY-LINEARIZABLE" + PlantedBug.ON_DISKS,
            "linearizable",
            "storage/RemoteStorage.java",
            "giveBack: skips sync()"),
        new PlantedBug(
                "a view is served in before it is on the disks of its members",
                "PRIMARY-LINEARIZABLE" + PlantedBug.ON_DISKS,
                "linearizable",
                "storage/RemoteStorage.java",
                "endInstall: skips install()")
            .with(
                "storage/RemoteStorage.java",
                "endInstall: results.add() becomes controletLoop.execute(then)"));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void aBugThatLosesWhatWasAnsweredIsFound(PlantedBug bug, @TempDir Path folder) {
    String report = bug.hunt(1, SEEDS, folder);
    System.out.println(bug + "\n" + report);
    assertThat(report).contains("not " + bug.promise());
  }
}
