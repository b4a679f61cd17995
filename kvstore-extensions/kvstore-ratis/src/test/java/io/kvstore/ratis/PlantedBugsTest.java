package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tests of this module can fail: each of these bugs is found by the test that is named. Every
 * tenth is planted; {@code -Dkvstore.bug=} plants all, {@code -Dkvstore.bug=snapshot} those that
 * are named like this.
 */
class PlantedBugsTest {
  private static final int USUALLY_EACH = 10;

  static Stream<PlantedBug> bugs() {
    String named = System.getProperty("kvstore.bug");
    List<PlantedBug> all = all();
    return IntStream.range(0, all.size())
        .filter(
            i ->
                named == null
                    ? i % USUALLY_EACH == USUALLY_EACH / 2
                    : all.get(i).name().contains(named))
        .mapToObj(all::get);
  }

  private static List<PlantedBug> all() {
    return List.of(
        PlantedBug.of(
            "answers are not part of a snapshot",
            "RememberedClients.java",
            "write: parts() becomes List.<Done>of()",
            "RememberedClientsTest",
            "aSnapshotRemembersAndADamagedOneIsFoundOut"),
        PlantedBug.of(
            "a snapshot forgets that changes are kept",
            "SnapshotFile.java",
            "write: agreed.write() becomes new Agreed(false, agreed.leaseNanos()).write(data)",
            "RememberedClientsTest",
            "aSnapshotRemembersAndADamagedOneIsFoundOut"),
        PlantedBug.of(
            "a batch that comes late is performed again",
            "RememberedClients.java",
            "performOnce: the test of batch.sequence() < last.sequence() becomes false",
            "RememberedClientsTest",
            "aRepeatedBatchIsAnsweredAgainAndPerformedOnce"),
        PlantedBug.of(
            "a snapshot has entries from after its index",
            "ShardMachine.java",
            "takeSnapshot: write() becomes { HeldEntries late;"
                + " synchronized (turn) { held.close(); late = entries.hold(); }"
                + " write(last, late, answered, sofar); }",
            "SnapshotsTest",
            "everyAdditionCountsOnceAndWhatWasRemovedStaysAwayAcrossRestarts"),
        PlantedBug.of(
            "a member that gets a snapshot goes on at its own position",
            "SnapshotFile.java",
            "write: position() becomes $ - 1",
            "RememberedClientsTest",
            "aSnapshotRemembersAndADamagedOneIsFoundOut"),
        PlantedBug.of(
            "a member does not wait until it has performed what a token says",
            "ShardServer.java",
            "look: the test of floor becomes true",
            "StoreOnRatisTest",
            "aReadWaitsForWhatItsSessionHasSeen"),
        PlantedBug.of(
            "a follower learns with the next heartbeat what is committed",
            "Commits.java",
            "look: isBehind() becomes $ && executor == null",
            "QuietStoreTest",
            "aSessionSeesItsWriteAndAWatchItsChangeAtEveryMemberAtOnce"),
        PlantedBug.of(
            "entries expire by each member's own clock",
            "ShardMachine.java",
            "perform: time becomes clock.getAsLong()",
            "SkewedClocksTest",
            "everyMemberHasAnEntryExpireAtTheSameMoment"),
        PlantedBug.of(
                "a linearizable read is answered by the member that is asked",
                "RatisConnection.java",
                "begin: the test of LINEARIZABLE becomes true",
                "SlowMembersTest",
                "aLinearizableReadSeesTheLastWriteAlsoWhereAMemberDoesNotHaveIt")
            .with(
                "RatisConnection.java",
                "readHere: readAlone() becomes own.readNow(query, false, floor)"),
        PlantedBug.of(
            "a new leader answers while the one before may still read alone",
            "ShardMachine.java",
            "answer: left becomes 0",
            "LeaseReadsTest",
            "aNewLeaderKeepsItsAnswersBackUntilTheOneBeforeReadsNoMore"),
        PlantedBug.of(
            "a leader reads alone while the one before may still do so",
            "LeaderLease.java",
            "isHeld: leftToOthers() becomes 0",
            "LeaderLeaseTest",
            "aLeaderReadsAloneForAWhileAfterItHasTakenARecordAndOnceNoOtherOneDoes"),
        PlantedBug.of(
            "a snapshot forgets that there are leases",
            "Agreed.java",
            "read: readLong() becomes 0 * $",
            "LeaseReadsTest",
            "whatWasAgreedOnceHoldsForMembersThatComeBackAndDoNotAskForIt"),
        PlantedBug.of(
            "a batch that is repeated has another number",
            "Pipe.java",
            "repeat: isClosed() becomes sequence++ < 0 || $",
            "SlowMembersTest",
            "aWriteThatIsRepeatedBecauseItsLeaderIsSlowIsPerformedOnce"),
        PlantedBug.of(
            "a batch is performed write by write",
            "ShardMachine.java",
            "performAll: perform() becomes command instanceof io.kvstore.spi.Batch batch"
                + " ? new Answer.WrittenTogether(Answer.Outcome.APPLIED, batch.writes().stream()"
                + ".map(each -> (Answer.Written) entries.perform(each, time)).toList())"
                + " : $",
            "StoreOnRatisTest",
            "aBatchOfWhichOneConditionFailsChangesNothing"),
        PlantedBug.of(
            "a session does not know the position of what it wrote",
            "RatisConnection.java",
            "seen(int, Done): skips sawUpTo()",
            "StoreOnRatisTest",
            "aPositionOnlyGrows"),
        PlantedBug.of(
            "a read overtakes what its session has submitted",
            "RatisConnection.java",
            "look: the test of isDone becomes true",
            "RatisEngineTest",
            "submittedWritesOfASessionKeepTheirOrder"),
        PlantedBug.of(
            "a read waits for the group's time to reach a clock that is ahead",
            "Looking.java",
            "on: the test of isTimeCurrent becomes false",
            "SkewedClocksTest",
            "everyMemberHasAnEntryExpireAtTheSameMoment"),
        PlantedBug.of(
            "how a member stands is told once it has performed what it performs",
            "ShardMachine.java",
            "clients: does { synchronized (turn) { return clients.size(); } }",
            "SlowMembersTest",
            "howAMemberStandsIsToldWhileItPerformsSomethingSlowly"),
        PlantedBug.of(
            "a snapshot is written by the thread that performs the log",
            "SnapshotWriter.java",
            "begin: start() becomes write(index, task)",
            "SlowMembersTest",
            "writesGoOnWhileSnapshotsAreBeingWritten"),
        PlantedBug.of(
            "leaders are not handed over",
            "LeaderSpreading.java",
            "look: the test of own becomes false",
            "LeaderSpreadingTest",
            "inTheEndEachMemberLeadsAsManyShardsAlsoWhenOneHasBeenAway"),
        PlantedBug.of(
            "nothing looks who leads",
            "RatisBackend.java",
            "RatisBackend: the test of member != null becomes false",
            "LeaderSpreadingTest",
            "inTheEndEachMemberLeadsAsManyShardsAlsoWhenOneHasBeenAway"));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void isFound(PlantedBug bug, @TempDir Path folder) {
    assertThat(bug.failures(folder)).as(bug.name()).isPositive();
  }
}
