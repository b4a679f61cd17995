package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a transaction tells the engine, what it makes of the answer, and what it refuses to be. */
final class TransactionTest {
  private static final Coder<String, String> CODER =
      new Coder<>(Codecs.STRING, Codecs.STRING, Limits.DEFAULT);
  private static final Translation<String, String> TRANSLATION = new Translation<>(CODER);
  private static final Bytes A = Bytes.of("a");
  private static final Bytes B = Bytes.of("b");

  private static io.kvstore.spi.Transaction encoded(
      UnaryOperator<Transaction<String, String>> description) {
    return TRANSLATION.transaction(Transaction.described(description));
  }

  @Test
  void eachConditionIsRequiredBeforeAnythingIsDone() {
    assertThat(
            encoded(
                    tx ->
                        tx.ifAbsent("a")
                            .ifPresent("b")
                            .then(Update.put("a", "1"))
                            .ifVersion("a", 7)
                            .ifValue("b", "2"))
                .requirements())
        .containsExactly(
            new Requirement(A, Condition.ABSENT),
            new Requirement(B, Condition.PRESENT),
            new Requirement(A, new Condition.VersionIs(7)),
            new Requirement(B, new Condition.ValueIs(Bytes.of("2"))));
  }

  @Test
  void readsAndWritesKeepTheOrderInWhichTheyAreNamed() {
    io.kvstore.spi.Transaction encoded =
        encoded(
            tx ->
                tx.thenGet("a")
                    .then(Update.put("a", "1"), Update.remove("b"))
                    .thenGet("b")
                    .otherwise(Update.touch("a", Duration.ofNanos(5)))
                    .otherwiseGet("a"));
    assertThat(encoded.then())
        .containsExactly(
            new Get(A),
            new Write(A, Condition.ALWAYS, new Change.Put(Bytes.of("1"), 0, Change.FOREVER)),
            new Write(B, Condition.ALWAYS, Change.REMOVE),
            new Get(B));
    assertThat(encoded.otherwise())
        .containsExactly(new Write(A, Condition.ALWAYS, new Change.Touch(5)), new Get(A));
  }

  @Test
  void whatIsSaidMakesAnotherOne() {
    assertThat(
            encoded(
                    tx -> {
                      Transaction<String, String> unused = tx.ifAbsent("b");
                      return tx.ifAbsent("a");
                    })
                .requirements())
        .containsExactly(new Requirement(A, Condition.ABSENT));
  }

  @Test
  void whatDoesNothingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoded(tx -> tx.then()))
        .withMessageContaining("does nothing");
    assertThatNullPointerException().isThrownBy(() -> encoded(tx -> tx.thenGet(null)));
    assertThatNullPointerException().isThrownBy(() -> encoded(tx -> tx.ifValue("a", null)));
    assertThatNullPointerException().isThrownBy(() -> encoded(tx -> null));
  }

  @Test
  void aWriteHasNoConditionOfItsOwn() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoded(tx -> tx.then(Update.<String, String>put("a", "1").ifAbsent())))
        .withMessageContaining("that of key a")
        .withMessageContaining("ifAbsent(key)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> encoded(tx -> tx.otherwise(Update.<String, String>remove("a").ifVersion(1))));
    Write conditional = new Write(A, Condition.ABSENT, Change.REMOVE);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new io.kvstore.spi.Transaction(List.of(), List.of(conditional), List.of()))
        .withMessageContaining("belongs to the requirements");
  }

  // Answers

  private static Transacted<String, String> decoded(
      UnaryOperator<Transaction<String, String>> asked, Answer answer) {
    return TRANSLATION.transacted(Transaction.described(asked), answer);
  }

  @Test
  void readsAreToldByKeyAndWritesInTheirOrder() {
    Entry before = Entry.of(Bytes.of("1"), 3);
    Entry after = Entry.of(Bytes.of("2"), 4);
    Transacted<String, String> told =
        decoded(
            tx -> tx.ifAbsent("b").thenGet("a").then(Update.put("a", "2")).thenGet("b"),
            new Answer.Transacted(
                true,
                Outcome.APPLIED,
                List.of(
                    new Found(before),
                    new Answer.Written(Outcome.APPLIED, before, after),
                    Found.NOTHING)));

    Versioned<String> one = new Versioned<>("1", 3, 0, Optional.empty());
    assertThat(told.succeeded()).isTrue();
    assertThat(told.reads()).isEqualTo(Map.of("a", one));
    assertThat(told.value("a")).contains("1");
    assertThat(told.value("b")).isEmpty();
    assertThat(told.writes())
        .containsExactly(
            new Written<>(
                true, Optional.of(one), Optional.of(new Versioned<>("2", 4, 0, Optional.empty()))));
  }

  @Test
  void ofAKeyThatIsReadTwiceTheLastCounts() {
    Transacted<String, String> told =
        decoded(
            tx -> tx.thenGet("a").then(Update.remove("a")).thenGet("a"),
            new Answer.Transacted(
                true,
                Outcome.APPLIED,
                List.of(
                    new Found(Entry.of(Bytes.of("1"), 3)),
                    new Answer.Written(Outcome.APPLIED, Entry.of(Bytes.of("1"), 3), null),
                    Found.NOTHING)));
    assertThat(told.reads()).isEmpty();
  }

  @Test
  void whatCouldNotBeDoneIsThrown() {
    Answer.Written failed = new Answer.Written(Outcome.NOT_A_NUMBER, null, null);
    assertThatThrownBy(
            () ->
                decoded(
                    tx -> tx.ifAbsent("b").otherwiseGet("a").otherwise(Update.add("a", 1)),
                    new Answer.Transacted(
                        false, Outcome.NOT_A_NUMBER, List.of(Found.NOTHING, failed))))
        .isInstanceOf(NotANumberException.class)
        .hasMessageContaining("key a");
    assertThatThrownBy(() -> decoded(tx -> tx.thenGet("a"), Answer.Transacted.NOT_ORDERED))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("one order of all writes");
  }
}
