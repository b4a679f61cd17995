package io.kvstore.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.spi.Settings;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardPlacementTest {
  private static ShardPlacement placement(int nodes, int replicas, int shards) {
    return ShardPlacement.even(
        new Settings(
            Consistency.LINEARIZABLE,
            Replication.PRIMARY,
            replicas,
            nodes,
            shards,
            List.of(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Limits.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            Failover.DEFAULT,
            Settings.REPLACES_LOST_AFTER,
            Optional.empty()));
  }

  private static List<Integer> numbers(ShardPlacement placement, int shard) {
    return placement.holders(shard).stream().map(NodeId::number).toList();
  }

  @Test
  void whereThereAreAsManyNodesAsReplicasEachHoldsAllAndPrimariesAreSpread() {
    ShardPlacement placement = placement(3, 3, 5);
    assertThat(numbers(placement, 0)).containsExactly(0, 1, 2);
    assertThat(numbers(placement, 1)).containsExactly(1, 2, 0);
    assertThat(numbers(placement, 2)).containsExactly(2, 0, 1);
    assertThat(numbers(placement, 3)).containsExactly(0, 1, 2);
    assertThat(numbers(placement, 4)).containsExactly(1, 2, 0);
  }

  @Test
  void threeShardsOnNineNodesHaveThreeOfTheirOwnEach() {
    ShardPlacement placement = placement(9, 3, 3);
    assertThat(numbers(placement, 0)).containsExactly(0, 1, 2);
    assertThat(numbers(placement, 1)).containsExactly(3, 4, 5);
    assertThat(numbers(placement, 2)).containsExactly(6, 7, 8);
  }

  @Test
  void whenTheSameNodesComeAgainAnotherOfThemIsTheFirst() {
    ShardPlacement placement = placement(9, 3, 12);
    assertThat(numbers(placement, 3)).containsExactly(1, 2, 0);
    assertThat(numbers(placement, 6)).containsExactly(2, 0, 1);
    assertThat(numbers(placement, 9)).containsExactly(0, 1, 2);
  }

  /** All stores of up to nine nodes and forty shards. */
  @Test
  void nodesHoldTheSameNumberOfShardsAndArePrimaryOfTheSameNumberGiveOrTakeOne() {
    for (int nodes = 1; nodes <= 9; nodes++) {
      for (int replicas = 1; replicas <= nodes; replicas++) {
        for (int shards = 1; shards <= 40; shards++) {
          int[] held = new int[nodes];
          int[] first = new int[nodes];
          ShardPlacement placement = placement(nodes, replicas, shards);
          for (int shard = 0; shard < shards; shard++) {
            List<Integer> holders = numbers(placement, shard);
            assertThat(holders).hasSize(replicas).doesNotHaveDuplicates();
            holders.forEach(node -> held[node]++);
            first[holders.get(0)]++;
          }
          String what = nodes + " nodes, " + replicas + " replicas, " + shards + " shards";
          assertThat(spread(held)).as("shards held: " + what).isLessThanOrEqualTo(1);
          assertThat(spread(first)).as("primaries: " + what).isLessThanOrEqualTo(1);
        }
      }
    }
  }

  private static int spread(int[] counts) {
    return IntStream.of(counts).max().orElseThrow() - IntStream.of(counts).min().orElseThrow();
  }

  /** So few different groups there are. */
  @ParameterizedTest
  @CsvSource({"9, 3, 3", "4, 3, 4", "6, 4, 3", "5, 5, 1"})
  void fewCombinationsOfNodesHoldAShardTogether(int nodes, int replicas, int groups) {
    ShardPlacement placement = placement(nodes, replicas, 100);
    Set<Set<NodeId>> together = new HashSet<>();
    for (int shard = 0; shard < 100; shard++) {
      together.add(new HashSet<>(placement.holders(shard)));
    }
    assertThat(together).hasSize(groups);
  }
}
