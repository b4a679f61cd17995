package io.kvstore.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.NodeId;
import io.kvstore.core.store.PrimarySpread.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrimarySpreadTest {
  private static List<NodeId> nodes(int... numbers) {
    return IntStream.of(numbers).mapToObj(NodeId::of).toList();
  }

  @Test
  void nothingChangesWhereTheNumbersAreEvenGiveOrTakeOne() {
    assertThat(new PrimarySpread(Map.of()).next()).isEmpty();
    assertThat(
            new PrimarySpread(Map.of(0, nodes(0, 1, 2), 1, nodes(1, 2, 0), 2, nodes(2, 0, 1)))
                .next())
        .isEmpty();
  }

  @Test
  void theMemberThatIsThePrimaryOfFewestBecomesOne() {
    assertThat(new PrimarySpread(Map.of(0, nodes(0, 1), 1, nodes(0, 2), 2, nodes(1, 0))).next())
        .contains(new Change(1, NodeId.of(2)));
  }

  @Test
  void aNodeThatHoldsNoneOfThemIsNotAsked() {
    assertThat(new PrimarySpread(Map.of(0, nodes(0, 1), 1, nodes(1, 0))).next()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void thereIsAnEndAndNoMemberIsThenTwoShardsBehindItsPrimary(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Map<Integer, List<NodeId>> members = new TreeMap<>();
    for (int shard = random.nextInt(1, 40); shard >= 0; shard--) {
      List<NodeId> its = new ArrayList<>(nodes(0, 1, 2, 3, 4, 5, 6));
      while (its.size() > 3) {
        its.remove(random.nextInt(its.size()));
      }
      members.put(shard, its);
    }
    int changes = 0;
    for (Optional<Change> next = new PrimarySpread(members).next();
        next.isPresent();
        next = new PrimarySpread(members).next()) {
      Change change = next.get();
      List<NodeId> its = new ArrayList<>(members.get(change.shard()));
      assertThat(its.remove(change.primary())).isTrue();
      its.add(0, change.primary());
      members.put(change.shard(), its);
      assertThat(++changes).as("changes under the seed %s", seed).isLessThanOrEqualTo(40);
    }
    Map<NodeId, Integer> loads = new TreeMap<>();
    members.values().forEach(its -> loads.merge(its.get(0), 1, Integer::sum));
    for (List<NodeId> its : members.values()) {
      assertThat(its).allMatch(node -> loads.getOrDefault(node, 0) >= loads.get(its.get(0)) - 1);
    }
  }
}
