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
 * fifth is planted; {@code -Dkvstore.bug=} plants all, {@code -Dkvstore.bug=snapshot} those that
 * are named like this.
 */
class PlantedBugsTest {
  private static final int USUALLY_EACH = 5;

  static Stream<PlantedBug> bugs() {
    String named = System.getProperty("kvstore.bug");
    List<PlantedBug> all = all();
    return IntStream.range(0, all.size())
        .filter(i -> named == null ? i % USUALLY_EACH == 0 : all.get(i).name().contains(named))
        .mapToObj(all::get);
  }

  private static List<PlantedBug> all() {
    return List.of(
        PlantedBug.of(
            "answers are not part of a snapshot",
            "RememberedClients.java",
            "Coding.writeList(to, each.getValue().parts(), Done::write);",
            "Coding.writeList(to, List.<Done>of(), Done::write);",
            "RememberedClientsTest",
            "aSnapshotRemembersAndADamagedOneIsFoundOut"),
        PlantedBug.of(
            "a snapshot forgets that changes are kept",
            "SnapshotFile.java",
            "agreed.write(data);",
            "new Agreed(false, agreed.leaseNanos()).write(data);",
            "RememberedClientsTest",
            "aSnapshotRemembersAndADamagedOneIsFoundOut"),
        PlantedBug.of(
            "a batch that comes late is performed again",
            "RememberedClients.java",
            "if (batch.sequence() < last.sequence()) {",
            "if (batch.sequence() < 0) {",
            "RememberedClientsTest",
            "aRepeatedBatchIsAnsweredAgainAndPerformedOnce"),
        PlantedBug.of(
                "a snapshot has entries from after its index",
                "ShardMachine.java",
                "HeldEntries held = entries.hold();",
                "",
                "SnapshotsTest",
                "everyAdditionCountsOnceAndWhatWasRemovedStaysAwayAcrossRestarts")
            .with(
                "ShardMachine.java",
                "() -> write(last, held, answered, sofar)",
                "() -> { HeldEntries held; synchronized (turn) { held = entries.hold(); }"
                    + " write(last, held, answered, sofar); }"),
        PlantedBug.of(
            "a member that gets a snapshot goes on at its own position",
            "SnapshotFile.java",
            "data.writeLong(held.position());",
            "data.writeLong(held.position() - 1);",
            "RememberedClientsTest",
            "aSnapshotRemembersAndADamagedOneIsFoundOut"),
        PlantedBug.of(
            "a member does not wait until it has performed what a token says",
            "ShardServer.java",
            "if (look.byOwnClock() || machine.entries().position() >= look.floor()) {",
            "if (look.floor() >= 0) {",
            "StoreOnRatisTest",
            "aReadWaitsForWhatItsSessionHasSeen"),
        PlantedBug.of(
            "a follower learns with the next heartbeat what is committed",
            "Commits.java",
            "if (follower.isBehind() &&",
            "if (follower.isBehind() && executor == null &&",
            "QuietStoreTest",
            "aSessionSeesItsWriteAndAWatchItsChangeAtEveryMemberAtOnce"),
        PlantedBug.of(
            "entries expire by each member's own clock",
            "ShardMachine.java",
            "long time = Coding.decode(data, in -> in.readLong());",
            "long time = clock.getAsLong();",
            "SkewedClocksTest",
            "everyMemberHasAnEntryExpireAtTheSameMoment"),
        PlantedBug.of(
                "a linearizable read is answered by the member that is asked",
                "RatisConnection.java",
                "operation instanceof Query query && level != Consistency.LINEARIZABLE",
                "operation instanceof Query query",
                "SlowMembersTest",
                "aLinearizableReadSeesTheLastWriteAlsoWhereAMemberDoesNotHaveIt")
            .with(
                "RatisConnection.java",
                "own.readAlone(query, floor)",
                "own.readNow(query, false, floor)"),
        PlantedBug.of(
            "a new leader answers while the one before may still read alone",
            "ShardMachine.java",
            "long left = lease.leftToOthers(term);",
            "long left = 0;",
            "LeaseReadsTest",
            "aNewLeaderKeepsItsAnswersBackUntilTheOneBeforeReadsNoMore"),
        PlantedBug.of(
            "a leader reads alone while the one before may still do so",
            "LeaderLease.java",
            " && leftToOthers(term) == 0",
            "",
            "LeaderLeaseTest",
            "aLeaderReadsAloneForAWhileAfterItHasTakenARecordAndOnceNoOtherOneDoes"),
        PlantedBug.of(
            "a snapshot forgets that there are leases",
            "Agreed.java",
            "(flags & HAS_LEASES) != 0 ? in.readLong() : 0",
            "(flags & HAS_LEASES) != 0 ? 0 * in.readLong() : 0",
            "LeaseReadsTest",
            "whatWasAgreedOnceHoldsForMembersThatComeBackAndDoNotAskForIt"),
        PlantedBug.of(
            "a batch that is repeated has another number",
            "Pipe.java",
            "private void repeat(Batch batch) {",
            "private void repeat(Batch batch) { sequence++;",
            "SlowMembersTest",
            "aWriteThatIsRepeatedBecauseItsLeaderIsSlowIsPerformedOnce"),
        PlantedBug.of(
            "a batch is performed write by write",
            "ShardMachine.java",
            "? entries.perform(command, time)",
            "? command instanceof io.kvstore.spi.Batch batch"
                + " ? new Answer.WrittenTogether(Answer.Outcome.APPLIED, batch.writes().stream()"
                + ".map(each -> (Answer.Written) entries.perform(each, time)).toList())"
                + " : entries.perform(command, time)",
            "StoreOnRatisTest",
            "aBatchOfWhichOneConditionFailsChangesNothing"),
        PlantedBug.of(
            "a session does not know the position of what it wrote",
            "RatisConnection.java",
            "session.sawUpTo(shard, done.position());",
            "",
            "StoreOnRatisTest",
            "aPositionOnlyGrows"),
        PlantedBug.of(
            "a read overtakes what its session has submitted",
            "RatisConnection.java",
            "if (before == null || before.isDone()) {",
            "if (shard >= 0) {",
            "RatisEngineTest",
            "submittedWritesOfASessionKeepTheirOrder"),
        PlantedBug.of(
            "a read waits for the group's time to reach a clock that is ahead",
            "Looking.java",
            "if (read.isValid() || isTimeCurrent) {",
            "if (read.isValid()) {",
            "SkewedClocksTest",
            "everyMemberHasAnEntryExpireAtTheSameMoment"),
        PlantedBug.of(
            "how a member stands is told once it has performed what it performs",
            "ShardMachine.java",
            "return remembered;",
            "synchronized (turn) { return clients.size(); }",
            "SlowMembersTest",
            "howAMemberStandsIsToldWhileItPerformsSomethingSlowly"),
        PlantedBug.of(
            "a snapshot is written by the thread that performs the log",
            "SnapshotWriter.java",
            "thread.start();",
            "write(index, task);",
            "SlowMembersTest",
            "writesGoOnWhileSnapshotsAreBeingWritten"),
        PlantedBug.of(
            "leaders are not handed over",
            "LeaderSpreading.java",
            "+ 2 <= own",
            "+ 200 <= own",
            "LeaderSpreadingTest",
            "inTheEndEachMemberLeadsAsManyShardsAlsoWhenOneHasBeenAway"),
        PlantedBug.of(
            "nothing looks who leads",
            "RatisBackend.java",
            "if (member != null && settings.shards() > 1) {",
            "if (member != null && settings.shards() > 100) {",
            "LeaderSpreadingTest",
            "inTheEndEachMemberLeadsAsManyShardsAlsoWhenOneHasBeenAway"));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void isFound(PlantedBug bug, @TempDir Path folder) {
    assertThat(bug.failures(folder)).as(bug.name()).isPositive();
  }
}
