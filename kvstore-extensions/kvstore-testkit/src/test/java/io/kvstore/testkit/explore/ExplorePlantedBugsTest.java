package io.kvstore.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.mutation.Mutation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exploration finds bugs that are planted into protocols, in bounds that are wide enough for what
 * they need. Ordinarily some are planted that are found soon; {@code -Dkvstore.bug=} plants all,
 * {@code -Dkvstore.bug=chain} those that are named like this.
 */
class ExplorePlantedBugsTest {
  /** Of different protocols. */
  private static final Set<String> FOUND_SOON =
      Set.of(
          "a primary answers before its backups have a write",
          "a replica does not ask how far a session has seen",
          "a member delivers what not everybody holds",
          "a member of a chain acknowledges for the tail what it has only passed on",
          "a member accepts what it has promised not to");

  static Stream<Hunt> bugs() {
    String named = System.getProperty("kvstore.bug");
    return all().stream()
        .filter(
            bug -> named == null ? FOUND_SOON.contains(bug.name()) : bug.name().contains(named));
  }

  private static Hunt hunt(
      String name, String promise, String options, List<String> clients, Mutation... mutations) {
    List<String> words = new ArrayList<>(List.of(options.split(" ", -1)));
    words.addAll(List.of("--shortest", "no", "--seconds", "120", "--threads", "1"));
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
            "a member accepts what it has promised not to",
            "linearizable",
            "--cell QUORUM-LINEARIZABLE --timeouts 0",
            List.of("n0: append x a", "n1: append x b; get x"),
            Mutation.of(
                "replication/Registers.java",
                "unlessRefused: the test of ballot < register.promised becomes false")),
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

  /** Without the bug there is nothing to be found where it was. */
  @Test
  void theRightCodeKeepsItsPromises() {
    for (Hunt bug : all()) {
      if (bug.name().startsWith("a member of a chain acknowledges")
          || bug.name().startsWith("a replica does not ask")) {
        assertThat(new Hunt.Runner().apply(bug.options().toArray(String[]::new)))
            .contains("No promise is broken within these bounds");
      }
    }
  }
}
