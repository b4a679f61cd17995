package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Count;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirtyKeysTest {
  private static final Bytes A = Bytes.of("a");
  private static final Bytes B = Bytes.of("b");

  private final OrderedLog log = new OrderedLog();
  private final DirtyKeys dirtyKeys = new DirtyKeys(log);

  private void hold(Operation operation) {
    log.offer(new Ordered(log.last() + 1, 0, 1, log.last() + 1, operation));
  }

  private static Write write(Bytes key) {
    return new Write(key, new Condition.Always(), new Change.Remove());
  }

  @Test
  void aKeyIsDirtyFromWhenAWriteIsHeldUntilItIsPerformed() {
    assertThat(dirtyKeys.mayBeSeenBy(new Get(A), 0)).isFalse();
    hold(write(A));
    assertThat(dirtyKeys.mayBeSeenBy(new Get(A), 0)).isTrue();
    assertThat(dirtyKeys.mayBeSeenBy(new Get(B), 0)).isFalse();
    assertThat(dirtyKeys.mayBeSeenBy(new Get(A), 1)).isFalse();
  }

  @Test
  void aBatchMakesItsKeysDirtyAndAClearAll() {
    hold(new Batch(List.of(write(A))));
    assertThat(dirtyKeys.mayBeSeenBy(new Get(A), 0)).isTrue();
    assertThat(dirtyKeys.mayBeSeenBy(new Get(B), 0)).isFalse();
    hold(new Clear());
    assertThat(dirtyKeys.mayBeSeenBy(new Get(B), 0)).isTrue();
    assertThat(dirtyKeys.mayBeSeenBy(new Get(B), 1)).isTrue();
  }

  @Test
  void aTransactionMakesTheKeysDirtyThatItMayWrite() {
    Bytes c = Bytes.of("c");
    hold(new Transaction(List.of(), List.of(write(A), new Get(c)), List.of(write(B))));
    assertThat(dirtyKeys.mayBeSeenBy(new Get(A), 0)).isTrue();
    assertThat(dirtyKeys.mayBeSeenBy(new Get(B), 0)).isTrue();
    assertThat(dirtyKeys.mayBeSeenBy(new Get(c), 0)).isFalse();
  }

  @Test
  void whatSeesSeveralKeysMaySeeADirtyOne() {
    hold(new Tick());
    assertThat(dirtyKeys.mayBeSeenBy(new Get(A), 0)).isFalse();
    assertThat(dirtyKeys.mayBeSeenBy(new GetMany(List.of(A)), 0)).isTrue();
    assertThat(dirtyKeys.mayBeSeenBy(new Count(), 0)).isTrue();
    assertThat(dirtyKeys.mayBeSeenBy(new Count(), 1)).isFalse();
  }

  @Test
  void behindTooManyOperationsEveryKeyIsTakenForDirty() {
    for (int i = 0; i < DirtyKeys.MOST_LOOKED_AT; i++) {
      hold(new Tick());
    }
    assertThat(dirtyKeys.mayBeSeenBy(new Get(A), 0)).isFalse();
    hold(new Tick());
    assertThat(dirtyKeys.mayBeSeenBy(new Get(A), 0)).isTrue();
  }
}
