package io.kvstore.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateMachineTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final Bytes OTHER = Bytes.of("o");

  private final IndexedEntries entries = new IndexedEntries(Datalets.hash().open(NodeId.of(0), 0));
  private final StateMachine machine = new StateMachine(entries, 100);
  private final List<Pair> changed = new ArrayList<>();

  private static Write put(Bytes key, String value, long lifetime) {
    return new Write(key, Condition.ALWAYS, new Change.Put(Bytes.of(value), 0, lifetime));
  }

  private static Write remove(Bytes key) {
    return new Write(key, Condition.ALWAYS, Change.REMOVE);
  }

  private static Ordered ordered(long position, Operation operation) {
    return new Ordered(position, 0, 1, position, operation);
  }

  @Test
  void inAnOrderThatAllPerformWhatIsRemovedIsGone() {
    machine.perform(ordered(1, put(KEY, "v", Change.FOREVER)));
    machine.perform(ordered(2, remove(KEY)), changed::add);

    assertThat(entries.get(KEY)).isNull();
    assertThat(changed).containsExactly(new Pair(KEY, Entry.tombstone(2, null)));
  }

  @Test
  void whereOthersMergeWhatIsRemovedLeavesATombstone() {
    VectorClock context = VectorClock.of(1);
    machine.update(ordered(1, put(KEY, "v", Change.FOREVER)), context);
    Applier.Effect effect = machine.update(ordered(2, remove(KEY)), VectorClock.of(2));

    assertThat(entries.get(KEY)).isEqualTo(Entry.tombstone(2, VectorClock.of(2)));
    assertThat(effect.changed()).hasSize(1);
  }

  @Test
  void aPutDependsOnWhateverThatDependsOnWhichItReplaces() {
    machine.update(ordered(1, put(KEY, "v", Change.FOREVER)), VectorClock.of(0, 5));
    Written written =
        (Written)
            machine.update(ordered(2, put(KEY, "w", Change.FOREVER)), VectorClock.of(1)).answer();

    assertThat(written.after()).isNotNull();
    assertThat(written.after().context()).isEqualTo(VectorClock.of(1, 5));
  }

  @Test
  void entriesExpireByTheTimeThatGoesOnWithStamps() {
    machine.passTo(10, false);
    machine.perform(ordered(1, put(KEY, "v", 5)));
    machine.passTo(8, false);
    assertThat(machine.time()).isEqualTo(10);
    machine.passTo(14, false);
    assertThat(entries.get(KEY)).isNotNull();
    machine.passTo(15, false);

    assertThat(entries.get(KEY)).isNull();
  }

  @Test
  void aBatchThatFailsLeavesNothingOfWhatItHasDone() {
    machine.perform(ordered(1, put(KEY, "v", Change.FOREVER)));
    Write failing =
        new Write(OTHER, Condition.PRESENT, new Change.Put(Bytes.of("x"), 0, Change.FOREVER));
    WrittenTogether together =
        (WrittenTogether)
            machine.perform(
                ordered(2, new Batch(List.of(put(KEY, "w", Change.FOREVER), failing))),
                changed::add);

    assertThat(together.outcome()).isEqualTo(Outcome.CONDITION_FAILED);
    assertThat(entries.get(KEY)).isEqualTo(Entry.of(Bytes.of("v"), 1));
    assertThat(changed).isEmpty();
  }

  private Transacted transact(long position, Transaction transaction) {
    return (Transacted) machine.perform(ordered(position, transaction), changed::add);
  }

  @Test
  void aTransactionLooksAtAllRequirementsBeforeItWrites() {
    List<Requirement> bothAbsent =
        List.of(new Requirement(KEY, Condition.ABSENT), new Requirement(OTHER, Condition.ABSENT));
    Transaction puts =
        new Transaction(
            bothAbsent,
            List.of(put(KEY, "v", Change.FOREVER), put(OTHER, "v", Change.FOREVER), new Get(KEY)),
            List.of(new Get(OTHER), remove(KEY), new Get(KEY)));
    Entry entry = Entry.of(Bytes.of("v"), 1);

    assertThat(transact(1, puts))
        .isEqualTo(
            new Transacted(
                true,
                Outcome.APPLIED,
                List.of(
                    new Written(Outcome.APPLIED, null, entry),
                    new Written(Outcome.APPLIED, null, entry),
                    new Found(entry))));
    assertThat(changed).containsExactly(new Pair(KEY, entry), new Pair(OTHER, entry));
    assertThat(transact(2, puts))
        .isEqualTo(
            new Transacted(
                false,
                Outcome.APPLIED,
                List.of(
                    new Found(entry), new Written(Outcome.APPLIED, entry, null), Found.NOTHING)));
    assertThat(entries.get(KEY)).isNull();
  }

  @Test
  void whatHasExpiredIsAbsentForATransaction() {
    machine.passTo(0, false);
    machine.perform(ordered(1, put(KEY, "v", 5)));
    machine.passTo(5, false);
    assertThat(
            transact(
                    2,
                    new Transaction(
                        List.of(new Requirement(KEY, Condition.ABSENT)), List.of(), List.of()))
                .isMet())
        .isTrue();
  }

  @Test
  void aTransactionThatFailsLeavesNothingOfWhatItHasDone() {
    machine.perform(ordered(1, put(KEY, "v", Change.FOREVER)));
    Write add = new Write(KEY, Condition.ALWAYS, new Change.Add(1, NumberFormat.DECIMAL));
    Transacted failed =
        transact(
            2,
            new Transaction(
                List.of(),
                List.of(put(OTHER, "w", 5), remove(KEY), put(KEY, "x", 5), add),
                List.of()));

    assertThat(failed.outcome()).isEqualTo(Outcome.NOT_A_NUMBER);
    assertThat(failed.isApplied()).isFalse();
    assertThat(entries.get(KEY)).isEqualTo(Entry.of(Bytes.of("v"), 1));
    assertThat(entries.get(OTHER)).isNull();
    assertThat(entries.firstExpiry()).isEqualTo(Entry.NEVER);
    assertThat(changed).isEmpty();
  }

  @Test
  void whereOthersMergeATransactionIsRefused() {
    Transaction puts =
        new Transaction(List.of(), List.of(put(KEY, "v", Change.FOREVER)), List.of());
    assertThat(machine.update(ordered(1, puts), null))
        .isEqualTo(new Applier.Effect(Transacted.NOT_ORDERED, List.of()));
    assertThat(entries.get(KEY)).isNull();
  }

  @Test
  void aClearTellsWhatItHasTakenAwayIfSomebodyWantsToKnow() {
    machine.perform(ordered(1, put(KEY, "v", Change.FOREVER)));
    machine.perform(ordered(2, put(OTHER, "v", Change.FOREVER)));
    machine.perform(ordered(3, new Clear()), changed::add);

    assertThat(entries.visible()).isZero();
    assertThat(changed).extracting(Pair::key).containsExactlyInAnyOrder(KEY, OTHER);
  }

  /** So that one is enough for all who are in one process. */
  @Test
  void allMembersHoldTheEntryThatTheFirstHasMade() {
    StateMachine another =
        new StateMachine(new IndexedEntries(Datalets.hash().open(NodeId.of(1), 0)), 100);
    Write put = put(KEY, "v", Change.FOREVER);
    Ordered shared = ordered(1, put);

    assertThat(machine.isLastingPut(put)).isTrue();
    assertThat(another.put(shared, put)).isSameAs(machine.put(shared, put));
  }
}
