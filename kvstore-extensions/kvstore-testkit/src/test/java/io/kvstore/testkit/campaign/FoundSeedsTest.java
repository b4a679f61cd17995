package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenarios by which something was found that is right now. */
class FoundSeedsTest {
  private static final Set<Feature> LATER = EnumSet.of(Feature.TABLES, Feature.TRANSACTIONS);

  /**
   * Seeds of before there were tables, in which everything happens in another order, and
   * transactions, which stand in for other operations.
   */
  private static String asThen(String features, String cell, long seed) {
    Set<Feature> its =
        Feature.parseAny(features).orElseGet(() -> Feature.drawn(seed, Cell.named(cell)));
    return Feature.text(
        its.stream().filter(each -> !LATER.contains(each)).collect(Collectors.toSet()));
  }

  @ParameterizedTest(name = "{0} under the seed {1}: {2}")
  @CsvSource({
    "PRIMARY-LINEARIZABLE, 17, a reply at a position that another operation has taken over",
    "PRIMARY-LINEARIZABLE, 280, nobody lets in again who was left out on complaint",
    "TOTAL_ORDER-LINEARIZABLE, 390, the same",
    "PRIMARY-LINEARIZABLE, 670, a node that has slept is taken for deaf",
    "BROADCAST-CAUSAL, 1672, nobody looks around any more while a change is due",
    "TOTAL_ORDER-SEQUENTIAL, 2059, the same",
    "PRIMARY-EVENTUAL, 1702, the same while the coordinator pauses",
    "TOTAL_ORDER-LINEARIZABLE, 443, a refusal though the operation had begun elsewhere",
    "TOTAL_ORDER-SEQUENTIAL, 15, the same",
    "PRIMARY-SEQUENTIAL, 8780, a view set by hand shrinks when a member is lost twice",
    "BROADCAST-CAUSAL, 304685, an update that waits is shown without what it depends on",
    "BROADCAST-CAUSAL, 400632, a crash while another node is back and still lacks what it had",
    "KEY_OWNER-EVENTUAL, 14678, one version given twice by a node that has lost its count",
    "PRIMARY-EVENTUAL, 1967, a log that is filled by left-over updates stays full and lifetimes"
        + " differ",
    "PRIMARY-LINEARIZABLE, 2509, a node that is still paused is asked when everything is to work",
    "PRIMARY-EVENTUAL, 23815, a write that is denied by the next primary is shown by the one before"
  })
  void whatWasFoundStaysRight(String cell, long seed, String what) {
    Optional<Counterexample> found =
        Campaign.of(Cell.named(cell)).turnsTakeTime(false).features("none").seeds(seed, 1).find();
    assertThat(found).as(what).isEmpty();
  }

  @ParameterizedTest(name = "{0} under the seed {1}: {2}")
  @CsvSource({
    "PRIMARY-LINEARIZABLE, 106, a scan that is answered with the tick that was ordered for it",
    "PRIMARY-SEQUENTIAL, 141, a write that waited is performed by the protocol that is over",
    "TOTAL_ORDER-LINEARIZABLE, 141, the same",
    "KEY_OWNER-EVENTUAL, 44, the same",
    "BROADCAST-CAUSAL, 16, the same",
    "BROADCAST-CAUSAL, 7746, an entry of a member that had taken over others before it was asked",
    "BROADCAST-CAUSAL, 2823, a write that had begun where no replica remembers is asked again after a"
        + " move",
    "TOTAL_ORDER-LINEARIZABLE, 2571, a reply that is owed through two views is given once",
    "KEY_OWNER-EVENTUAL, 2072, a write of which only one member had known is asked again after a"
        + " move",
    "BROADCAST-CAUSAL, 300362, what had expired for the writer of what is read is there again",
    "PRIMARY-EVENTUAL, 43707, a write that is performed twice after a pause in which its store"
        + " moved",
    "PRIMARY-EVENTUAL, 49844, a write that was answered, and whose condition is asked again",
    "PRIMARY-EVENTUAL, 8383, a write that is refused by the next primary was shown by the one"
        + " before",
    "KEY_OWNER-EVENTUAL, 42497, nobody forgets tombstones after a node came and left unnoticed"
  })
  void whatWasFoundInChangingStoresStaysRight(String cell, long seed, String what) {
    Optional<Counterexample> found =
        Campaign.of(Cell.named(cell))
            .changing()
            .turnsTakeTime(false)
            .features("none")
            .seeds(seed, 1)
            .find();
    assertThat(found).as(what).isEmpty();
  }

