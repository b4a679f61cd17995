package io.kvstore.core.replication;

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

class AcknowledgementsTest {
  private static View viewOf(int... numbers) {
    List<NodeId> members = Arrays.stream(numbers).mapToObj(NodeId::of).toList();
    return new View(1, members, members.get(0), Consistency.LINEARIZABLE, Replication.PRIMARY);
  }

  @Test
  void aPositionIsSettledOnceEnoughMembersHoldIt() {
    Acknowledgements acknowledgements = new Acknowledgements(NodeId.of(0));
    acknowledgements.restart(viewOf(0, 1, 2), 2, 10);
    assertThat(acknowledgements.settled()).isEqualTo(10);

    acknowledgements.holds(NodeId.of(0), 13);
    assertThat(acknowledgements.settled()).isEqualTo(10);
    acknowledgements.holds(NodeId.of(2), 12);
    assertThat(acknowledgements.settled()).isEqualTo(12);
    assertThat(acknowledgements.heldByAll()).isEqualTo(10);
    acknowledgements.holds(NodeId.of(1), 11);
    assertThat(acknowledgements.settled()).isEqualTo(12);
    assertThat(acknowledgements.heldByAll()).isEqualTo(11);
    assertThat(acknowledgements.holdersOf(12)).isEqualTo(2);
  }

  @Test
  void whatAMemberHasSaidItDoesNotTakeBack() {
    Acknowledgements acknowledgements = new Acknowledgements(NodeId.of(0));
    acknowledgements.restart(viewOf(0, 1), 2, 0);
    acknowledgements.holds(NodeId.of(0), 5);
    acknowledgements.holds(NodeId.of(1), 5);
    acknowledgements.holds(NodeId.of(1), 3);

    assertThat(acknowledgements.heldBy(NodeId.of(1))).isEqualTo(5);
    assertThat(acknowledgements.settled()).isEqualTo(5);
    assertThat(acknowledgements.heldByAll()).isEqualTo(5);
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
    Acknowledgements acknowledgements = new Acknowledgements(NodeId.of(numbers[0]));
    for (int epoch = 0; epoch < 3; epoch++) {
      long start = random.nextLong(1_000);
      int needed = random.nextInt(1, numbers.length + 1);
      acknowledgements.restart(viewOf(numbers), needed, start);
      long[] model = new long[numbers.length];
      Arrays.fill(model, start);
      for (int step = 0; step < 200; step++) {
        int member = random.nextInt(numbers.length);
        long position = model[member] + random.nextInt(-2, random.nextInt(10) == 0 ? 300 : 4);
        acknowledgements.holds(NodeId.of(numbers[member]), Math.max(0, position));
        model[member] = Math.max(model[member], position);

        String where = "seed " + seed + ", epoch " + epoch + ", step " + step;
        long[] sorted = Arrays.stream(model).sorted().toArray();
        assertThat(acknowledgements.settled()).as(where).isEqualTo(sorted[sorted.length - needed]);
        assertThat(acknowledgements.heldByAll()).as(where).isEqualTo(sorted[0]);
        assertThat(acknowledgements.heldBy(NodeId.of(numbers[member])))
            .as(where)
            .isEqualTo(model[member]);
        long asked = start + random.nextInt(400);
        assertThat(acknowledgements.holdersOf(asked))
            .as(where)
            .isEqualTo(
                (int) IntStream.range(0, model.length).filter(i -> model[i] >= asked).count());
      }
    }
  }
}
