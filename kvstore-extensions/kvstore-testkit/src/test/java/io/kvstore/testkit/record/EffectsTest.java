package io.kvstore.testkit.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An answer that contradicts itself is found. */
class EffectsTest {
  private static final Entry NOTHING = null;
  private final Effects effects = new Effects(true);

  private static Entry entry(String value, long version, long expiresAt) {
    return new Entry(Bytes.of(value), 0, version, expiresAt, null);
  }

  private static Write write(Condition condition, Change change) {
    return new Write(Bytes.of("k"), condition, change);
  }

  private static Write always(Change change) {
    return write(Condition.ALWAYS, change);
  }

  private void assertRight(Operation asked, @Nullable Entry before, @Nullable Entry after) {
    assertThat(effects.contradiction(asked, new Written(Outcome.APPLIED, before, after))).isEmpty();
  }

  private void assertWrong(Operation asked, @Nullable Entry before, @Nullable Entry after) {
    assertThat(effects.contradiction(asked, new Written(Outcome.APPLIED, before, after)))
        .hasValueSatisfying(told -> assertThat(told).contains("contradicts it"));
  }

  @Test
  void aValueIsWhatWasPut() {
    Write put = always(new Change.Put(Bytes.of("a"), 0, Change.FOREVER));
    assertRight(put, NOTHING, entry("a", 1, Entry.NEVER));
    assertWrong(put, NOTHING, entry("b", 1, Entry.NEVER));
    assertWrong(put, NOTHING, NOTHING);
    assertWrong(put, entry("x", 2, Entry.NEVER), entry("a", 1, Entry.NEVER)); // is older
  }

  @Test
  void whatIsAppendedPrependedAndAddedKeepsWhatWasThereAndItsExpiry() {
    Write append = always(new Change.Append(Bytes.of("b")));
    assertRight(append, entry("a", 1, 7), entry("ab", 2, 7));
    assertWrong(append, entry("a", 1, 7), entry("ba", 2, 7));
    assertWrong(append, entry("a", 1, 7), entry("ab", 2, Entry.NEVER));
    Write prepend = always(new Change.Prepend(Bytes.of("b")));
    assertRight(prepend, entry("a", 1, 7), entry("ba", 2, 7));
    assertWrong(prepend, entry("a", 1, 7), entry("ab", 2, 7));
    Write add = always(new Change.Add(3, NumberFormat.DECIMAL));
    assertRight(add, entry("4", 1, 7), entry("7", 2, 7));
    assertWrong(add, entry("4", 1, 7), entry("3", 2, 7));
    assertWrong(add, NOTHING, entry("3", 2, 7));
    Write limited = always(new Change.Add(3, NumberFormat.DECIMAL, 5));
    assertRight(limited, NOTHING, entry("3", 2, 7));
    assertWrong(limited, NOTHING, entry("3", 2, Entry.NEVER));
    assertRight(limited, entry("4", 1, 7), entry("7", 2, 7));
    assertWrong(limited, entry("4", 1, 7), entry("7", 2, 8));
  }

  @Test
  void flagsStayWithWhatIsChanged() {
    Write append = always(new Change.Append(Bytes.of("b")));
    assertRight(append, flagged("a", 1, 9), flagged("ab", 2, 9));
    assertWrong(append, flagged("a", 1, 9), flagged("ab", 2, 0));
    assertWrong(append, NOTHING, flagged("b", 2, 9));
    Write touch = always(new Change.Touch(5));
    assertWrong(touch, flagged("a", 1, 9), flagged("a", 2, 8));
  }

  private static Entry flagged(String value, long version, int flags) {
    return new Entry(Bytes.of(value), flags, version, Entry.NEVER, null);
  }

  @Test
  void aListHasWhatWasAskedForInItsOrder() {
    Range range = new Range(Bytes.of("b"), Bytes.of("e"), 2);
    assertThat(effects.contradiction(range, listed("b", "d"))).isEmpty();
    assertThat(effects.contradiction(range, listed("d", "b"))).isPresent();
    assertThat(effects.contradiction(range, listed("b", "b"))).isPresent();
    assertThat(effects.contradiction(range, listed("b", "e"))).isPresent();
    assertThat(effects.contradiction(range, listed("a"))).isPresent();
    assertThat(effects.contradiction(range, listed("b", "c", "d"))).isPresent();
    GetMany many = new GetMany(List.of(Bytes.of("x"), Bytes.of("a"), Bytes.of("k")));
    assertThat(effects.contradiction(many, listed("x", "k"))).isEmpty();
    assertThat(effects.contradiction(many, listed("a", "x"))).isPresent();
    assertThat(effects.contradiction(many, listed("b"))).isPresent();
  }