  @ParameterizedTest(name = "{0} under the seed {1}: {3}")
  @CsvSource({
    "PRIMARY-LINEARIZABLE, 348, nodes, a shard is on its way for ever to a node that was to leave",
    "PRIMARY-LINEARIZABLE, 2101, 'pipelines,batches,conditions', a scan is explained too early",
    "QUORUM-EVENTUAL, 53, splits, a write is done after its member has said what it has",
    "BROADCAST-CAUSAL, 17, splits, a session's position while one shard has moved and another not",
    "BROADCAST-CAUSAL, 903, drawn, a position of an order looks like a version of a node that is new",
    "PRIMARY-LINEARIZABLE, 928, nodes, a replica starts before its coordinator knows of its node",
    "QUORUM-LINEARIZABLE, 2249, drawn, the answer to the tick of a read is taken for that to the read",
    "KEY_OWNER-EVENTUAL, 117, 'nodes,watches', an order gives the version of a write that was lost",
    "PRIMARY-EVENTUAL, 4443, drawn, one view after the other is decided while a move waits for a node",
    "KEY_OWNER-EVENTUAL, 3126, drawn, what its writer has told comes again by a copy after a move"
  })
  void whatWasFoundInChangingStoresWithFeaturesStaysRight(
      String cell, long seed, String features, String what) {
    Campaign campaign =
        Campaign.of(Cell.named(cell)).changing().features(asThen(features, cell, seed));
    assertThat(campaign.seeds(seed, 1).find()).as(what).isEmpty();
  }

  @ParameterizedTest(name = "{0} under the seed {1}: {2}")
  @CsvSource({
    "BROADCAST-CAUSAL, 264, an order that begins again below what was removed before it began",
    "KEY_OWNER-EVENTUAL, 468, the same"
  })
  void whatWasFoundInChangingStoresOnDisksStaysRight(String cell, long seed, String what) {
    Campaign campaign = Campaign.of(Cell.named(cell)).changing().durable().features("none");
    assertThat(campaign.seeds(seed, 1).find()).as(what).isEmpty();
  }

  @ParameterizedTest(name = "{0} under the seed {1}: {2}")
  @CsvSource({
    "PRIMARY-EVENTUAL, 136, a log stays full of what was performed after it last forgot something",
    "PRIMARY-EVENTUAL, 723, a member that comes back forgets answers of what the others only hold",
    "SHARED_LOG-LINEARIZABLE, 9, a member that waits for the next view is left out though it is"
        + " needed for one",
    "SHARED_LOG-SEQUENTIAL, 9, the same",
    "PRIMARY-EVENTUAL, 3086, a watch waits for its own node, which is back and holds nothing",
    "TOTAL_ORDER-LINEARIZABLE, 3312, what was done in a view that was never decided is answered by"
        + " none",
    "RAFT-SEQUENTIAL, 4939, a member that waits for a leader lacks what others have, who wait for"
        + " nothing",
    "LEASEGUARD-LINEARIZABLE, 4939, the same",
    "BROADCAST-CAUSAL, 5330, a watch takes the beginning of a view for a write that came later",
    "BROADCAST-EVENTUAL, 5098, the same of a removal",
    "CHAIN-SEQUENTIAL, 5716, a verdict asks for more than who keeps little can know"
  })
  void whatWasFoundOnDisksStaysRight(String cell, long seed, String what) {
    Campaign campaign =
        Campaign.of(Cell.named(cell)).durable().features(asThen("drawn", cell, seed));
    assertThat(campaign.seeds(seed, 1).find()).as(what).isEmpty();
  }

