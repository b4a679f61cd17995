package io.kvstore.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Count;
import io.kvstore.spi.Get;
import io.kvstore.spi.Range;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One shard's entries, performed on by an engine that brings its own order. */
class ShardEntriesTest {
  private static final Bytes KEY = Bytes.of("key");
  private static final Range ALL = new Range(Bytes.EMPTY, Bytes.EMPTY, Integer.MAX_VALUE);

  private final ShardEntries entries = empty();

  private static ShardEntries empty() {
    return new ShardEntries(Datalets.hash().open(NodeId.of(0), 0), Limits.DEFAULT);
  }

  private static Write put(String value, long lifetimeNanos) {
    return put(KEY, value, lifetimeNanos);
  }

  private static Write put(Bytes key, String value, long lifetimeNanos) {
    return new Write(key, Condition.ALWAYS, new Change.Put(Bytes.of(value), 0, lifetimeNanos));
  }

  @Test
  void eachCommandTakesTheNextPositionAsItsVersion() {
    Written first = (Written) entries.perform(put("one", Change.FOREVER), 1);
    Written second = (Written) entries.perform(put("two", Change.FOREVER), 1);
    assertThat(first.after().version()).isEqualTo(1);
    assertThat(second.after().version()).isEqualTo(2);
    assertThat(second.before()).isEqualTo(first.after());
    assertThat(entries.position()).isEqualTo(2);
  }

  @Test
  void entriesExpireByTheTimesOfCommandsWhichNeverRunBackwards() {
    entries.perform(put("short", 10), 100);
    entries.perform(new Tick(), 50);
    assertThat(entries.time()).isEqualTo(100);
    assertThat(entries.query(new Count(), 109)).isEqualTo(new Counted(1, 110));
    entries.perform(new Tick(), 110);
    assertThat(((Found) entries.query(new Get(KEY), entries.time())).entry()).isNull();
    assertThat(entries.entries()).isZero();
  }

  @Test
  void theEntriesOfAnotherGoOnWhereThatOneWas() {
    entries.perform(put("lasting", Change.FOREVER), 7);
    ShardEntries copy = empty();
    copy.replace(all(entries.hold()));
    assertThat(copy.position()).isEqualTo(1);
    assertThat(copy.time()).isEqualTo(7);
    assertThat(copy.perform(put("next", Change.FOREVER), 8))
        .isEqualTo(entries.perform(put("next", Change.FOREVER), 8));
  }

  private static Contents all(HeldEntries held) {
    List<Pair> pairs = new ArrayList<>();
    try (held) {
      for (List<Pair> part = held.next(); !part.isEmpty(); part = held.next()) {
        pairs.addAll(part);
      }
      assertThat(pairs).hasSize(held.size());
      return new Contents(pairs, held.time(), held.highestVersion(), held.position(), List.of());
    }
  }

  /** On every datalet, in several parts, between which entries are set, removed, and added. */
  @ParameterizedTest
  @ValueSource(strings = {"hash", "tree", "log"})
  void heldEntriesStayAsTheyWereWhileCommandsArePerformed(String datalet, @TempDir Path directory) {
    DataletFactory factory =
        switch (datalet) {
          case "hash" -> Datalets.hash();
          case "tree" -> Datalets.tree();
          default -> Datalets.log(directory, Fsync.never());
        };
    int number = 5_000;
    try (ShardEntries shard = new ShardEntries(factory.open(NodeId.of(1), 0), Limits.DEFAULT)) {
      for (int i = 0; i < number; i++) {
        shard.perform(put(key(i), "before", Change.FOREVER), 1);
      }
      List<Pair> seen = new ArrayList<>();
      try (HeldEntries held = shard.hold()) {
        for (List<Pair> part = held.next(); !part.isEmpty(); part = held.next()) {
          seen.addAll(part);
          for (int i = seen.size() % 7; i < number; i += 7) {
            shard.perform(put(key(i), "after", Change.FOREVER), 2);
          }
          shard.perform(new Write(key(number - 1), Condition.ALWAYS, Change.REMOVE), 3);
          shard.perform(put(key(number + seen.size()), "new", Change.FOREVER), 3);
        }
        assertThat(held.position()).isEqualTo(number);
        assertThat(held.highestVersion()).isEqualTo(number);
        assertThat(held.time()).isEqualTo(1);
      }
      assertThat(seen)
          .hasSize(number)
          .allSatisfy(
              pair -> assertThat(pair.entry().presentValue()).isEqualTo(Bytes.of("before")));
    }
  }

  private static Bytes key(int number) {
    return Bytes.of("key " + number);
  }

  @Test
  void aWatchSeesWhatIsPublishedAfterItsPlace() {
    entries.perform(put("unseen", Change.FOREVER), 1);
    Place here = entries.watchFromHere();
    AtomicInteger news = new AtomicInteger();
    entries.whenChanged(news::incrementAndGet);
    entries.perform(put("seen", Change.FOREVER), 2);
    assertThat(entries.changesAfter(here, ALL).changes()).isEmpty();
    entries.publish();
    assertThat(news).hasValue(1);
    ChangesRead read = entries.changesAfter(here, ALL);
    assertThat(read.changes()).hasSize(1);
    assertThat(read.changes().get(0).version()).isEqualTo(2);
    assertThat(entries.changesAfter(read.place(), ALL).changes()).isEmpty();
  }

  @Test
  void aWatchFromBeforeACopyIsToldThatTheHistoryIsGone() {
    Place here = entries.watchFromHere();
    ShardEntries other = empty();
    other.perform(put("elsewhere", Change.FOREVER), 1);
    entries.replace(all(other.hold()));
    assertThat(entries.changesAfter(here, ALL).whyGone())
        .hasValueSatisfying(why -> assertThat(why).contains("not known any more"));
  }

  @Test
  void whatADataletHoldsFromBeforeIsNoPartOfTheOrder() {
    var datalet = Datalets.hash().open(NodeId.of(0), 0);
    datalet.put(KEY, io.kvstore.spi.Entry.of(Bytes.of("old"), 9));
    try (ShardEntries fresh = new ShardEntries(datalet, Limits.DEFAULT)) {
      assertThat(fresh.entries()).isZero();
      assertThat(fresh.position()).isZero();
    }
  }
}