  private static Listed listed(String... keys) {
    return new Listed(
        Stream.of(keys).map(key -> new Pair(Bytes.of(key), entry("v", 1, Entry.NEVER))).toList());
  }

  @Test
  void touchingAndRemoving() {
    Write touch = always(new Change.Touch(5));
    assertRight(touch, entry("a", 1, 7), entry("a", 2, 12));
    assertRight(touch, NOTHING, NOTHING);
    assertWrong(touch, entry("a", 1, 7), entry("b", 2, 12));
    assertRight(always(Change.REMOVE), entry("a", 1, 7), NOTHING);
    assertWrong(always(Change.REMOVE), entry("a", 1, 7), entry("a", 1, 7));
  }

  @Test
  void aConditionThatDoesNotHoldKeepsAWriteFromBeingDone() {
    Write second = write(new Condition.VersionIs(2), Change.REMOVE);
    assertRight(second, entry("a", 2, 7), NOTHING);
    assertWrong(second, entry("a", 1, 7), NOTHING);
    Written refused = new Written(Outcome.CONDITION_FAILED, entry("a", 2, 7), entry("a", 2, 7));
    assertThat(effects.contradiction(second, refused)).isPresent();
    assertThat(new Effects(false).contradiction(second, refused)).isEmpty();
  }

  @Test
  void thePartsOfABatch() {
    Batch batch = new Batch(List.of(always(Change.REMOVE), always(Change.REMOVE)));
    Written right = new Written(Outcome.APPLIED, NOTHING, NOTHING);
    Written wrong = new Written(Outcome.APPLIED, NOTHING, entry("a", 1, 7));
    assertThat(
            effects.contradiction(
                batch, new WrittenTogether(Outcome.APPLIED, List.of(right, right))))
        .isEmpty();
    assertThat(
            effects.contradiction(
                batch, new WrittenTogether(Outcome.APPLIED, List.of(right, wrong))))
        .isPresent();
  }

  private static final Bytes KEY = Bytes.of("k");
  private static final Bytes OTHER = Bytes.of("o");
  private static final Entry A = entry("a", 1, Entry.NEVER);
  private static final Entry B = entry("b", 2, Entry.NEVER);
  private static final Write PUT_B = always(new Change.Put(Bytes.of("b"), 0, Change.FOREVER));

  private void assertTransacted(
      boolean isRight, Transaction asked, boolean isMet, Answer... parts) {
    assertThat(
            effects
                .contradiction(asked, new Transacted(isMet, Outcome.APPLIED, List.of(parts)))
                .isEmpty())
        .isEqualTo(isRight);
  }

  @Test
  void whatATransactionFindsDecidesWhichOfItsListsItDoes() {
    Requirement absent = new Requirement(KEY, Condition.ABSENT);
    Transaction asked = new Transaction(List.of(absent), List.of(PUT_B), List.of(new Get(KEY)));
    assertTransacted(true, asked, true, new Written(Outcome.APPLIED, null, B));
    assertTransacted(false, asked, true, new Written(Outcome.APPLIED, A, B));
    assertTransacted(true, asked, false, new Found(A));
    assertTransacted(false, asked, false, Found.NOTHING);
  }

  @Test
  void ofWhatATransactionDoesNotTellItMayHaveFoundAnything() {
    Requirement absent = new Requirement(KEY, Condition.ABSENT);
    Requirement present = new Requirement(OTHER, Condition.PRESENT);
    Transaction asked = new Transaction(List.of(absent, present), List.of(), List.of(new Get(KEY)));
    assertTransacted(true, asked, true);
    assertTransacted(true, asked, false, Found.NOTHING);
    assertTransacted(true, asked, false, new Found(A));
  }

  @Test
  void eachPartOfATransactionSeesWhatThoseBeforeItHaveDone() {
    Transaction asked =
        new Transaction(List.of(), List.of(new Get(KEY), PUT_B, new Get(KEY)), List.of());
    Written put = new Written(Outcome.APPLIED, A, B);
    assertTransacted(true, asked, true, new Found(A), put, new Found(B));
    assertTransacted(false, asked, true, new Found(A), put, new Found(A));
    assertTransacted(false, asked, true, Found.NOTHING, put, new Found(B));
  }
}
