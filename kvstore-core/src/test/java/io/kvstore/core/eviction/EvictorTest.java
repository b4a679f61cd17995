package io.kvstore.core.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Capacity;
import io.kvstore.spi.Capacity.Unit;
import io.kvstore.spi.Change;
import io.kvstore.spi.Command;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Write;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** At one replica that orders, and performs what it has ordered some time later. */
class EvictorTest {
  private final Map<Bytes, Entry> held = new TreeMap<>();
  private final Deque<Ordered> underWay = new ArrayDeque<>();
  private Evictor evictor = new Evictor(new Capacity(4, Unit.ENTRIES));
  private long last;

  private static Write put(String key, String value) {
    return new Write(
        Bytes.of(key), Condition.ALWAYS, new Change.Put(Bytes.of(value), 0, Change.FOREVER));
  }

  private static Write remove(String key) {
    return new Write(Bytes.of(key), Condition.ALWAYS, Change.REMOVE);
  }

  private static Write putIfAbsent(String key) {
    return new Write(
        Bytes.of(key), Condition.ABSENT, new Change.Put(Bytes.of("v"), 0, Change.FOREVER));
  }

  private List<Bytes> order(Command command) {
    Ordered ordered = evictor.makeRoom(new Ordered(++last, last, 1, last, command));
    underWay.add(ordered);
    return ordered.victims();
  }

  private void performNext() {
    Ordered next = underWay.remove();
    List<Write> writes =
        next.operation() instanceof Batch batch
            ? batch.writes()
            : List.of((Write) next.operation());
    for (Write write : writes) {
      if (!write(write, next.position())) {
        break; // of a batch, this can only be the first
      }
    }
    for (Bytes victim : next.victims()) {
      if (held.remove(victim) != null) {
        evictor.left(victim);
      }
    }
    evictor.performed(next.position());
  }

  private boolean write(Write write, long version) {
    Entry before = held.get(write.key());
    if (!write.condition().holdsFor(before)) {
      return false;
    }
    if (write.change() instanceof Change.Put put) {
      Entry entry = Entry.of(put.value(), version);
      held.put(write.key(), entry);
      evictor.wrote(write.key(), entry);
    } else if (held.remove(write.key()) != null) {
      evictor.left(write.key());
    }
    return true;
  }

  private void performAll() {
    while (!underWay.isEmpty()) {
      performNext();
    }
  }

  private void fill() {
    for (String key : List.of("a", "b", "c", "d")) {
      order(put(key, "v"));
    }
    performAll();
  }

  @Test
  void whatFitsInEvictsNothing() {
    for (String key : List.of("a", "b", "c", "d", "a", "d")) {
      assertThat(order(put(key, "v"))).isEmpty();
    }
  }

  @Test
  void aNewKeyEvictsAnother() {
    fill();

    assertThat(order(put("e", "v"))).hasSize(1).isSubsetOf(held.keySet());
    assertThat(order(put("e", "w"))).isEmpty();
    performAll();
    assertThat(held).hasSize(4).containsKey(Bytes.of("e"));
  }

  @Test
  void severalUnderWayEvictDifferentOnes() {
    fill();
    List<Bytes> first = order(put("e", "v"));
    List<Bytes> second = order(put("f", "v"));

    assertThat(first).hasSize(1).doesNotContainAnyElementsOf(second);
    assertThat(second).hasSize(1);
  }

  @Test
  void moreUnderWayThanThereAreEntriesEvictEachOther() {
    for (int i = 0; i < 100; i++) {
      assertThat(order(put("key " + i, "v"))).hasSize(i < 4 ? 0 : 1);
    }
    while (!underWay.isEmpty()) {
      performNext();
      assertThat(held).hasSizeLessThanOrEqualTo(4);
    }
    assertThat(held).hasSize(4);
  }

  @Test
  void whatADeposedMemberHasOrderedCountsNoMore() {
    fill();
    order(put("e", "v"));
    order(put("f", "v"));
    underWay.clear(); // the order goes on without them
    last -= 2;

    assertThat(order(put("g", "v"))).hasSize(1);
    performAll();
    assertThat(held).hasSize(4);
  }

  @Test
  void aRemovalMakesRoomOnceItIsPerformed() {
    fill();
    order(remove("a"));
    performAll();

    assertThat(order(put("e", "v"))).isEmpty();
  }

  @Test
  void ofABatchNothingGoesForTheRest() {
    fill();
    List<Bytes> victims = order(new Batch(List.of(put("a", "w"), put("e", "v"), put("f", "v"))));

    assertThat(victims).hasSize(2).doesNotContain(Bytes.of("a"));
    performAll();
    assertThat(held).hasSize(4);
  }

  @Test
  void bytesAreCountedWithWhatAnEntryTakes() {
    evictor = new Evictor(new Capacity(1_000, Unit.BYTES));
    order(put("a", "x".repeat(300)));
    order(put("b", "x".repeat(300)));
    performAll();

    assertThat(order(put("c", "x".repeat(9)))).isEmpty(); // 429 + 429 + 138
    assertThat(order(put("c", "x".repeat(20)))).hasSize(1);
  }

  /**
   * Any writes, as many under way as may be: at no place of the order is there more than may be.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 50})
  void theBoundHoldsAtEveryPlaceOfTheOrder(int mostUnderWay) {
    for (int seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int most = 1 + random.nextInt(12);
      evictor = new Evictor(new Capacity(most, Unit.ENTRIES));
      held.clear();
      underWay.clear();
      for (int step = 0; step < 1_000; step++) {
        if (underWay.size() < mostUnderWay && random.nextBoolean()) {
          order(drawn(random, most));
        } else if (!underWay.isEmpty()) {
          performNext();
          assertThat(held).as("seed %s, step %s", seed, step).hasSizeLessThanOrEqualTo(most);
        }
        if (random.nextInt(4) == 0) {
          evictor.read(Bytes.of("key " + random.nextInt(20)), true);
        }
      }
      performAll();
      assertThat(held).hasSizeLessThanOrEqualTo(most);
    }
  }

  private static Command drawn(SplittableRandom random, int most) {
    String key = "key " + random.nextInt(20);
    return switch (random.nextInt(6)) {
      case 0 -> remove(key);
      case 1 -> putIfAbsent(key);
      case 2 ->
          most < 2
              ? put(key, "w")
              : new Batch(List.of(putIfAbsent(key), put("key " + random.nextInt(20), "v")));
      default -> put(key, "v");
    };
  }
}
