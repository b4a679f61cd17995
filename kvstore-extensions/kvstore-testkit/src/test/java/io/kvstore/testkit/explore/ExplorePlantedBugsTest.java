package io.kvstore.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.mutation.Mutation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exploration finds bugs that are planted into protocols, if the bounds are wide enough for what
 * they need. Ordinarily every third is planted; {@code -Dkvstore.bug=} plants all, {@code
 * -Dkvstore.bug=chain} those that are named like this.
 */
class ExplorePlantedBugsTest {
  private static final int USUALLY_EACH = 3;

  static Stream<Hunt> bugs() {
    List<Hunt> all = all();
    String named = System.getProperty("kvstore.bug");
    return IntStream.range(0, all.size())
        .filter(i -> named == null ? i % USUALLY_EACH == 0 : all.get(i).name().contains(named))
        .mapToObj(all::get);
  }

  private static Hunt hunt(
      String name, String promise, String options, List<String> clients, Mutation... mutations) {
    List<String> words = new ArrayList<>(List.of(options.split(" ")));
    clients.forEach(each -> words.addAll(List.of("--client", each)));
    return new Hunt(name, promise, words, List.of(mutations));
  }

  static List<Hunt> all() {
    return List.of(
        hunt(
            "a primary answers before its backups have a write",
            "linearizable",
            "--cell PRIMARY-LINEARIZABLE --crashes 1",
            List.of("n0: put x 1", "n1: get x"),
            Mutation.of("protocol/PrimaryBackup.java", "install: size() becomes 1")),
        hunt(
            "a backup answers reads by itself",
            "linearizable",
            "--cell PRIMARY-LINEARIZABLE",
            List.of("n0: put x 1", "n1: get x"),
            Mutation.of("protocol/PrimaryBackup.java", "onRequest: isPrimary() becomes true"),
            Mutation.of("protocol/PrimaryBackup.java", "mayAnswer: isPrimary() becomes true")),
        hunt(
            "a primary performs what is asked again",
            "linearizable",
            "--cell PRIMARY-LINEARIZABLE --repetitions 1",
            List.of("n1: append x a; get x"),
            Mutation.of("replication/PerformedOrder.java", "takesOn: has() becomes false")),
        hunt(
            "a backup acknowledges what has a gap before it",
            "keeping",
            "--cell PRIMARY-LINEARIZABLE --crashes 1 --reordering yes",
            List.of("n0: put x 1", "n0: put y 2", "n1: get x"),
            Mutation.of(
                "protocol/PrimaryBackup.java",
                "onAppend: new Appended() becomes new Appended(env.view().epoch(),"
                    + " append.ordered().position())")),
        hunt(
            "what all survivors hold is not performed when their view begins",
            "progressing",
            "--cell PRIMARY-LINEARIZABLE --crashes 1",
            List.of("n0: put x 1", "n1: get x"),
            Mutation.of("protocol/PrimaryBackup.java", "activate: skips commitUpTo()")),
        hunt(
            "a backup shows what may still be lost",
            "progressing",
            "--cell PRIMARY-SEQUENTIAL --crashes 2",
            List.of("n0: put x 1", "n1: get x; at n2; get x"),
            Mutation.of(
                "protocol/PrimaryBackup.java",
                "onAppend: commitUpTo() becomes commitUpTo(log.last())")),
        hunt(
            "a replica does not ask how far a session has seen",
            "sequential",
            "--cell PRIMARY-SEQUENTIAL",
            List.of("n0: put x 1; at n1; get x"),
            Mutation.of("replication/LocalReads.java", "readOnceSeen: floor becomes 0")),
        hunt(
            "a member delivers what an earlier proposal may come before",
            "linearizable",
            "--cell TOTAL_ORDER-LINEARIZABLE --nodes 3",
            List.of("n0: append x a", "n1: append x b; get x"),
            Mutation.of(
                "replication/Promises.java", "hasSettled: the test of promised becomes true")),
        hunt(
            "a member delivers what not everybody holds",
            "keeping",
            "--cell TOTAL_ORDER-LINEARIZABLE --nodes 2 --crashes 1",
            List.of("n0: put x 1", "n1: get x"),
            Mutation.of("replication/Promises.java", "hasSettled: holdsIt becomes true")),
        hunt(
            "a member of a chain answers reads as if it were the tail",
            "linearizable",
            "--cell CHAIN-LINEARIZABLE",
            List.of("n0: put x 1", "n1: get x", "n2: get x"),
            Mutation.of(
                "protocol/Chain.java", "mayRead: equals() becomes !head().equals(env.self())")),
        hunt(
            "a member of a chain acknowledges for the tail what it has only passed on",
            "linearizable",
            "--cell CHAIN-LINEARIZABLE",
            List.of("n0: put x 1", "n2: get x"),
            Mutation.of("protocol/Chain.java", "acknowledgement: position() becomes log.last()")),
        hunt(
            "a member of a chain answers a dirty key by itself",
            "linearizable",
            "--cell CRAQ-LINEARIZABLE",
            List.of("n0: put x 1", "n1: get x", "n2: get x"),
            Mutation.of("protocol/Chain.java", "mayRead: mayBeSeenBy() becomes upTo < 0")),
        hunt(
            "a read shows what a minority has, and leaves it there",
            "linearizable",
            "--cell QUORUM-LINEARIZABLE --timeouts 0",
            List.of("n0: put x 1", "n1: get x; get x"),
            Mutation.of("replication/QuorumCalls.java", "onCollected: isAgreed() becomes true")),
        hunt(
            "a member accepts what it has promised not to",
            "linearizable",
            "--cell QUORUM-LINEARIZABLE --timeouts 0",
            List.of("n0: append x a", "n1: append x b; get x"),
            Mutation.of(
                "replication/Registers.java",
                "accept: the test of proposal.ballot() < register.promised becomes false")),
        hunt(
            "a write is made of what a member holds that answers first",
            "linearizable",
            "--cell QUORUM-LINEARIZABLE --timeouts 0",
            List.of("n0: append x a", "n1: append x b; get x"),
            Mutation.of(
                "replication/RegisterRound.java",
                "holds: the test of accepted.ballot() > latest.ballot() becomes false")),
        hunt(
            "no lock excludes another",
            "linearizable",
            "--cell LOCKING-LINEARIZABLE --nodes 2",
            List.of("n0: append x a", "n1: append x b; get x"),
            Mutation.of("replication/LockTable.java", "conflictsWith: does { return false; }")),
        hunt(
            "a member reads before it has what was written before its lock",
            "linearizable",
            "--cell LOCKING-LINEARIZABLE --nodes 3",
            List.of("n0: put x 1", "n1: get x"),
            Mutation.of(
                "protocol/Locking.java",
                "readAfter: the test of performed.position() >= position becomes true")),
        hunt(
            "what was fetched before a read came counts for it",
            "linearizable",
            "--cell SHARED_LOG-LINEARIZABLE",
            List.of("n0: put x 1", "n1: get x; get x"),
            Mutation.of("replication/Playback.java", "toTail: number becomes 1")),
        hunt(
            "a read is answered without what its session has seen",
            "causal",
            "--cell BROADCAST-CAUSAL",
            List.of("n0: put x 1; at n1; get x"),
            Mutation.of("protocol/CausalBroadcast.java", "onRequest: has() becomes true")),
        hunt(
            "the older one of two writes wins",
            "agreeing",
            "--cell BROADCAST-EVENTUAL --nodes 2",
            List.of("n0: put x 1", "n1: put x 2"),
            Mutation.of(
                "datalet/Page.java",
                "putIfNewer: the test of version becomes before.version() > entry.version()")),
        hunt(
            "a member is not told again what it missed",
            "agreeing",
            "--cell BROADCAST-EVENTUAL --losses 1",
            List.of("n0: put x 1"),
            Mutation.of("replication/UpdateStream.java", "sendFrom: skips send()")),
        hunt(
            "an owner performs again what is asked again",
            "eventual",
            "--cell KEY_OWNER-EVENTUAL --nodes 2 --repetitions 1",
            List.of("n0: append x a; get x", "n1: append x b"),
            Mutation.of("protocol/KeyOwner.java", "write: hasBegun() becomes false")));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void aPlantedBugIsFound(Hunt bug, @TempDir Path folder) {
    String said = bug.explore(folder);
    System.out.println(bug + "\n" + said);
    assertThat(said).as(bug.name()).contains("Not " + bug.promise());
  }
}
