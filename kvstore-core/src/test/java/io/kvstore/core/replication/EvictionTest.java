package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Get;
import io.kvstore.spi.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What has to go belongs to one place of the order. */
class EvictionTest {
  private static final Bytes KEY = Bytes.of("a");

  private final Ordered plain =
      new Ordered(
          7,
          70,
          1,
          2,
          new Write(Bytes.of("b"), Condition.ALWAYS, new Change.Append(Bytes.of("c"))));

  @Test
  void whatHasToGoGoesAlongWithAllThatIsToldOfAnOperation() {
    Ordered evicting = plain.evicting(List.of(KEY));

    assertThat(plain.victims()).isEmpty();
    assertThat(evicting.victims()).containsExactly(KEY);
    assertThat(evicting.askedAgain().victims()).containsExactly(KEY);
    assertThat(plain.askedAgain().evicting(List.of(KEY)).isAskedAgain()).isTrue();
  }

  /** There, what was written after it was judged might go. */
  @Test
  void atAnotherPlaceNothingGoes() {
    Ordered evicting = plain.evicting(List.of(KEY));

    assertThat(evicting.movedTo(9).victims()).isEmpty();
    assertThat(evicting.performing(plain.operation()).victims()).isEmpty();
  }

  @Test
  void aKeyThatHasToGoIsDirtyUntilItIsGone() {
    OrderedLog log = new OrderedLog();
    log.restartAfter(6);
    log.offer(plain.evicting(List.of(KEY)));

    DirtyKeys dirty = new DirtyKeys(log);
    assertThat(dirty.mayBeSeenBy(new Get(KEY), 6)).isTrue();
    assertThat(dirty.mayBeSeenBy(new Get(Bytes.of("other")), 6)).isFalse();
    assertThat(dirty.mayBeSeenBy(new Get(KEY), 7)).isFalse();
  }
}
