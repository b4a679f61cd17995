package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.LockService.Granted;
import io.kvstore.core.replication.LockService.Lock;
import io.kvstore.core.replication.LockService.Recall;
import io.kvstore.core.replication.LockService.Released;
import io.kvstore.core.replication.LockService.Settled;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LockServiceTest {
  private static final NodeId ONE = NodeId.of(1);
  private static final NodeId TWO = NodeId.of(2);
  private static final Duration A_MOMENT = Duration.ofMillis(5);

  private final FakeGroup group =
      new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.LOCKING);
  private final PerformedOrder performed = new PerformedOrder(group.env(0), new PendingRequests());
  private final List<Granted> expired = new ArrayList<>();
  private final List<Message> toOne = new ArrayList<>();
  private final List<Message> toTwo = new ArrayList<>();
  private final LockService service =
      new LockService(group.env(0), performed, group.env(0)::send, expired::add);

  @BeforeEach
  void begin() {
    group.env(1).onMessage((from, message) -> toOne.add(message));
    group.env(2).onMessage((from, message) -> toTwo.add(message));
    performed.retention().restart(group.env(0).view(), false);
    service.restart();
  }

  private static LockSet key(boolean isExclusive) {
    return new LockSet(List.of(Bytes.of("k")), false, isExclusive);
  }

  private void write(NodeId member, long number, long sequence) {
    lock(member, new Lock(1, number, key(true), 1, member.number(), sequence));
  }

  private void read(NodeId member, long number) {
    lock(member, new Lock(1, number, key(false), 1, Ordered.NO_CLIENT, 0));
  }

  private void lock(NodeId member, Lock lock) {
    group.run(() -> assertThat(service.onMessage(member, lock)).isTrue());
    group.pass(A_MOMENT);
  }

  private void perform(long position, int client, long sequence) {
    group.run(
        () -> {
          performed.take(new Ordered(position, position, client, sequence, new Tick()));
          performed.performUpTo(position);
          service.onPerformed();
        });
    group.pass(A_MOMENT);
  }

  private static Granted granted(List<Message> received, int index) {
    return (Granted) received.get(index);
  }

  @Test
  void tokensOnlyGrowAndTimeDoesNotGoBack() {
    write(ONE, 1, 1);
    write(TWO, 1, 1);
    assertThat(granted(toOne, 0).token()).isEqualTo(1);
    assertThat(toTwo).isEmpty();

    perform(1, 1, 1);
    assertThat(toTwo).contains(new Settled(1, 1));
    Granted second = granted(toTwo, toTwo.indexOf(new Settled(1, 1)) == 0 ? 1 : 0);
    assertThat(second.token()).isEqualTo(2);
    assertThat(second.after()).isEqualTo(1);
    assertThat(second.time()).isGreaterThanOrEqualTo(granted(toOne, 0).time());
  }

  @Test
  void aRequestThatIsDoneGetsNoTokenWhicheverMemberAsksForIt() {
    lock(ONE, new Lock(1, 1, key(true), 1, 7, 3));
    lock(TWO, new Lock(1, 5, key(true), 1, 7, 3)); // the same client's, through another member
    assertThat(toTwo).isEmpty();

    perform(1, 7, 3);
    assertThat(toTwo).contains(new Granted(1, 5, LockService.NO_TOKEN, 0, 1));
    write(ONE, 2, 4);
    assertThat(toOne).contains(new Settled(1, 1));
    assertThat(granted(toOne, toOne.size() - 1).token()).isEqualTo(2);
  }

  @Test
  void aReadLockIsCalledBackForOneThatWrites() {
    read(ONE, 1);
    assertThat(toOne).containsExactly(new Granted(1, 1, LockService.NO_TOKEN, 0, 0));

    write(TWO, 1, 1);
    assertThat(toOne).hasSize(2).contains(new Recall(1, 1));
    assertThat(toTwo).isEmpty();

    group.run(() -> service.onMessage(ONE, new Released(1, 1)));
    group.pass(A_MOMENT);
    assertThat(granted(toTwo, 0).token()).isEqualTo(1);
  }

  @Test
  void aReaderBehindAWriterReadsWhatThatHasWrittenAndIsCalledBackForTheNext() {
    write(ONE, 1, 1);
    read(TWO, 1);
    write(ONE, 2, 2);
    assertThat(toTwo).isEmpty();

    perform(1, 1, 1);
    assertThat(toTwo).contains(new Granted(1, 1, LockService.NO_TOKEN, 0, 1), new Recall(1, 1));
  }

  @Test
  void aRecallIsRepeatedUntilTheLockIsGivenBack() {
    read(ONE, 1);
    write(TWO, 1, 1);
    group.pass(Duration.ofMillis(50));
    assertThat(toOne.stream().filter(new Recall(1, 1)::equals).count()).isGreaterThan(2);

    group.run(() -> service.onMessage(ONE, new Released(1, 1)));
    group.pass(A_MOMENT);
    toOne.clear();
    group.pass(Duration.ofMillis(50));
    assertThat(toOne).isEmpty();
  }

  @Test
  void aLeaseIsRenewedByAskingAgainAndRunsOutInSilence() {
    write(ONE, 1, 1);
    for (int i = 0; i < 10; i++) {
      group.pass(Duration.ofMillis(100));
      write(ONE, 1, 1);
    }
    assertThat(expired).isEmpty();
    assertThat(toOne).allMatch(granted(toOne, 0)::equals);

    group.pass(Duration.ofMillis(300));
    assertThat(expired).isNotEmpty().allMatch(granted(toOne, 0)::equals);
  }

  @Test
  void whatIsCompleteIsSettledOnceAllBeforeItIs() {
    lock(ONE, new Lock(1, 1, key(true), 1, 1, 1));
    lock(TWO, new Lock(1, 1, new LockSet(List.of(), false, true), 1, 2, 1));
    assertThat(granted(toTwo, 0).token()).isEqualTo(2);

    service.onComplete(TWO, 2);
    assertThat(service.settled()).isZero();
    service.onComplete(ONE, 1);
    assertThat(service.settled()).isEqualTo(2);
    group.pass(Duration.ofMillis(300));
    assertThat(expired).isEmpty(); // no lease matters any more
  }

  @Test
  void oneThatDoesNotKnowThatItsWriteIsSettledIsTold() {
    write(ONE, 1, 1);
    perform(1, 1, 1);
    toOne.clear();

    group.run(() -> service.onComplete(ONE, 1));
    group.pass(A_MOMENT);
    assertThat(toOne).containsExactly(new Settled(1, 1));
  }

  @Test
  void aViewBeginsWithoutLocksAndWithGreaterTokens() {
    write(ONE, 1, 1);
    assertThat(service.sizes().all()).containsEntry("locks", 1);
    group.run(() -> performed.take(new Ordered(1, 1, 1, 1, new Tick())));
    group.run(() -> performed.performUpTo(1));
    group.run(service::restart);
    assertThat(service.sizes().all()).containsEntry("locks", 0);

    write(TWO, 1, 1);
    assertThat(granted(toTwo, 0).token()).isEqualTo(2);
  }
}
