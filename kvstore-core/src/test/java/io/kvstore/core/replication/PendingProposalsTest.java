package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PendingProposalsTest {
  private static final NodeId OTHER = NodeId.of(1);

  /** The proposal of a node at a count. */
  record Some(long stamp, long number) implements Proposal {
    static Some of(int node, long count, long number) {
      return new Some(count << 16 | node, number);
    }

    @Override
    public long time() {
      return 0;
    }

    @Override
    public int client() {
      return 1;
    }

    @Override
    public long sequence() {
      return number;
    }

    @Override
    public Operation operation() {
      return new Tick();
    }
  }

  private final FakeGroup group =
      new FakeGroup(2, 1, Consistency.SEQUENTIAL, Replication.TOTAL_ORDER);
  private final FakeGroup.FakeEnv env = group.env(0);
  private final Promises<Some> promises = new Promises<>(env);
  private final PendingProposals<Some> pending = new PendingProposals<>(env, promises);

  @BeforeEach
  void begin() {
    promises.restart(env.view());
  }

  private void otherHolds(long ownNumber, long count) {
    promises.holds(OTHER, VectorClock.of(ownNumber));
    promises.promise(OTHER, count, 0);
  }

  @Test
  void theFirstIsTakenOutOnceEveryMemberHoldsItAndCanProposeNothingEarlier() {
    Some first = Some.of(0, 1, 1);
    Some second = Some.of(0, 2, 2);
    pending.add(second);
    pending.add(first);
    assertThat(pending.pollSettled()).isNull();
    otherHolds(2, 1);

    assertThat(pending.pollSettled()).isEqualTo(first);
    assertThat(pending.pollSettled()).as("something at 2 may yet come").isNull();
    otherHolds(2, 2);
    assertThat(pending.pollSettled()).isEqualTo(second);
    assertThat(pending.isEmpty()).isTrue();
  }

  @Test
  void itIsStuckWhenTheFirstHasWaitedForLong() {
    group.pass(Duration.ofSeconds(1));
    pending.add(Some.of(0, 1, 1));
    assertThat(pending.isStuck()).isFalse();
    group.pass(Duration.ofMillis(600));

    assertThat(pending.isStuck()).isTrue();
    assertThat(pending.awaited()).containsExactly(OTHER);
    otherHolds(1, 1);
    assertThat(pending.awaited()).isEmpty();
    pending.pollSettled();
    assertThat(pending.isStuck()).isFalse();
  }

  @Test
  void onlyWhatThisMemberHasProposedAndAnotherLacksIsSentAgain() {
    pending.add(Some.of(0, 1, 1));
    pending.add(Some.of(1, 2, 1));
    pending.add(Some.of(0, 3, 2));
    otherHolds(1, 0);

    assertThat(pending.notHeldBy(OTHER)).containsExactly(Some.of(0, 3, 2));
  }
}
