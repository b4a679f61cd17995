package io.kvstore.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.NodeId;
import io.kvstore.ShardMove;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MovePlanTest {
  private static List<NodeId> nodes(int... numbers) {
    return IntStream.of(numbers).mapToObj(NodeId::of).toList();
  }

  private static ShardMove move(int shard, int from, int to) {
    return new ShardMove(shard, Optional.of(NodeId.of(from)), Optional.of(NodeId.of(to)));
  }

  private static Map<Integer, List<NodeId>> byNumber(List<List<NodeId>> holders) {
    Map<Integer, List<NodeId>> byNumber = new TreeMap<>();
    for (int shard = 0; shard < holders.size(); shard++) {
      byNumber.put(shard, holders.get(shard));
    }
    return byNumber;
  }

  @Test
  void nothingMovesWhereNodesHoldTheSameNumberGiveOrTakeOne() {
    List<List<NodeId>> holders = List.of(nodes(0, 1), nodes(2, 0), nodes(1, 2), nodes(0, 1));
    MovePlan plan = new MovePlan(byNumber(holders), 2, nodes(0, 1, 2), List.of(), List.of());
    assertThat(plan.next()).isEmpty();
    assertThat(plan.left()).isZero();
  }

  @Test
  void aNodeThatIsNewGetsItsShareOneShardAtATime() {
    List<List<NodeId>> holders = List.of(nodes(0, 1), nodes(1, 0), nodes(0, 1), nodes(1, 0));
    MovePlan plan = new MovePlan(byNumber(holders), 2, nodes(0, 1, 2), List.of(), List.of());
    assertThat(plan.left()).isEqualTo(2);
    plan = new MovePlan(byNumber(holders), 2, nodes(0, 1, 2), List.of(), List.of());
    assertThat(plan.next()).containsExactly(move(0, 0, 2));
    plan = new MovePlan(byNumber(holders), 2, nodes(0, 1, 2), List.of(), List.of(move(0, 0, 2)));
    assertThat(plan.next()).isEmpty();
    assertThat(plan.left()).isEqualTo(1);
  }

  @Test
  void aNodeThatIsNewGetsItsShareOfThePrimaries() {
    List<List<NodeId>> holders =
        new ArrayList<>(
            List.of(nodes(1, 0), nodes(1, 0), nodes(0, 1), nodes(1, 0), nodes(0, 1), nodes(0, 1)));
    for (int moves = 0; moves < 4; moves++) {
      MovePlan plan = new MovePlan(byNumber(holders), 2, nodes(0, 1, 2), List.of(), List.of());
      ShardMove next = plan.next().get(0);
      holders.set(
          next.shard(),
          holders.get(next.shard()).stream()
              .map(node -> next.from().equals(Optional.of(node)) ? NodeId.of(2) : node)
              .toList());
    }
    assertThat(holders).map(its -> its.get(0).number()).containsExactlyInAnyOrder(0, 0, 1, 1, 2, 2);
  }

  @Test
  void whatIsOnANodeThatIsToGoIsCopiedToTheOneThatHoldsLeast() {
    List<List<NodeId>> holders = List.of(nodes(0, 1), nodes(1, 2), nodes(2, 0));
    MovePlan plan = new MovePlan(byNumber(holders), 2, nodes(0, 1, 3), List.of(), List.of());
    assertThat(plan.next()).containsExactly(move(1, 2, 3));
  }

  @Test
  void whatIsOnANodeThatIsAwayStaysForNow() {
    List<List<NodeId>> holders = List.of(nodes(0, 1), nodes(1, 2), nodes(2, 0));
    MovePlan plan = new MovePlan(byNumber(holders), 2, nodes(0, 1, 3), nodes(2), List.of());
    assertThat(plan.next()).containsExactly(move(0, 0, 3)); // of one that has more
  }

  @Test
  void aShardWithTooFewHoldersGetsOneMoreAndOneWithTooManyLosesOne() {
    List<List<NodeId>> holders = List.of(nodes(0), nodes(0, 1, 2));
    MovePlan plan = new MovePlan(byNumber(holders), 2, nodes(0, 1, 2), List.of(), List.of());
    assertThat(plan.next())
        .containsExactly(
            new ShardMove(0, Optional.empty(), Optional.of(NodeId.of(1))),
            new ShardMove(1, Optional.of(NodeId.of(0)), Optional.empty()));
  }

  @Test
  void thereIsNothingToDoWhereNoNodeIsLeftToTakeAShard() {
    List<List<NodeId>> holders = List.of(nodes(0, 1), nodes(1, 0));
    assertThat(new MovePlan(byNumber(holders), 2, nodes(0), List.of(), List.of()).next()).isEmpty();
  }

  /** Nodes come, and go, and are away; the seed says which. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void movesComeToAnEndAtWhichAllIsEven(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int replicas = random.nextInt(1, 4);
    List<List<NodeId>> holders = new ArrayList<>();
    for (int shard = random.nextInt(1, 30); shard > 0; shard--) {
      List<NodeId> its = new ArrayList<>();
      for (int i = 0; i < replicas; i++) {
        its.add(NodeId.of((random.nextInt(2) + 2 * i) % 8));
      }
      holders.add(its.stream().distinct().toList());
    }
    List<NodeId> usable = nodes(1, 2, 3, 4, 6, 8);
    int moves = 0;
    for (List<ShardMove> next = next(holders, replicas, usable); !next.isEmpty(); ) {
      for (ShardMove move : next) {
        List<NodeId> its = new ArrayList<>(holders.get(move.shard()));
        move.from().ifPresent(from -> assertThat(its.remove(from)).isTrue());
        move.to().ifPresent(its::add);
        assertThat(its).doesNotHaveDuplicates();
        holders.set(move.shard(), its);
      }
      moves += next.size();
      assertThat(moves).isLessThan(1_000);
      next = next(holders, replicas, usable);
    }
    assertThat(holders)
        .allSatisfy(its -> assertThat(its).hasSize(replicas).allMatch(usable::contains));
    List<Long> loads =
        usable.stream()
            .map(node -> holders.stream().filter(its -> its.contains(node)).count())
            .sorted()
            .toList();
    assertThat(loads.get(loads.size() - 1) - loads.get(0)).isLessThanOrEqualTo(1);
  }

  private static List<ShardMove> next(
      List<List<NodeId>> holders, int replicas, List<NodeId> usable) {
    return new MovePlan(byNumber(holders), replicas, usable, List.of(), List.of()).next();
  }
}
