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
import io.kvstore.core.spi.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadLocksTest {
  private long last; // claim
  private final FakeGroup group =
      new FakeGroup(2, 1, Consistency.LINEARIZABLE, Replication.LOCKING);
  private final List<Message> sent = new ArrayList<>();
  private final List<Long> read = new ArrayList<>(); // what was settled for each
  private final RecordedReply reply = new RecordedReply();
  private final ReadLocks locks =
      new ReadLocks(
          group.env(1),
          (NodeId to, Message message) -> sent.add(message),
          () -> ++last,
          new Hearing(group.env(1)));

  private static LockSet keys(String... keys) {
    return new LockSet(Stream.of(keys).map(Bytes::of).toList(), false, false);
  }

  private static final LockSet WHOLE = new LockSet(List.of(), true, false);

  private void acquire(LockSet set) {
    group.run(() -> locks.acquire(set, reply, read::add));
  }

  private void grant(long number, long after) {
    Granted granted = new Granted(1, number, LockService.NO_TOKEN, 0, after);
    group.run(() -> locks.onMessage(granted));
  }

  private void recall(long number) {
    group.run(() -> assertThat(locks.onMessage(new Recall(1, number))).isTrue());
  }

  private List<Long> asked() {
    return sent.stream()
        .filter(Lock.class::isInstance)
        .map(each -> ((Lock) each).number())
        .toList();
  }

  @Test
  void aLockIsKeptAndReadUnderWithoutAsking() {
    acquire(keys("k"));
    acquire(keys("k"));
    assertThat(asked()).containsExactly(1L);
    assertThat(read).isEmpty();
    assertThat(locks.size()).isEqualTo(2);

    grant(1, 7);
    assertThat(read).containsExactly(7L, 7L);
    acquire(keys("k"));
    assertThat(read).hasSize(3);
    assertThat(asked()).hasSize(1);
    assertThat(locks.size()).isZero();
  }

  @Test
  void severalKeysNeedTheLocksOfAll() {
    acquire(keys("a"));
    grant(1, 3);
    assertThat(locks.heldAfter(keys("a", "b"))).isEmpty();
    acquire(keys("b"));
    grant(2, 5);
    assertThat(locks.heldAfter(keys("a", "b"))).hasValue(5);
    assertThat(locks.heldAfter(WHOLE)).isEmpty();

    acquire(WHOLE);
    grant(3, 6);
    assertThat(locks.heldAfter(keys("c"))).hasValue(6);
    assertThat(locks.heldAfter(WHOLE)).hasValue(6);
  }

  @Test
  void aLockThatIsCalledBackIsNotReadUnderAnyMore() {
    acquire(keys("k"));
    grant(1, 3);
    recall(1);
    assertThat(sent).endsWith(new Released(1, 1));
    assertThat(locks.heldAfter(keys("k"))).isEmpty();

    acquire(keys("k"));
    assertThat(asked()).containsExactly(1L, 2L);
    recall(1); // again: that it was given back was lost
    assertThat(sent).endsWith(new Released(1, 1));
    assertThat(locks.heldAfter(WHOLE)).isEmpty();
  }

  @Test
  void aLockThatIsCalledBackBeforeItComesIsNeverUsed() {
    acquire(keys("k"));
    recall(1);
    assertThat(asked()).containsExactly(1L, 2L);
    grant(1, 3); // late
    assertThat(read).isEmpty();
    assertThat(locks.heldAfter(keys("k"))).isEmpty();

    grant(2, 4);
    assertThat(read).containsExactly(4L);
  }

  @Test
  void oneThatWritesGivesBackWhatItWouldBeAskedFor() {
    for (String key : List.of("a", "b", "c")) {
      acquire(keys(key));
    }
    acquire(WHOLE);
    for (long number = 1; number <= 4; number++) {
      grant(number, 0);
    }
    group.run(() -> locks.giveBackFor(new LockSet(List.of(Bytes.of("a")), false, true)));
    assertThat(locks.heldAfter(keys("a"))).isEmpty();
    assertThat(locks.heldAfter(WHOLE)).isEmpty();
    assertThat(locks.heldAfter(keys("b"))).isPresent();

    group.run(() -> locks.giveBackFor(new LockSet(List.of(), true, true)));
    assertThat(locks.heldAfter(keys("b"))).isEmpty();
    assertThat(locks.heldAfter(keys("c"))).isEmpty();
  }

  @Test
  void noMoreLocksAreKeptThanItsLimit() {
    for (int i = 1; i <= ReadLocks.MOST_KEPT + 1; i++) {
      acquire(keys("k" + i));
      grant(i, 0);
    }
    assertThat(sent).endsWith(new Released(1, 1));
    assertThat(locks.heldAfter(keys("k1"))).isEmpty();
    assertThat(locks.heldAfter(keys("k2"))).isPresent();
  }

  @Test
  void whatIsNotGrantedIsAskedForAgain() {
    acquire(keys("k"));
    group.pass(Duration.ofMillis(50));
    assertThat(asked()).containsExactly(1L, 1L, 1L);

    grant(1, 0);
    group.pass(Duration.ofMillis(50));
    assertThat(asked()).hasSize(3);
  }

  @Test
  void aViewEndsAllLocksAndReadsThatWaitAskInTheNextOne() {
    acquire(keys("k"));
    grant(1, 0);
    acquire(keys("other"));
    RecordedReply gone = new RecordedReply();
    group.run(() -> locks.acquire(keys("third"), gone, read::add));
    gone.abandon();
    group.run(locks::stop);
    assertThat(locks.heldAfter(keys("k"))).isEmpty();

    group.nextEpoch();
    sent.clear();
    group.run(locks::restart);
    assertThat(asked()).containsExactly(4L);
    grant(2, 1); // of the view before
    assertThat(read).containsExactly(0L);
    group.run(() -> locks.onMessage(new Granted(2, 4, LockService.NO_TOKEN, 0, 9)));
    assertThat(read).containsExactly(0L, 9L);
  }
}
