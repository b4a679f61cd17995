package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Count;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockSetTest {
  private static final Bytes A = Bytes.of("a");
  private static final Bytes B = Bytes.of("b");

  private static Write write(Bytes key) {
    return new Write(key, new Condition.Always(), new Change.Remove());
  }

  @Test
  void keysAreLockedInTheirOrderAndOnce() {
    assertThat(LockSet.of(new Batch(List.of(write(B), write(A), write(B)))))
        .isEqualTo(new LockSet(List.of(A, B), false, true));
    assertThat(LockSet.of(new GetMany(List.of(B, A, A))))
        .isEqualTo(new LockSet(List.of(A, B), false, false));
  }

  @Test
  void aTransactionLocksWhatItRequiresAndMayReadOrWrite() {
    Bytes c = Bytes.of("c");
    Transaction transaction =
        new Transaction(
            List.of(new Requirement(c, Condition.ABSENT)), List.of(new Get(B)), List.of(write(A)));
    assertThat(LockSet.of(transaction)).isEqualTo(new LockSet(List.of(A, B, c), false, true));
  }

  @Test
  void onlyCommandsLockForThemselvesAlone() {
    assertThat(LockSet.of(write(A))).isEqualTo(new LockSet(List.of(A), false, true));
    assertThat(LockSet.of(new Get(A))).isEqualTo(new LockSet(List.of(A), false, false));
  }

  @Test
  void whatMayConcernAnyKeyLocksTheWholeShard() {
    assertThat(LockSet.of(new Count())).isEqualTo(new LockSet(List.of(), true, false));
    assertThat(LockSet.of(new Clear())).isEqualTo(new LockSet(List.of(), true, true));
    assertThat(LockSet.of(new Clear()).isEmpty()).isFalse();
  }

  @Test
  void aTickLocksNothing() {
    assertThat(LockSet.of(new Tick()).isEmpty()).isTrue();
  }
}
