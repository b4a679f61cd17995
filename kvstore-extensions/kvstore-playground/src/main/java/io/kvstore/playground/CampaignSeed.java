package io.kvstore.playground;

import io.kvstore.Consistency;
import io.kvstore.testkit.campaign.Campaign;
import io.kvstore.testkit.campaign.Cell;
import io.kvstore.testkit.campaign.Trial;
import io.kvstore.testkit.check.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;

/** One seed of a campaign of the test kit, as the page tells of it. */
final class CampaignSeed {
  private CampaignSeed() {}

  /** Plays it, held to a level, or to all that the cell promises if none is named. */
  static Map<String, Object> play(Cell cell, String level, long seed) {
    Campaign campaign = Campaign.of(cell);
    Trial trial =
        (level.isEmpty() ? campaign : campaign.against(Setup.named(Consistency.values(), level)))
            .trial(seed);
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("operations", trial.history().size());
    told.put("events", trial.events().size());
    told.put("undecided", isAnyUndecided(trial));
    for (Map.Entry<String, Verdict> each : trial.verdicts().entrySet()) {
      if (each.getValue() instanceof Verdict.Broken broken) {
        told.put("broken", each.getKey());
        told.put("reason", broken.reason());
        told.put("drawing", trial.drawing().svg());
        break;
      }
    }
    return told;
  }

  private static boolean isAnyUndecided(Trial trial) {
    return trial.verdicts().values().stream().anyMatch(Verdict.Undecided.class::isInstance);
  }
}