  @ParameterizedTest(name = "{0} under the seed {1}: {2}")
  @CsvSource({
    "PRIMARY-EVENTUAL, 3686, two values of one version are taken for the same",
    "PRIMARY-LINEARIZABLE, 4130, the only disk is damaged on which a view is installed",
    "CHAIN-LINEARIZABLE, 4055, an answer is asked for where members may owe next to nothing"
  })
  void whatWasFoundOnDisksAsItIsDrawnStaysRight(String cell, long seed, String what) {
    Campaign campaign = Campaign.of(Cell.named(cell)).durable();
    assertThat(campaign.seeds(seed, 1).find()).as(what).isEmpty();
  }

  @ParameterizedTest(name = "{0} under the seed {1}: {2}")
  @CsvSource({
    "SHARED_LOG-LINEARIZABLE, 177, a watch goes back and forth between two replicas that are left"
        + " out"
  })
  void whatWasFoundWhereViewsAreSetFromOutsideStaysRight(String cell, long seed, String what) {
    Campaign campaign = Campaign.of(Cell.named(cell)).viewsFromOutside();
    assertThat(campaign.seeds(seed, 1).find()).as(what).isEmpty();
  }

  @ParameterizedTest(name = "{0} under the seed {1}: {2}")
  @CsvSource({
    "PRIMARY-LINEARIZABLE, 588, a read has something ordered while its replica is frozen",
    "BROADCAST-EVENTUAL, 1911, a tombstone is forgotten while an older write is being performed",
    "BROADCAST-CAUSAL, 1540, the same",
    "PRIMARY-EVENTUAL, 265, a member goes on by itself while others install a view in vain",
    "PRIMARY-EVENTUAL, 1383, what a primary has answered alone is more than its log holds",
    "PRIMARY-EVENTUAL, 4055, the same",
    "PRIMARY-EVENTUAL, 204449, a client talks to both sides before it asks one of them again",
    "PRIMARY-EVENTUAL, 20119, a copy comes while what it has is being performed",
    "KEY_OWNER-EVENTUAL, 20099, a write that is denied by the next owner was applied by the one"
        + " before",
    "PRIMARY-SEQUENTIAL, 22546, nodes crash together while one of them is held in mid-turn",
    "PRIMARY-SEQUENTIAL, 359, a request that was passed on is refused by the primary of a view"
        + " before"
  })
  void whatWasFoundWhereTurnsTakeTimeStaysRight(String cell, long seed, String what) {
    Campaign campaign = Campaign.of(Cell.named(cell)).turnsTakeTime(true).features("none");
    assertThat(campaign.seeds(seed, 1).find()).as(what).isEmpty();
  }

  @ParameterizedTest(name = "{0} under the seed {1}: {2}")
  @CsvSource({"PRIMARY-LINEARIZABLE, 75, a protocol that is over answers in the name of the next"})
  void whatWasFoundInChangingStoresWhereTurnsTakeTimeStaysRight(
      String cell, long seed, String what) {
    Campaign campaign =
        Campaign.of(Cell.named(cell)).changing().turnsTakeTime(true).features("none");
    assertThat(campaign.seeds(seed, 1).find()).as(what).isEmpty();
  }

