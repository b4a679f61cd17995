package io.kvstore.labs.grading;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.labs.lab1.PrimaryBackup;
import io.kvstore.testkit.campaign.Campaign;
import java.util.Optional;

/** The labs that campaigns grade. */
final class Labs {
  private static final int OPERATIONS = 100;

  private Labs() {}

  private static Campaign campaign(Consistency consistency, Replication replication) {
    return Campaign.of(consistency, replication)
        .replicas(3)
        .operations(OPERATIONS)
        .features("none")
        .turnsTakeTime(false);
  }

  static Lab primaryBackup() {
    return new Lab(
        1,
        PrimaryBackup.class,
        CampaignSteps.of(
            campaign(Consistency.LINEARIZABLE, Replication.PRIMARY),
            "nodes that crash, pause and are cut off",
            Optional::of));
  }
}
