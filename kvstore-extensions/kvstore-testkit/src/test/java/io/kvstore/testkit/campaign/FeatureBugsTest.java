package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Campaigns find bugs that are planted outside of what protocols promise of single keys: into
 * watches, sessions, lifetimes, state transfer, limits, and what is kept. Beside each stands the
 * first seed by which it was found. Ordinarily every fifth is planted; {@code -Dkvstore.bug=}
 * plants all, {@code -Dkvstore.bug=watch} those that are named like this.
 */
class FeatureBugsTest {
  private static final int SEEDS = 1_000;

  static Stream<PlantedBug> bugs() {
    return PlantedBug.chosen(all());
  }

  private static List<PlantedBug> all() {
    return List.of(
        new PlantedBug( // 1
            "a watch that goes on elsewhere does not ask what is gone",
            "PRIMARY-EVENTUAL with watches,limits",
            "watching",
            "watch/Reader.java",
            "look: whyGone() becomes null"),
        new PlantedBug( // 1
            "a watch that goes on elsewhere is told its last change again",
            "PRIMARY-LINEARIZABLE with watches",
            "watching",
            "watch/Reader.java",
            "hasSeen: the test of position becomes told.version() < here.position()"),
        new PlantedBug( // 1
            "a watch is not told what comes from other members",
            "BROADCAST-EVENTUAL with watches",
            "watching",
            "watch/ChangeLog.java",
            "addMerged: skips add()"),
        new PlantedBug( // 2
            "a touch keeps the expiry of before",
            "PRIMARY-LINEARIZABLE with lifetimes",
            "lasting",
            "storage/Changes.java",
            "touched: expiry() becomes before.expiresAt()"),
        new PlantedBug( // 1
            "what is appended to lives for ever",
            "BROADCAST-EVENTUAL with lifetimes",
            "behaving",
            "storage/Changes.java",
            "withValue: expiresAt becomes Entry.NEVER"),
        new PlantedBug( // 1
            "a prepend appends",
            "TOTAL_ORDER-LINEARIZABLE with updates",
            "behaving",
            "storage/Changes.java",
            "change: change becomes $ instanceof Change.Prepend prepend ? new Change.Append(prepend.head()) : $"),
        new PlantedBug( // 1
            "a condition on the version is not looked at",
            "PRIMARY-SEQUENTIAL with updates",
            "behaving",
            "storage/Changes.java",
            "compute: holdsFor() becomes write.condition() instanceof io.kvstore.spi.Condition.VersionIs || $"),
        new PlantedBug( // 1
            "a member that lacks what is kept no more gets no copy",
            "BROADCAST-EVENTUAL with bounds",
            "behaving",
            "replication/UpdateStream.java",
            "sendCopyTo: skips accept()"),
        new PlantedBug( // 3
            "a backup that lacks what is kept no more gets no copy",
            "PRIMARY-EVENTUAL with bounds",
            "behaving",
            "protocol/PrimaryBackup.java",
            "sendCopyTo: isDueACopy() becomes false"),
        new PlantedBug( // 2
            "an operation that is early is taken for the next",
            "PRIMARY-LINEARIZABLE",
            "behaving",
            "replication/OrderedLog.java",
            "offer: the test of position == last + 1 becomes position > last"),
        new PlantedBug( // 4
            "a promise counts before what was proposed until then is here",
            "TOTAL_ORDER-LINEARIZABLE",
            "linearizable",
            "replication/Promises.java",
            "keep: the test of promiseTold becomes true"),
        new PlantedBug( // 6
            "messages of views before are handled",
            "PRIMARY-LINEARIZABLE with bursts",
            "linearizable",
            "node/Replica.java",
            "receive: the test of state == State.STOPPED || epoch < view.epoch() becomes state == State.STOPPED"),
        new PlantedBug( // 1
            "a reply that was given is kept",
            "PRIMARY-LINEARIZABLE",
            "leaving nothing",
            "replication/OwedReplies.java",
            "onPerformed: remove() becomes owed.get(ordered.position())"),
        new PlantedBug( // 1
            "updates that all have are kept",
            "BROADCAST-CAUSAL",
            "behaving",
            "replication/UpdateStream.java",
            "forgetReceived: skips forgetUpTo()"),
        new PlantedBug( // 1
            "a reply for a proposal is kept",
            "TOTAL_ORDER-LINEARIZABLE",
            "leaving nothing",
            "replication/ProposedOrder.java",
            "perform: remove() becomes replies.get(lastStamp)"),
        new PlantedBug( // 3
            "a session forgets how far it has seen",
            "PRIMARY-SEQUENTIAL",
            "sequential",
            "client/Call.java",
            "answerNow: skips sawUpTo()"),
        new PlantedBug( // 7
            "a session forgets what it has seen",
            "BROADCAST-CAUSAL",
            "causal",
            "client/Call.java",
            "answerNow: skips saw()"),
        new PlantedBug( // 1
            "a session asks every shard for what it has seen in the first",
            "PRIMARY-SEQUENTIAL with shards",
            "behaving",
            "client/Call.java",
            "position: positionIn() becomes connection.session().positionIn(0)"),
        new PlantedBug( // 1
            "a copy does not count for what it brings",
            "BROADCAST-CAUSAL with bounds,unusual",
            "behaving",
            "protocol/CausalBroadcast.java",
            "onEverything: skips raise()"),
        new PlantedBug( // 1
            "a copy is not taken over",
            "BROADCAST-EVENTUAL with bounds,unusual",
            "agreeing",
            "replication/LastWriterWins.java",
            "onMessage: skips takeCopy()"),
        new PlantedBug( // 1
            "a transaction does what follows then though a condition does not hold",
            "PRIMARY-LINEARIZABLE with transactions",
            "behaving",
            "storage/StateMachine.java",
            "transact: allMatch() becomes true"),
        new PlantedBug( // 2
            "a transaction's conditions are looked at when it is asked for, before its turn",
            "TOTAL_ORDER-LINEARIZABLE with transactions",
            "linearizable",
            "client/LocalConnection.java",
            "prepare: partFor() becomes operation instanceof io.kvstore.spi.Transaction asked"
                + " ? asked.decided(asked.requirements().stream().allMatch(each ->"
                + " each.condition().holdsFor(((io.kvstore.spi.Answer.Found)"
                + " replica.parts().applier().query(new io.kvstore.spi.Get(each.key()), 0)).entry())))"
                + " : $"),
        new PlantedBug( // 44
            "a key that a transaction writes is taken for clean",
            "CRAQ-LINEARIZABLE with transactions",
            "linearizable",
            "replication/DirtyKeys.java",
            "mayChange: transaction.writes().anyMatch() becomes false"),
        new PlantedBug( // 1
            "a transaction that cannot be done leaves what it has done until then",
            "RAFT-SEQUENTIAL with transactions",
            "sequential",
            "storage/StateMachine.java",
            "performAll: skips run()"),
        new PlantedBug( // 51
            "tombstones are collected while a node is away",
            "BROADCAST-EVENTUAL",
            "keeping",
            "replication/TombstoneCollector.java",
            "collect: isWhole() becomes true"),
        new PlantedBug( // 1
            "a member does not learn from others how far the count is",
            "BROADCAST-EVENTUAL",
            "behaving",
            "replication/MergingEntries.java",
            "perform: skips observeVersion()"),
        new PlantedBug( // 2
            "a watch is not told what is evicted",
            "PRIMARY-LINEARIZABLE with evictions,watches",
            "watching",
            "storage/StateMachine.java",
            "evict: skips accept()"),
        new PlantedBug( // 2
            "each replica evicts by its own judgement",
            "PRIMARY-LINEARIZABLE with evictions",
            "agreeing",
            "storage/StateMachine.java",
            "performAndEvict: ordered.victims() becomes judge.makeRoom(ordered).victims()"),
        new PlantedBug( // 2
            "what goes is not what was ordered to go",
            "PRIMARY-LINEARIZABLE with evictions",
            "linearizable",
            "storage/StateMachine.java",
            "performAndEvict: ordered.victims() becomes entries.all().stream().map(Pair::key).sorted().limit(1).toList()"));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void aPlantedBugIsFound(PlantedBug bug, @TempDir Path folder) {
    assertThat(bug.hunt(1, SEEDS, folder)).as(bug.name()).contains("not " + bug.promise());
  }
}
