package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.NodeId;
import io.kvstore.core.replication.Undelivered.Waiting;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class UndeliveredTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);

  private final Undelivered undelivered = new Undelivered(1 << 20);
  private final List<Long> delivered = new ArrayList<>();

  private static Update update(long version) {
    Ordered origin = new Ordered(version, 0, Ordered.NO_CLIENT, 0, new Tick());
    return new Update(1, version, origin, new Counted(0, Entry.NEVER), List.of(), null);
  }

  private void deliver(Set<Long> ready) {
    undelivered.deliver(
        (writer, update) -> ready.contains(update.number()),
        (writer, update) -> delivered.add(update.number()));
  }

  @Test
  void anUpdateWaitsForThoseThatItsWriterToldBefore() {
    undelivered.add(FIRST, update(1));
    undelivered.add(FIRST, update(2));
    undelivered.add(SECOND, update(3));
    deliver(Set.of(2L, 3L));
    assertThat(delivered).containsExactly(3L);

    deliver(Set.of(1L, 2L));
    assertThat(delivered).containsExactly(3L, 1L, 2L);
    assertThat(undelivered.isEmpty()).isTrue();
  }

  @Test
  void thereIsRoomUntilTheyTakeTooMuchMemory() {
    Undelivered small = new Undelivered(3 * update(1).footprint());
    for (long version = 1; version <= 3; version++) {
      assertThat(small.hasRoom()).isTrue();
      small.add(FIRST, update(version));
    }
    assertThat(small.hasRoom()).isFalse();

    small.deliver((writer, update) -> update.number() == 1, (writer, update) -> {});
    assertThat(small.hasRoom()).isTrue();
  }

  @Test
  void oneDeliveryMakesAnotherReadyWhereverItWaits() {
    undelivered.add(FIRST, update(2));
    undelivered.add(SECOND, update(1));
    undelivered.carryOver(new Waiting(FIRST, update(3)));
    Set<Long> ready = new TreeSet<>(Set.of(1L));
    undelivered.deliver(
        (writer, update) -> ready.contains(update.number()),
        (writer, update) -> {
          delivered.add(update.number());
          ready.add(update.number() + 1);
        });

    assertThat(delivered).containsExactly(1L, 2L, 3L);
  }

  /** They may wait for long, and their writers have more to say. */
  @Test
  void whatWasCarriedOverHoldsUpNobody() {
    undelivered.carryOver(new Waiting(FIRST, update(1)));
    undelivered.add(FIRST, update(2));
    deliver(Set.of(2L));

    assertThat(delivered).containsExactly(2L);
    assertThat(undelivered.all()).containsExactly(new Waiting(FIRST, update(1)));
    assertThat(undelivered.isEmpty()).isFalse();
  }

  @Test
  void anUpdateThatSeveralHaveIsCarriedOverOnce() {
    undelivered.carryOver(new Waiting(FIRST, update(1)));
    undelivered.carryOver(new Waiting(FIRST, update(1)));
    undelivered.add(SECOND, update(2));

    assertThat(undelivered.all())
        .containsExactly(new Waiting(FIRST, update(1)), new Waiting(SECOND, update(2)));
    undelivered.clear();
    assertThat(undelivered.isEmpty()).isTrue();
  }
}
