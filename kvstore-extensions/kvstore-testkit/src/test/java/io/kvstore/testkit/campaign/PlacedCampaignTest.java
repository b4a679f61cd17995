package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Campaigns over stores with more nodes than replicas. */
class PlacedCampaignTest {
  private static final Campaign STRONG =
      Campaign.of(Consistency.LINEARIZABLE, Replication.PRIMARY).nodes(5).replicas(3);

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY",
    "LINEARIZABLE, RAFT",
    "SEQUENTIAL, CHAIN",
    "CAUSAL, BROADCAST",
    "EVENTUAL, KEY_OWNER"
  })
  void theyKeepWhatTheyPromise(Consistency level, Replication by) {
    Campaign campaign = Campaign.of(level, by).nodes(5).replicas(3).seeds(4);
    assertThat(campaign.check().runs()).isEqualTo(4);
    assertThat(campaign.changing().check().runs()).isEqualTo(4);
    assertThat(campaign.durable().check().runs()).isEqualTo(4);
  }

  @Test
  void thereAreAsManyShardsAsNodesUnlessSaidOtherwise() {
    assertThat(STRONG.scenario(1).setup().variant().shards()).isEqualTo(5);
    assertThat(STRONG.shards(7).scenario(1).setup().variant().shards()).isEqualTo(7);
    assertThat(STRONG.nodes(3).scenario(1).setup().variant().shards()).isEqualTo(1);
    assertThat(STRONG.scenario(1).toString()).contains("3 replicas on 5 nodes");
  }

  @Test
  void faultsStrikeAllNodesAndClientsAreAtAllOfThem() {
    Set<Integer> struck = new TreeSet<>();
    Set<Integer> asked = new TreeSet<>();
    for (long seed = 1; seed <= 400; seed++) {
      for (Step step : STRONG.features("none").scenario(seed).steps()) {
        if (step instanceof Step.Strikes strikes && strikes.fault() instanceof Fault.Crash crash) {
          struck.add(crash.node().number());
        } else if (step instanceof Step.Acts acts && acts.action() instanceof Action.Move move) {
          asked.add(move.node());
        }
      }
    }
    assertThat(asked).containsExactly(0, 1, 2, 3, 4);
    assertThat(struck).contains(0, 1, 2, 3, 4);
  }

  @Test
  void withoutThemScenariosAreAsBefore() {
    Campaign plain = Campaign.of(Consistency.LINEARIZABLE, Replication.PRIMARY).replicas(3);
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(plain.nodes(3).scenario(seed)).isEqualTo(plain.scenario(seed));
    }
  }

  @Test
  void viewsFromOutsideAreForStoresWhoseNodesHoldEveryShard() {
    assertThatIllegalArgumentException()
        .isThrownBy(STRONG::viewsFromOutside)
        .withMessageContaining("every node holds every shard");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Campaign.of(Consistency.LINEARIZABLE, Replication.PRIMARY)
                    .viewsFromOutside()
                    .nodes(5))
        .withMessageContaining("every node holds every shard");
  }

  // What replicas hold

  private static Map<Bytes, Entry> entries(String key, String value) {
    return Map.of(Bytes.of(key), Entry.of(Bytes.of(value), 1));
  }

  @Test
  void holdersOfEachShardAreToAgreeAndNotThoseOfDifferentShards() {
    Map<NodeId, Map<Bytes, Entry>> one =
        Map.of(NodeId.of(0), entries("a", "v"), NodeId.of(1), entries("a", "v"));
    Map<NodeId, Map<Bytes, Entry>> another =
        Map.of(NodeId.of(1), entries("b", "v"), NodeId.of(2), entries("b", "v"));
    Map<NodeId, Map<Bytes, Entry>> torn =
        Map.of(NodeId.of(1), entries("b", "v"), NodeId.of(2), entries("b", "w"));

    assertThat(new Contents(List.of(one, another)).agreement()).isInstanceOf(Holds.class);
    assertThat(new Contents(List.of(one, torn)).agreement()).isInstanceOf(Broken.class);
    assertThat(new Contents(List.of(one, another)).asTheFirstHas()).hasSize(2);
    assertThat(new Contents(List.of(one, another)).ofEach()).hasSize(4);
  }
}
