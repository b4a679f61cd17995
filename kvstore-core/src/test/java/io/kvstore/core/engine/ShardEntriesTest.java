package io.kvstore.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Count;
import io.kvstore.spi.Get;
import io.kvstore.spi.Range;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One shard's entries, performed on by an engine that brings its own order. */
class ShardEntriesTest {
  private static final Bytes KEY = Bytes.of("key");
  private static final Range ALL = new Range(Bytes.EMPTY, Bytes.EMPTY, Integer.MAX_VALUE);

  private final ShardEntries entries = empty();

  private static ShardEntries empty() {
    return new ShardEntries(Datalets.hash().open(NodeId.of(0), 0), Limits.DEFAULT);
  }

  private static Write put(String value, long lifetimeNanos) {
    return new Write(KEY, Condition.ALWAYS, new Change.Put(Bytes.of(value), 0, lifetimeNanos));
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
    assertThat(entries.query(new Get(KEY), entries.time())).isEqualTo(Found.NOTHING);
    assertThat(entries.entries()).isZero();
  }

  @Test
  void theContentsOfAnotherGoOnWhereThatOneWas() {
    entries.perform(put("lasting", Change.FOREVER), 7);
    ShardEntries copy = empty();
    copy.replace(entries.contents());
    assertThat(copy.position()).isEqualTo(1);
    assertThat(copy.time()).isEqualTo(7);
    assertThat(copy.perform(put("next", Change.FOREVER), 8))
        .isEqualTo(entries.perform(put("next", Change.FOREVER), 8));
  }

  @Test
  void contentsStayAsTheyWereWhileCommandsArePerformed() {
    entries.perform(put("before", Change.FOREVER), 1);
    var contents = entries.contents();
    entries.perform(put("after", Change.FOREVER), 2);
    assertThat(contents.entries())
        .singleElement()
        .satisfies(pair -> assertThat(pair.entry().presentValue()).isEqualTo(Bytes.of("before")));
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
    entries.replace(other.contents());
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
