package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LaggardsTest {
  private static final NodeId OTHER = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);

  private final FakeGroup group = new FakeGroup(3, 1, Consistency.EVENTUAL, Replication.PRIMARY);
  private final Acknowledgements acknowledgements = new Acknowledgements(NodeId.of(0));
  private final Laggards laggards = new Laggards(group.env(0), acknowledgements);

  @BeforeEach
  void begin() {
    acknowledgements.restart(group.env(0).view(), 1, 0);
    laggards.restart();
  }

  private void hold(NodeId member, long position) {
    acknowledgements.holds(NodeId.of(0), position);
    acknowledgements.holds(member, position);
  }

  /** One round in which this is kept: says what each member is sent. */
  private List<String> round(long first, long last) {
    acknowledgements.holds(NodeId.of(0), last);
    List<String> sent = new ArrayList<>();
    laggards.catchUp(
        first,
        last,
        (member, next) -> sent.add(member + " from " + next),
        member -> {
          if (laggards.isDueACopy(member)) {
            sent.add(member + " a copy");
          }
        });
    return sent;
  }

  @Test
  void eachIsSentWhatComesNextForIt() {
    hold(OTHER, 2);
    hold(THIRD, 3);

    assertThat(round(1, 3)).containsExactly("n1 from 3");
    assertThat(round(1, 4)).containsExactly("n1 from 3", "n2 from 4");
  }

  @Test
  void whoLacksWhatIsKeptNoMoreIsSentACopy() {
    hold(OTHER, 2);
    hold(THIRD, 5);

    assertThat(round(4, 5)).containsExactly("n1 a copy");
  }

  @Test
  void copiesBecomeRareForOneThatDoesNotComeNearer() {
    hold(THIRD, 5);
    List<Integer> copied = new ArrayList<>();
    for (int round = 1; round <= 20; round++) {
      if (!round(4, 5).isEmpty()) {
        copied.add(round);
      }
    }

    assertThat(copied).containsExactly(1, 2, 4, 8, 16);
  }

  @Test
  void oneWithoutProgressForLongHasFallenBehindUntilItMakesSome() {
    hold(THIRD, 9);
    for (int round = 0; round <= Laggards.BEHIND_AFTER_ROUNDS; round++) {
      assertThat(laggards.hasFallenBehind(OTHER)).isFalse();
      round(1, 9);
    }
    assertThat(laggards.hasFallenBehind(OTHER)).isTrue();
    assertThat(laggards.hasFallenBehind(THIRD)).isFalse();
    acknowledgements.holds(OTHER, 1);
    round(1, 9);

    assertThat(laggards.hasFallenBehind(OTHER)).isFalse();
  }

  @Test
  void allAreForgivenOnceEveryoneHasEverything() {
    for (int round = 0; round <= Laggards.BEHIND_AFTER_ROUNDS; round++) {
      round(1, 9);
    }
    laggards.forgive();

    assertThat(laggards.hasFallenBehind(OTHER)).isFalse();
  }
}
