package io.kvstore.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One datalet and its server, which may forget, end, or belong to somebody else. */
class MemcachedDataletTest {
  private static final NodeId NODE = NodeId.of(0);
  private static final Bytes KEY = Bytes.of("key");

  private MemcachedServer memcached;

  @BeforeEach
  void start() {
    memcached = MemcachedServer.start();
  }

  @AfterEach
  void stop() {
    if (memcached != null) {
      memcached.close();
    }
  }

  private Datalet open() {
    return MemcachedDatalets.at(memcached.address()).open(NODE, 0);
  }

  private static Entry entry(int version) {
    return Entry.of(Bytes.of("value " + version), version);
  }

  @Test
  void anEvictedEntryIsReportedAndNeverTakenForOneThatWasNotWritten() {
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      datalet.put(Bytes.of("other"), entry(2));
      memcached.items().stream()
          .filter(name -> name.endsWith(":tkey"))
          .forEach(name -> memcached.tell("delete " + name));
      assertThat(datalet.get(Bytes.of("other"))).isEqualTo(entry(2));
      assertThatThrownBy(() -> datalet.get(KEY))
          .isInstanceOf(LostEntriesException.class)
          .hasMessageContaining("has lost the entry of key")
          .hasMessageContaining("memcached -M");
      assertThatThrownBy(() -> datalet.put(KEY, entry(3))).isInstanceOf(LostEntriesException.class);
      assertThatThrownBy(() -> datalet.scan(Bytes.EMPTY, Bytes.EMPTY, (key, entry) -> true))
          .isInstanceOf(LostEntriesException.class);
    }
  }

  @Test
  void anEntryThatSomebodyElseHasWrittenIsReported() {
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      String name =
          memcached.items().stream()
              .filter(each -> each.endsWith(":tkey"))
              .findFirst()
              .orElseThrow();
      memcached.tell("set " + name + " 0 0 7\r\nforeign");
      assertThatThrownBy(() -> datalet.get(KEY))
          .isInstanceOf(LostEntriesException.class)
          .hasMessageContaining("has something else in the place of the entry of key");
    }
  }

  @Test
  void aFlushedServerIsNoticedBeforeTheNextWriteIsAcknowledged() {
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      datalet.sync();
      memcached.tell("flush_all");
      datalet.put(Bytes.of("new"), entry(2));
      assertThatThrownBy(datalet::sync)
          .isInstanceOf(LostEntriesException.class)
          .hasMessageContaining("has forgotten who lives in kvstore:n0-0");
    }
  }

  @Test
  void aServerThatHasStartedAgainIsNotUsedAnyMore() {
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      memcached.restart();
      assertThatThrownBy(() -> datalet.put(Bytes.of("new"), entry(2)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(":" + memcached.address().getPort() + ": ");
    }
    try (Datalet again = open()) {
      assertThat(again.size()).isZero();
      again.put(KEY, entry(3));
      assertThat(again.get(KEY)).isEqualTo(entry(3));
    }
  }

  @Test
  void aSecondStoreInTheSamePlaceTakesItOver() {
    try (Datalet first = open()) {
      first.put(KEY, entry(1));
      first.sync();
      try (Datalet second = open()) {
        assertThat(second.get(KEY)).isNull();
        second.put(KEY, entry(2));
        second.sync();
        first.put(Bytes.of("new"), entry(3));
        assertThatThrownBy(first::sync)
            .isInstanceOf(LostEntriesException.class)
            .hasMessageContaining("serves somebody else in kvstore:n0-0");
        assertThat(second.get(KEY)).isEqualTo(entry(2));
      }
    }
  }

  @Test
  void whatAKilledProcessHasLeftIsTakenAwayAndNothingElse() {
    memcached.tell("set kvstore:n0-0 0 0 4\r\ndead");
    for (int i = 0; i < 100; i++) {
      memcached.tell("set kvstore:n0-0:dead:tkey%" + i + " 0 0 1\r\nx");
    }
    memcached.tell("set kvstore:n0-1:dead:tkey 0 0 1\r\nx");
    memcached.tell("set another 0 0 1\r\nx");
    try (Datalet datalet = open()) {
      assertThat(datalet.size()).isZero();
      assertThat(memcached.items())
          .contains("kvstore:n0-0", "kvstore:n0-1:dead:tkey", "another")
          .hasSize(3 + (memcached.listsItems() ? 0 : 100)); // otherwise leftovers are not found
    }
  }

  @Test
  void aClosedDataletLeavesNothingOnItsServerAndNoThread() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Datalet datalet = open();
    for (int i = 0; i < 2_500; i++) {
      datalet.put(Bytes.of("key" + i), entry(i));
    }
    datalet.put(KEY, large(3, 1));
    datalet.close();
    assertThat(memcached.items()).isEmpty();
    assertThat(Thread.getAllStackTraces().keySet().stream().filter(each -> !before.contains(each)))
        .filteredOn(Thread::isAlive)
        .filteredOn(each -> !each.isDaemon())
        .isEmpty();
  }

  @Test
  void aLargeEntryIsSplitAndItsPartsGoWithIt() {
    try (Datalet datalet = open()) {
      datalet.put(KEY, large(5, 1));
      assertThat(memcached.items()).hasSize(1 + 6);
      assertThat(datalet.get(KEY)).isEqualTo(large(5, 1));
      assertThat(datalet.put(KEY, large(2, 2))).isEqualTo(large(5, 1));
      assertThat(datalet.get(KEY)).isEqualTo(large(2, 2));
      assertThat(memcached.items()).hasSize(1 + 3);
      assertThat(datalet.remove(KEY)).isEqualTo(large(2, 2));
      assertThat(memcached.items()).containsExactly("kvstore:n0-0");
    }
  }

  /** A little more than this many parts. */
  private static Entry large(int parts, int version) {
    byte[] value = new byte[parts * MemcachedDatalet.PART_BYTES];
    new Random(version).nextBytes(value);
    return Entry.of(Bytes.of(value), version);
  }

  @Test
  void anEntryWhoseTimeIsOverStaysUntilItIsTakenAway() {
    Entry expired = new Entry(Bytes.of("v"), 1, 2, 3, null);
    try (Datalet datalet = open()) {
      datalet.put(KEY, expired);
      assertThat(datalet.get(KEY)).isEqualTo(expired);
    }
  }

  @Test
  void aVisitorMayChangeWhatItSees() {
    try (Datalet datalet = open()) {
      for (int i = 0; i < 100; i++) {
        datalet.put(Bytes.of(String.format("key%02d", i)), entry(i));
      }
      datalet.forEach((key, entry) -> datalet.remove(key) != null);
      assertThat(datalet.size()).isZero();
    }
  }

  @Test
  void nobodyThereIsSaidInOneSentence() {
    memcached.close();
    assertThatThrownBy(this::open)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("no memcached answers at ")
        .hasMessageContaining(":" + memcached.address().getPort());
  }

  @Test
  void aTimeoutThatIsNoneIsRefused() {
    assertThatThrownBy(() -> MemcachedDatalets.at(memcached.address()).withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a timeout is at least a millisecond");
    assertThat(Arrays.asList(MemcachedDatalets.at(memcached.address()).mayBlock())).contains(true);
  }
}
