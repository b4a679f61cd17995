package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.LockService.Granted;
import io.kvstore.core.replication.LockedWrites.Store;
import io.kvstore.core.replication.Settlement.Fence;
import io.kvstore.core.replication.Settlement.Fenced;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SettlementTest {
  private static final NodeId HOLDER = NodeId.of(1);
  private static final NodeId OTHER = NodeId.of(2);
  private static final Granted LOST = new Granted(1, 9, 1, 70, 0);
  private static final Ordered WRITTEN =
      new Ordered(
          1, 70, 4, 1, new Write(Bytes.of("k"), new Condition.Always(), new Change.Remove()));
  private static final Ordered NOTHING = new Ordered(1, 70, Ordered.NO_CLIENT, 0, new Tick());

  private final FakeGroup group =
      new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.LOCKING);
  private final PerformedOrder performed = new PerformedOrder(group.env(0), new PendingRequests());
  private final List<Message> sent = new ArrayList<>(); // to the other two
  private final LockedWrites writes =
      new LockedWrites(
          group.env(0), performed, this::send, () -> 1, new Hearing(group.env(0)), () -> {});
  private final Settlement settlement = new Settlement(group.env(0), performed, writes, this::send);

  private void send(NodeId to, Message message) {
    if (to.equals(NodeId.of(0))) {
      settlement.onMessage(to, message);
    } else {
      sent.add(message);
    }
  }

  @BeforeEach
  void begin() {
    group.env(2).onMessage((from, message) -> sent.add(message));
    performed.retention().restart(group.env(0).view(), false);
    group.run(writes::restart);
  }

  private void answer(NodeId from, @Nullable Ordered held) {
    group.run(() -> settlement.onMessage(from, new Fenced(1, 1, held, 0)));
    group.pass(Duration.ofMillis(5));
  }

  @Test
  void whatOneMemberHoldsIsBroughtToAll() {
    group.run(() -> settlement.begin(LOST));
    assertThat(sent).containsExactly(new Fence(1, 1), new Fence(1, 1));

    answer(OTHER, WRITTEN);
    assertThat(sent).endsWith(new Store(1, WRITTEN));
    assertThat(settlement.size()).isZero();
  }

  @Test
  void whatTheLockServiceItselfHoldsIsBroughtToAll() {
    group.run(() -> writes.onMessage(HOLDER, new Store(1, WRITTEN)));
    group.run(() -> settlement.begin(LOST));
    group.pass(Duration.ofMillis(5));
    assertThat(sent).contains(new Store(1, WRITTEN));
  }

  @Test
  void nothingIsWrittenOnceAllHaveSaidThatTheyHoldNothing() {
    group.run(() -> settlement.begin(LOST));
    answer(OTHER, null);
    answer(OTHER, null);
    assertThat(sent).doesNotContain(new Store(1, NOTHING));

    answer(HOLDER, null);
    assertThat(sent).endsWith(new Store(1, NOTHING));
  }

  @Test
  void membersThatAreSilentAreAskedAgain() {
    group.run(() -> settlement.begin(LOST));
    answer(OTHER, null);
    sent.clear();
    group.pass(Duration.ofMillis(30));
    assertThat(sent).containsExactly(new Fence(1, 1)); // the holder
    group.run(() -> settlement.begin(LOST)); // which is under way
    assertThat(sent).hasSize(1);

    group.run(settlement::stop);
    sent.clear();
    group.pass(Duration.ofMillis(50));
    assertThat(sent).isEmpty();
  }

  @Test
  void aMemberThatHasPerformedItSaysThatItIsSettled() {
    group.run(() -> writes.onMessage(HOLDER, new Store(1, WRITTEN)));
    group.run(() -> settlement.onMessage(OTHER, new Fenced(1, 1, null, 1)));
    assertThat(performed.position()).isEqualTo(1);

    group.run(() -> settlement.begin(LOST));
    group.pass(Duration.ofMillis(50));
    assertThat(sent).doesNotContain(new Store(1, NOTHING));
  }

  @Test
  void aMemberThatIsAskedUsesTheTokenNoMore() {
    group.run(() -> settlement.onMessage(OTHER, new Fence(1, 1)));
    assertThat(sent).containsExactly(new Fenced(1, 1, null, 0));
    group.run(() -> writes.onMessage(HOLDER, new Store(1, WRITTEN)));
    group.run(() -> settlement.onMessage(OTHER, new Fence(1, 1)));
    assertThat(sent).contains(new Fenced(1, 1, WRITTEN, 0));
  }
}
