package io.kvstore.labs.grading;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.labs.grading.ElectionRun.Kind;
import io.kvstore.labs.lab1.PrimaryBackup;
import io.kvstore.labs.lab2.TotalOrder;
import io.kvstore.labs.lab3.CausalBroadcast;
import io.kvstore.labs.lab4.QuorumRegister;
import io.kvstore.labs.lab5.Election;
import io.kvstore.testkit.campaign.Campaign;
import io.kvstore.testkit.campaign.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The labs in which a protocol is written. */
final class Labs {
  private static final int OPERATIONS = 100;
  private static final Duration LATE = Duration.ofMillis(30);
  private static final Duration VERY_LATE = Duration.ofMillis(150);

  private Labs() {}

  private static Campaign campaign(Consistency consistency, Replication replication) {
    return Campaign.of(consistency, replication)
        .replicas(3)
        .operations(OPERATIONS)
        .features("none")
        .turnsTakeTime(false);
  }

  private static List<Step> linearizable(Replication replication) {
    Campaign campaign = campaign(Consistency.LINEARIZABLE, replication);
    return CampaignSteps.of(
        campaign, campaign, LATE, "nodes that crash, pause and are cut off", Optional::of);
  }

  static Lab primaryBackup() {
    return new Lab(1, PrimaryBackup.class, linearizable(Replication.PRIMARY));
  }

  static Lab totalOrder() {
    return new Lab(2, TotalOrder.class, linearizable(Replication.TOTAL_ORDER));
  }

  static Lab causalBroadcast() {
    Campaign campaign = campaign(Consistency.CAUSAL, Replication.BROADCAST);
    return new Lab(
        3,
        CausalBroadcast.class,
        CampaignSteps.of(
            campaign,
            campaign.operations(3 * OPERATIONS), // few see that an effect overtakes its cause
            VERY_LATE,
            "nodes that pause and are cut off",
            fault -> isCrash(fault) ? Optional.empty() : Optional.of(fault)));
  }

  static Lab quorumRegister() {
    return new Lab(4, QuorumRegister.class, linearizable(Replication.QUORUM));
  }

  static Lab election() {
    return new Lab(
        5,
        Election.class,
        List.of(
            election("a leader is elected, and stays", 100, Kind.NONE),
            election("messages that are late, come twice or overtake others", 200, Kind.LATE),
            election("messages that are lost", 200, Kind.LOST),
            election("leaders that pause or are cut off", 300, Kind.CUT),
            election(
                "members that crash, and come back with what they have saved", 500, Kind.CRASHES)));
  }

  private static Step election(String name, long seeds, Kind kind) {
    return new Step(name, seeds, new ElectionRun.Check(kind));
  }

  private static boolean isCrash(Fault fault) {
    return fault instanceof Fault.Crash
        || fault instanceof Fault.CrashTogether
        || fault instanceof Fault.Restart
        || fault instanceof Fault.Damage;
  }
}