  @ParameterizedTest(name = "{0} under the seed {1}, with {2}: {3}")
  @CsvSource({
    "BROADCAST-EVENTUAL, 106, drawn, an early update that has come again after a copy stays for"
        + " ever",
    "BROADCAST-EVENTUAL, 2206, drawn, a watch is told what is outdated by what it has seen before"
        + " its node was lost",
    "BROADCAST-EVENTUAL, 130, drawn, a watch goes on at a node that has kept what it was not told",
    "BROADCAST-EVENTUAL, 348, 'updates,watches,one-away,conditions', a watch goes on at a node to"
        + " which a collected tombstone never came",
    "BROADCAST-EVENTUAL, 2608, 'updates,watches,one-away,conditions', a watch goes on at a member"
        + " that wrote while it was left out",
    "BROADCAST-EVENTUAL, 2134, 'updates,watches,one-away,conditions', a watch has seen a write that"
        + " is lost with its only member",
    "BROADCAST-EVENTUAL, 21, 'updates,watches,one-away,storms', a watch is told what a replica"
        + " never showed that has taken over one copy after the other",
    "PRIMARY-SEQUENTIAL, 88, drawn, a watch at a replica that begins late is not told what was"
        + " changed twice by then",
    "PRIMARY-EVENTUAL, 926, drawn, a watch has come from a member that was ahead before the view"
        + " begins that goes on without that",
    "PRIMARY-EVENTUAL, 1383, drawn, a watch goes on after a copy that ends where it was in another"
        + " epoch",
    "PRIMARY-LINEARIZABLE, 678, drawn, of a copy that two take over the second sees what has"
        + " changed since",
    "PRIMARY-LINEARIZABLE, 1424, drawn, what one shard has done and the other refused is not waited"
        + " for",
    "PRIMARY-LINEARIZABLE, 27, patience, a write of a primary that was left out waits in vain",
    "TOTAL_ORDER-LINEARIZABLE, 27, patience, the same",
    "CHAIN-LINEARIZABLE, 106, drawn, a tick that a tail has passed on takes the place of a write",
    "RAFT-EVENTUAL, 136, drawn, a member that stood in vain forgets that its log is the leader's",
    "RAFT-LINEARIZABLE, 9, all, a leader that has nothing to say does not tell a candidate that it"
        + " leads",
    "QUORUM-LINEARIZABLE, 53, drawn, what is known of keys that are not there is told as an entry",
    "LOCKING-LINEARIZABLE, 708, drawn, a token comes after it was settled with nothing",
    "RAFT-LINEARIZABLE, 33, drawn, what is kept for a member that returns is older than all terms",
    "SHARED_LOG-SEQUENTIAL, 8015, drawn, who keeps little refuses what was asked of another before",
    "TOTAL_ORDER-SEQUENTIAL, 1112, drawn, a crash strikes after a held turn when others have gone on",
    "LOCKING-LINEARIZABLE, 5268, drawn, what a datalet kept of the only member of a view counts more"
        + " than what others remember",
    "TOTAL_ORDER-LINEARIZABLE, 1017, drawn, a last read meets a member that is suspected without a"
        + " reason",
    "TOTAL_ORDER-LINEARIZABLE, 4388, drawn, what was done in a view that was never decided is"
        + " answered by none",
    "PRIMARY-LINEARIZABLE, 397, storms, a group goes on with nothing though one is there that has"
        + " something",
    "PRIMARY-EVENTUAL, 881, drawn, a backup that lacks what is kept no more is asked nothing any more",
    "QUORUM-LINEARIZABLE, 1126, drawn, writers of a key do not let each other get on where links are"
        + " slow; and what a register has answered is forgotten before all remember it",
    "KEY_OWNER-EVENTUAL, 847, drawn, what members remember grows twofold with each view",
    "QUORUM-LINEARIZABLE, 157, drawn, what has passed is shown by a clock that is behind in the next"
        + " view",
    "BROADCAST-CAUSAL, 641, drawn, a crash while another serves with nothing of what it had",
    "BROADCAST-CAUSAL, 2988, drawn, a read shows what its writer and one more hold, whatever acks says",
    "QUORUM-EVENTUAL, 1651, drawn, a watch takes the highest version for all before it elsewhere",
    "QUORUM-LINEARIZABLE, 1056, drawn, the same",
    "QUORUM-LINEARIZABLE, 1980, drawn, what has passed by the clock of one is gone for it alone",
    "QUORUM-LINEARIZABLE, 4956, drawn, the same"
  })
  void whatWasFoundWithFeaturesStaysRight(String cell, long seed, String features, String what) {
    Campaign campaign = Campaign.of(Cell.named(cell)).features(asThen(features, cell, seed));
    assertThat(campaign.seeds(seed, 1).find()).as(what).isEmpty();
  }
}
