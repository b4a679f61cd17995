package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.LockService.Complete;
import io.kvstore.core.replication.LockService.Granted;
import io.kvstore.core.replication.LockService.Lock;
import io.kvstore.core.replication.LockedWrites.Store;
import io.kvstore.core.replication.LockedWrites.Stored;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LockedWritesTest {
  private static final NodeId SERVICE = NodeId.of(0);
  private static final NodeId OTHER = NodeId.of(2);
  private static final int CLIENT = 4;
  private static final Write PUT =
      new Write(Bytes.of("k"), new Condition.Always(), new Change.Put(Bytes.of("v"), 0, 0));

  private long last; // claim
  private final FakeGroup group =
      new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.LOCKING);
  private final PendingRequests pendingRequests = new PendingRequests();
  private final PerformedOrder performed = new PerformedOrder(group.env(1), pendingRequests);
  private final List<Message> toService = new ArrayList<>(); // about locks
  private final List<Message> toOther = new ArrayList<>();
  private final RecordedReply reply = new RecordedReply();
  private final LockedWrites writes =
      new LockedWrites(
          group.env(1),
          performed,
          (to, message) -> toService.add(message),
          () -> ++last,
          new Hearing(group.env(1)),
          pendingRequests::resumeReady);

  @BeforeEach
  void begin() {
    group.env(2).onMessage((from, message) -> toOther.add(message));
    performed.retention().restart(group.env(1).view(), false);
    group.run(writes::restart);
  }

  private void write() {
    Asking request = new Asking(CLIENT, 1, PUT, Consistency.LINEARIZABLE);
    group.run(() -> writes.write(request, reply));
  }

  private void grant(long token) {
    group.run(() -> writes.onMessage(SERVICE, new Granted(1, 1, token, 70, 0)));
    group.pass(Duration.ofMillis(5));
  }

  private void stored(NodeId by, long token, long upTo) {
    group.run(() -> writes.onStored(by, new Stored(1, token, upTo)));
  }

  private List<String> answers() {
    return reply.told().stream().filter(each -> each.startsWith("answer")).toList();
  }

  private static Ordered put(long token) {
    return new Ordered(token, 70, CLIENT, 1, PUT);
  }

  private static Ordered tick(long token) {
    return new Ordered(token, token, Ordered.NO_CLIENT, 0, new Tick());
  }

  @Test
  void aWriteIsStoredWithItsTokenAndAnsweredOnceAllMembersHoldIt() {
    write();
    assertThat(toService).containsExactly(new Lock(1, 1, LockSet.of(PUT), 1, CLIENT, 1));
    assertThat(toOther).isEmpty();

    grant(1);
    assertThat(toOther).containsExactly(new Store(1, put(1)));
    stored(SERVICE, 1, 1);
    assertThat(answers()).isEmpty();
    stored(OTHER, 1, 1);
    assertThat(toService).endsWith(new Complete(1, 1));
    assertThat(performed.position()).isEqualTo(1);
    assertThat(answers()).hasSize(1);
    assertThat(writes.size()).isZero();
  }

  @Test
  void itIsCompleteBeforeWhatComesBeforeItButNotPerformed() {
    write();
    grant(2);
    stored(SERVICE, 2, 0);
    stored(OTHER, 2, 0);
    assertThat(toService).endsWith(new Complete(1, 2));
    assertThat(answers()).isEmpty();

    group.run(() -> writes.onMessage(OTHER, new Store(1, tick(1))));
    assertThat(performed.position()).isZero();
    group.run(() -> writes.settle(2));
    assertThat(performed.position()).isEqualTo(2);
    assertThat(answers()).hasSize(1);
  }

  @Test
  void aTokenThatIsFencedIsNotUsed() {
    write();
    group.run(() -> writes.fence(1));
    assertThat(writes.heldWith(1)).isNull();
    grant(1);
    assertThat(toOther).isEmpty();

    grant(2);
    assertThat(toOther).containsExactly(new Store(1, put(2)));
  }

  @Test
  void aTokenWithWhichAnotherHasWrittenIsNotUsed() {
    write();
    group.run(() -> writes.onMessage(SERVICE, new Store(1, tick(1))));
    group.run(() -> writes.settle(1));
    grant(1); // late
    assertThat(toOther).isEmpty();
  }

  @Test
  void whatWasWrittenWithATokenIsToldWhenItIsFenced() {
    write();
    grant(1);
    group.run(() -> writes.fence(1));
    assertThat(writes.heldWith(1)).isEqualTo(put(1));
    group.run(() -> writes.onMessage(OTHER, new Store(1, tick(2))));
    assertThat(writes.heldWith(2)).isEqualTo(tick(2));
    assertThat(writes.heldWith(3)).isNull();
  }

  @Test
  void whatIsNotStoredIsStoredAgainAndItsLockKept() {
    write();
    grant(1);
    stored(SERVICE, 1, 1);
    toOther.clear();
    toService.clear();
    group.pass(Duration.ofMillis(50));
    assertThat(toOther).contains(new Store(1, put(1)));
    assertThat(toService).contains(new Lock(1, 1, LockSet.of(PUT), 1, CLIENT, 1));

    stored(OTHER, 1, 1);
    toService.clear();
    group.pass(Duration.ofMillis(50));
    assertThat(toService).contains(new Complete(1, 1)); // until it is known to be settled
    group.run(() -> writes.settle(1));
    toService.clear();
    group.pass(Duration.ofMillis(50));
    assertThat(toService).isEmpty();
  }

  @Test
  void anothersWriteIsCompleted() {
    group.run(() -> writes.complete(tick(1)));
    group.pass(Duration.ofMillis(5));
    assertThat(toOther).containsExactly(new Store(1, tick(1)));
    assertThat(writes.isOpen(1)).isTrue();

    stored(SERVICE, 1, 1);
    stored(OTHER, 1, 1);
    assertThat(toService).containsExactly(new Complete(1, 1));
    group.run(() -> writes.settle(1));
    assertThat(writes.isOpen(1)).isFalse();
  }

  @Test
  void whatIsNotInTheNextViewIsWrittenAgainUnlessItsClientIsGone() {
    write();
    grant(2); // the one before is not here
    Asking other = new Asking(CLIENT + 1, 1, PUT, Consistency.LINEARIZABLE);
    RecordedReply gone = new RecordedReply();
    group.run(() -> writes.write(other, gone));
    gone.abandon();
    toService.clear();
    group.run(writes::stop);
    group.nextEpoch();
    group.run(() -> performed.log().restartAfter(0));
    group.run(writes::restart);

    assertThat(toService).containsExactly(new Lock(2, 1, LockSet.of(PUT), 1, CLIENT, 1));
    assertThat(writes.heldWith(2)).isNull();
  }
}
