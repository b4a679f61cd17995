package io.kvstore.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;
import io.kvstore.Codecs;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Count;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What tombstones, expiry, batches and merges leave behind, one by one. */
class ApplierTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final Bytes VALUE = Bytes.of("v");
  private static final int VALUE_LIMIT = 100;
  private static final Ordered COPY = new Ordered(0, 0, Ordered.NO_CLIENT, 0, new Tick());

  private final Datalet datalet = Datalets.hash().open(NodeId.of(0), 0);
  private final Applier weak = new Applier(datalet, VALUE_LIMIT);
  private final List<Pair> changed = new ArrayList<>();
  private long version;

  private Answer perform(Applier applier, long time, Operation operation) {
    Applier.Effect effect =
        applier.update(new Ordered(++version, time, 1, version, operation), null);
    changed.addAll(effect.changed());
    return effect.answer();
  }

  private void performInOrder(Applier applier, long time, Operation operation) {
    applier.apply(new Ordered(++version, time, 1, version, operation));
  }

  private static Write put(Bytes key, long lifetime) {
    return new Write(key, Condition.ALWAYS, new Change.Put(VALUE, 0, lifetime));
  }

  private static Write remove(Bytes key) {
    return new Write(key, Condition.ALWAYS, Change.REMOVE);
  }

  @Test
  void aRemovalLeavesATombstoneOnlyWhereItIsNeeded() {
    perform(weak, 0, put(KEY, Change.FOREVER));
    perform(weak, 0, remove(KEY));
    assertThat(datalet.get(KEY)).isEqualTo(Entry.tombstone(2, null));
    assertThat(changed).last().isEqualTo(new Pair(KEY, Entry.tombstone(2, null)));
    assertThat(found(weak, 0).entry()).isNull();
    assertThat(weak.query(new Count(), 0)).isEqualTo(new Counted(0, Entry.NEVER));

    Datalet other = Datalets.hash().open(NodeId.of(0), 0);
    Applier strong = new Applier(other, VALUE_LIMIT);
    performInOrder(strong, 0, put(KEY, Change.FOREVER));
    performInOrder(strong, 0, remove(KEY));
    assertThat(other.size()).isZero();
  }

  private static Found found(Applier applier, long asOf) {
    return (Found) applier.query(new Get(KEY), asOf);
  }

  @Test
  void whereRemovalsLeaveTombstonesAnAnswerTellsWhatMakesAKeyAbsent() {
    assertThat(found(weak, 0).gone()).as("at first nothing is known").isEqualTo(Answer.UNKNOWN);
    weak.settle(0);
    assertThat(found(weak, 0).gone()).as("nothing was ever written").isZero();
    Written first = (Written) perform(weak, 0, put(KEY, 50));
    assertThat(first.goneBefore()).isZero();
    assertThat(first.goneAfter()).as("there is an entry").isEqualTo(Answer.UNKNOWN);
    assertThat(found(weak, 50).gone()).as("version 1 has expired").isEqualTo(1);
    perform(weak, 60, put(KEY, Change.FOREVER));
    Written removal = (Written) perform(weak, 60, remove(KEY));
    assertThat(removal.goneAfter()).isEqualTo(3);
    assertThat(found(weak, 60).gone()).isEqualTo(3);
    assertThat(((Written) perform(weak, 60, remove(KEY))).goneBefore()).isEqualTo(3);
    assertThat(((Found) weak.optimisticRead(new Get(KEY))).gone()).isEqualTo(3);

    weak.collect(7, 60);
    assertThat(found(weak, 60).gone()).as("what is forgotten was up to 7").isEqualTo(7);
    assertThat(((Found) weak.optimisticRead(new Get(KEY))).gone()).isEqualTo(7);
  }

  @Test
  void aListTellsWhatMakesOtherKeysAbsent() {
    weak.settle(0);
    perform(weak, 0, put(KEY, Change.FOREVER));
    perform(weak, 0, put(Bytes.of("short"), 50));
    perform(weak, 0, remove(KEY));

    Listed many = (Listed) weak.query(new GetMany(List.of(KEY, Bytes.of("other"))), 0);
    assertThat(many.pairs()).isEmpty();
    assertThat(many.gone(KEY)).isEqualTo(3);
    assertThat(many.gone(Bytes.of("other"))).isZero();
    Listed all = (Listed) weak.query(new Range(Bytes.EMPTY, Bytes.EMPTY, 9), 50);
    assertThat(all.pairs()).isEmpty();
    assertThat(all.gone(Bytes.of("short"))).isEqualTo(2);
  }

  @Test
  void whereRemovalsLeaveNothingNothingIsToldOfThem() {
    weak.settle(5);
    weak.beginOrder(5, 0);
    version = 5;
    performInOrder(weak, 0, put(KEY, Change.FOREVER));
    performInOrder(weak, 0, remove(KEY));
    assertThat(found(weak, 0).gone()).isEqualTo(Answer.UNKNOWN);

    weak.settle(7);
    performInOrder(weak, 0, put(KEY, 50));
    performInOrder(weak, 50, new Tick());
    assertThat(found(weak, 50).gone()).as("it has expired").isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void aBatchThatIsUndoneLeavesWhatIsKnownAsItWas() {
    weak.settle(0);
    Write impossible = new Write(KEY, new Condition.VersionIs(99), Change.REMOVE);
    perform(weak, 0, new Batch(List.of(put(KEY, Change.FOREVER), impossible)));
    assertThat(found(weak, 0).gone()).isZero();
  }

  @Test
  void theRemovalOfNothingChangesNothing() {
    Written written = (Written) perform(weak, 0, remove(KEY));

    assertThat(written.outcome()).isEqualTo(Outcome.APPLIED);
    assertThat(datalet.size()).isZero();
    assertThat(changed).isEmpty();
  }

  @Test
  void anEntryExpiresAtTheStampOfAnyOperationAndNotBefore() {
    perform(weak, 100, put(KEY, 50));
    perform(weak, 149, new Tick());
    assertThat(found(weak, 149).entry()).isNotNull();
    assertThat(found(weak, 150).entry()).isNull();
    assertThat(datalet.get(KEY).isTombstone()).as("reads take nothing away").isFalse();

    perform(weak, 150, new Tick());
    assertThat(datalet.get(KEY)).isEqualTo(Entry.tombstone(1, null));
  }

  @Test
  void timeDoesNotGoBack() {
    perform(weak, 100, put(KEY, 50));
    perform(weak, 200, new Tick());
    Written written = (Written) perform(weak, 120, put(KEY, 50));

    assertThat(written.before()).isNull();
    assertThat(written.after().expiresAt()).isEqualTo(250);
  }

  @Test
  void aLifetimeThatIsLongerThanTimeItselfIsForever() {
    perform(weak, 100, put(KEY, Long.MAX_VALUE));

    assertThat(datalet.get(KEY).expiresAt()).isEqualTo(Entry.NEVER);
  }

  @Test
  void theCountKnowsWhenItWillBeWrong() {
    perform(weak, 0, put(Bytes.EMPTY, 30));
    perform(weak, 0, put(Bytes.of("a"), 20));
    perform(weak, 0, put(Bytes.of("b"), Change.FOREVER));

    assertThat(weak.query(new Count(), 19)).isEqualTo(new Counted(3, 20));
    assertThat(weak.query(new Count(), 20)).isEqualTo(new Counted(2, 30));
    assertThat(weak.query(new Count(), 29)).isEqualTo(new Counted(2, 30));
    assertThat(weak.query(new Count(), 30)).isEqualTo(new Counted(1, Entry.NEVER));
  }

  @Test
  void aBatchThatFailsLeavesEverythingAsItWas() {
    perform(weak, 0, put(KEY, 1_000));
    Bytes removed = Bytes.of("removed");
    perform(weak, 0, put(removed, Change.FOREVER));
    perform(weak, 0, remove(removed));
    List<Pair> before = List.copyOf(Transfer.allOf(weak));
    changed.clear();

    Bytes fresh = Bytes.of("fresh");
    Batch batch =
        new Batch(
            List.of(
                put(KEY, Change.FOREVER),
                remove(KEY),
                put(removed, 5),
                put(fresh, 5),
                put(fresh, 7),
                new Write(fresh, Condition.ABSENT, Change.REMOVE),
                put(KEY, 9)));
    WrittenTogether together = (WrittenTogether) perform(weak, 0, batch);

    assertThat(together.outcome()).isEqualTo(Outcome.CONDITION_FAILED);
    assertThat(together.parts()).hasSize(6);
    assertThat(Transfer.allOf(weak)).containsExactlyInAnyOrderElementsOf(before);
    assertThat(changed).as("others need not hear of it").isEmpty();
    assertThat(weak.query(new Count(), 0)).isEqualTo(new Counted(1, 1_000));
    perform(weak, 1_000, new Tick());
    assertThat(weak.query(new Count(), 1_000)).isEqualTo(new Counted(0, Entry.NEVER));
  }

  @Test
  void aBatchSeesItsOwnWrites() {
    Change increment = new Change.Add(1, NumberFormat.DECIMAL);
    WrittenTogether together =
        (WrittenTogether)
            perform(
                weak,
                0,
                new Batch(
                    List.of(
                        new Write(KEY, Condition.ABSENT, increment),
                        new Write(KEY, Condition.PRESENT, increment))));

    assertThat(together.outcome()).isEqualTo(Outcome.APPLIED);
    assertThat(datalet.get(KEY).presentValue()).isEqualTo(Bytes.of("2"));
  }

  @Test
  void whatIsNoNumberOrBecomesTooLargeOneStaysAsItIs() {
    perform(weak, 0, put(KEY, Change.FOREVER));
    Write add = new Write(KEY, Condition.ALWAYS, new Change.Add(1, NumberFormat.DECIMAL));
    assertThat(((Written) perform(weak, 0, add)).outcome()).isEqualTo(Outcome.NOT_A_NUMBER);
    assertThat(datalet.get(KEY).presentValue()).isEqualTo(VALUE);

    Bytes most = Codecs.LONG.encode(Long.MAX_VALUE);
    perform(weak, 0, new Write(KEY, Condition.ALWAYS, new Change.Put(most, 0, 0)));
    Write binary = new Write(KEY, Condition.ALWAYS, new Change.Add(1, NumberFormat.BINARY));
    assertThat(((Written) perform(weak, 0, binary)).outcome()).isEqualTo(Outcome.NOT_A_NUMBER);
    Write less = new Write(KEY, Condition.ALWAYS, new Change.Add(-1, NumberFormat.BINARY));
    assertThat(((Written) perform(weak, 0, less)).after().presentValue())
        .isEqualTo(Codecs.LONG.encode(Long.MAX_VALUE - 1));
  }

  @Test
  void aMergeTakesWhatIsNewerAndNothingElse() {
    perform(weak, 0, put(KEY, Change.FOREVER));
    Entry newer = Entry.of(Bytes.of("newer"), 9);
    weak.merge(COPY, List.of(new Pair(KEY, newer)));
    assertThat(datalet.get(KEY)).isEqualTo(newer);

    weak.merge(COPY, List.of(new Pair(KEY, Entry.of(Bytes.of("older"), 8))));
    weak.merge(COPY, List.of(new Pair(KEY, Entry.of(Bytes.of("same"), 9))));
    assertThat(datalet.get(KEY)).isEqualTo(newer);
    weak.merge(COPY, List.of(new Pair(KEY, Entry.tombstone(10, null))));
    assertThat(weak.query(new Count(), 0)).isEqualTo(new Counted(0, Entry.NEVER));
  }

  @Test
  void inWhateverOrderMergesComeTheResultIsTheSame() {
    for (long seed = 1; seed <= 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Pair> pairs = new ArrayList<>();
      for (int i = 1; i <= 60; i++) {
        Bytes key = Bytes.of("k" + random.nextInt(5));
        long expiresAt = random.nextInt(3) == 0 ? random.nextLong(100) : Entry.NEVER;
        pairs.add(
            new Pair(
                key,
                random.nextInt(4) == 0
                    ? Entry.tombstone(i, null)
                    : new Entry(Bytes.of("v" + i), 0, i, expiresAt, null)));
      }
      Applier one = new Applier(Datalets.tree().open(NodeId.of(0), 0), 100);
      one.merge(COPY, pairs);
      Applier other = new Applier(Datalets.tree().open(NodeId.of(0), 0), 100);
      for (int i = 0; i < 2; i++) {
        List<Pair> shuffled = new ArrayList<>(pairs);
        for (int k = shuffled.size(); k > 0; k--) {
          other.merge(COPY, List.of(shuffled.remove(random.nextInt(k))));
        }
      }
      one.collect(0, 50);
      other.collect(0, 50);
      assertThat(Transfer.allOf(other)).as("seed " + seed).isEqualTo(Transfer.allOf(one));
      assertThat(other.query(new Count(), 60)).isEqualTo(one.query(new Count(), 60));
    }
  }

  @Test
  void tombstonesAreCollectedUpToAVersionAndEntriesAreNot() {
    Bytes early = Bytes.of("early");
    Bytes late = Bytes.of("late");
    perform(weak, 0, put(early, Change.FOREVER));
    perform(weak, 0, put(late, Change.FOREVER));
    perform(weak, 0, put(KEY, 10));
    perform(weak, 0, remove(early)); // version 4
    perform(weak, 0, remove(late)); // version 5

    assertThat(weak.collect(4, 0)).as("one tombstone, and one entry that will expire").isEqualTo(2);
    assertThat(datalet.get(early)).isNull();
    assertThat(datalet.get(late).isTombstone()).isTrue();
    assertThat(weak.collect(5, 9)).isOne();
    assertThat(weak.collect(5, 10)).isZero();
    assertThat(datalet.size()).isZero();
  }

  @Test
  void clearingAnswersHowManyThereWereAndTellsOthersOfEach() {
    perform(weak, 0, put(KEY, Change.FOREVER));
    perform(weak, 0, put(Bytes.of("other"), Change.FOREVER));
    perform(weak, 0, put(Bytes.of("short"), 10));
    changed.clear();

    assertThat(perform(weak, 10, new Clear())).isEqualTo(new Counted(2, Entry.NEVER));
    assertThat(changed).hasSize(2).allMatch(pair -> pair.entry().isTombstone());
    assertThat(perform(weak, 10, new Clear())).isEqualTo(new Counted(0, Entry.NEVER));
  }

  @Test
  void anApplierOverADataletThatHasEntriesKnowsThem() {
    perform(weak, 0, put(KEY, 10));
    perform(weak, 0, put(Bytes.of("other"), Change.FOREVER));
    perform(weak, 0, remove(Bytes.of("other")));
    Applier again = new Applier(datalet, VALUE_LIMIT);

    assertThat(again.query(new Count(), 0)).isEqualTo(new Counted(1, 10));
    assertThat(again.contents().highestVersion()).isEqualTo(3);
    assertThat(again.collect(3, 10)).isZero();
    assertThat(datalet.size()).isZero();
  }

  @Test
  void theHighestVersionOutlivesItsEntry() {
    Applier strong = new Applier(datalet, VALUE_LIMIT);
    performInOrder(strong, 0, put(KEY, Change.FOREVER));
    performInOrder(strong, 0, remove(KEY));
    performInOrder(strong, 0, new Clear());
    Applier other = new Applier(Datalets.hash().open(NodeId.of(0), 0), VALUE_LIMIT);
    other.replace(Transfer.bring(strong.contents(), strong, other));

    assertThat(other.contents().highestVersion()).isOne();
  }
}
