package io.kvstore.core.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HoldersTest {
  private static View viewOf(int... numbers) {
    List<NodeId> members = Arrays.stream(numbers).mapToObj(NodeId::of).toList();
    return new View(1, members, members.get(0), Consistency.LINEARIZABLE, Replication.PRIMARY);
  }

  @Test
  void aPositionIsSettledOnceEnoughMembersHoldIt() {
    Holders holders = new Holders(NodeId.of(0));
    holders.restart(viewOf(0, 1, 2), 2, 10);
    assertThat(holders.settled()).isEqualTo(10);

    holders.holds(NodeId.of(0), 13);
    assertThat(holders.settled()).isEqualTo(10);
    holders.holds(NodeId.of(2), 12);
    assertThat(holders.settled()).isEqualTo(12);
    assertThat(holders.heldByAll()).isEqualTo(10);
    holders.holds(NodeId.of(1), 11);
    assertThat(holders.settled()).isEqualTo(12);
    assertThat(holders.heldByAll()).isEqualTo(11);
    assertThat(holders.holdersOf(12)).isEqualTo(2);
  }

  @Test
  void whatAMemberHasSaidItDoesNotTakeBack() {
    Holders holders = new Holders(NodeId.of(0));
    holders.restart(viewOf(0, 1), 2, 0);
    holders.holds(NodeId.of(0), 5);
    holders.holds(NodeId.of(1), 5);
    holders.holds(NodeId.of(1), 3);

    assertThat(holders.heldBy(NodeId.of(1))).isEqualTo(5);
    assertThat(holders.settled()).isEqualTo(5);
    assertThat(holders.heldByAll()).isEqualTo(5);
  }

  @Test
  void countsMatchTheObviousOnes() {
    for (long seed = 1; seed <= 300; seed++) {
      compareWithModel(seed);
    }
  }

  /** Members have gaps in their numbers; some fall far behind; some views follow each other. */
  private static void compareWithModel(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] numbers = random.ints(1, 9).distinct().limit(random.nextInt(1, 8)).toArray();
    Holders holders = new Holders(NodeId.of(numbers[0]));
    for (int epoch = 0; epoch < 3; epoch++) {
      long start = random.nextLong(1_000);
      int needed = random.nextInt(1, numbers.length + 1);
      holders.restart(viewOf(numbers), needed, start);
      long[] model = new long[numbers.length];
      Arrays.fill(model, start);
      for (int step = 0; step < 200; step++) {
        int member = random.nextInt(numbers.length);
        long position = model[member] + random.nextInt(-2, random.nextInt(10) == 0 ? 300 : 4);
        holders.holds(NodeId.of(numbers[member]), Math.max(0, position));
        model[member] = Math.max(model[member], position);

        String where = "seed " + seed + ", epoch " + epoch + ", step " + step;
        long[] sorted = Arrays.stream(model).sorted().toArray();
        assertThat(holders.settled()).as(where).isEqualTo(sorted[sorted.length - needed]);
        assertThat(holders.heldByAll()).as(where).isEqualTo(sorted[0]);
        assertThat(holders.heldBy(NodeId.of(numbers[member]))).as(where).isEqualTo(model[member]);
        long asked = start + random.nextInt(400);
        assertThat(holders.holdersOf(asked))
            .as(where)
            .isEqualTo(
                (int) IntStream.range(0, model.length).filter(i -> model[i] >= asked).count());
      }
    }
  }
}
