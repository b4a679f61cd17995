package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import org.junit.jupiter.api.Test;

class CausalContextTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final VectorClock BEFORE = VectorClock.of(1, 0, 3);
  private static final VectorClock HERE = VectorClock.of(9, 9, 9);

  private static Asking asking(Operation operation) {
    return new Asking(1, 1, operation, Consistency.CAUSAL);
  }

  @Test
  void whatIsNotThereDependsOnNothing() {
    assertThat(CausalContext.of(null)).isEqualTo(VectorClock.ZERO);
  }

  @Test
  void aValueBringsItsOwnDependencies() {
    Entry entry = new Entry(Bytes.of("v"), 0, 5, Entry.NEVER, VectorClock.of(0, 2));

    assertThat(CausalContext.of(entry)).isEqualTo(VectorClock.of(0, 2));
    assertThat(CausalContext.seenIn(new Found(entry), BEFORE, HERE))
        .isEqualTo(VectorClock.of(1, 2, 3));
  }

  @Test
  void theAbsenceOfAValueMayBeDueToAnythingHere() {
    assertThat(CausalContext.seenIn(Found.NOTHING, BEFORE, HERE)).isEqualTo(HERE);
  }

  @Test
  void aPlainPutDependsOnItsSessionAlone() {
    Change put = new Change.Put(Bytes.of("v"), 0, Change.FOREVER);

    assertThat(CausalContext.isOnlyOfSession(asking(new Write(KEY, Condition.ALWAYS, put))))
        .isTrue();
    assertThat(CausalContext.isOnlyOfSession(asking(new Write(KEY, Condition.ABSENT, put))))
        .isFalse();
    assertThat(
            CausalContext.isOnlyOfSession(asking(new Write(KEY, Condition.ALWAYS, Change.REMOVE))))
        .isFalse();
    assertThat(CausalContext.isOnlyOfSession(asking(new Clear()))).isFalse();
  }
}
