package io.kvstore.core.simulation;

import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;
import static io.kvstore.Consistency.SEQUENTIAL;
import static io.kvstore.Replication.KEY_OWNER;
import static io.kvstore.Replication.PRIMARY;
import static io.kvstore.Replication.TOTAL_ORDER;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import org.junit.jupiter.api.Test;

/** Seeds under which a protocol, or a check, was once wrong. */
class FoundSeedsTest {
  private static void judge(Replication replication, Consistency consistency, long seed) {
    Judge.judge(new Cell(replication, consistency), seed);
  }

  @Test
  void aPrimaryDoesNotPerformAgainWhatOnlyItsDataletRemembers() {
    judge(PRIMARY, EVENTUAL, 2829);
  }

  @Test
  void timeDoesNotPassByARequestThatIsNotPerformedAgain() {
    judge(TOTAL_ORDER, SEQUENTIAL, 58552);
  }

  @Test
  void aMemberThatHadEverythingWhenItJoinedTellsTheTimeToTheNext() {
    judge(TOTAL_ORDER, SEQUENTIAL, 129970);
  }

  @Test
  void whatWasSeenAndLostMayFailWhenItIsAskedForAgain() {
    judge(PRIMARY, EVENTUAL, 34539);
    judge(KEY_OWNER, EVENTUAL, 21627);
    judge(KEY_OWNER, EVENTUAL, 49161);
  }

  @Test
  void somethingElseMayBeSeenWhereSomethingHasExpired() {
    judge(PRIMARY, LINEARIZABLE, 21488);
    judge(TOTAL_ORDER, LINEARIZABLE, 27157);
  }
}
