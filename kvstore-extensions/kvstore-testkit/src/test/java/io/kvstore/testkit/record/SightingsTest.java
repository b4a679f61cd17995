package io.kvstore.testkit.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
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
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One version of a key is one entry. */
class SightingsTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final Range ALL = new Range(Bytes.EMPTY, Bytes.EMPTY, 9);
  private static final Write PUT =
      new Write(KEY, Condition.ALWAYS, new Change.Put(Bytes.of("a"), 0, Change.FOREVER));

  private static Entry entry(String value, int flags, long version, long expiresAt) {
    return new Entry(Bytes.of(value), flags, version, expiresAt, null);
  }

  private static Note note(Operation operation, Answer answer) {
    Note note = new Note(0, operation, Consistency.EVENTUAL, null, 0, null, "");
    note.answer = answer;
    note.ended = true;
    return note;
  }

  private static Note found(Entry entry) {
    return note(new Get(KEY), new Found(entry));
  }

  private static Optional<String> unlike(Note... notes) {
    return new Sightings(List.of(notes)).unlike();
  }

  @Test
  void whatIsShownOfAVersionStaysTheSame() {
    Entry first = entry("a", 1, 5, 9);
    assertThat(unlike(found(first), found(entry("a", 1, 5, 9)), found(entry("b", 2, 6, 8))))
        .isEmpty();
    assertThat(unlike(found(first), found(entry("b", 1, 5, 9)))).isPresent();
    assertThat(unlike(found(first), found(entry("a", 2, 5, 9)))).isPresent();
    assertThat(unlike(found(first), found(entry("a", 1, 5, 8)))).isPresent();
  }

  @Test
  void listsAndWritesShowVersionsToo() {
    Entry first = entry("a", 1, 5, 9);
    Entry other = entry("a", 0, 5, 9);
    assertThat(unlike(found(first), note(ALL, new Listed(List.of(new Pair(KEY, other))))))
        .isPresent();
    assertThat(unlike(found(first), note(PUT, new Written(Outcome.APPLIED, other, null))))
        .isPresent();
    assertThat(unlike(note(PUT, new Written(Outcome.APPLIED, null, first)), found(other)))
        .isPresent();
  }

  @Test
  void ofABatchCountsWhatItEndsWith() {
    Written one = new Written(Outcome.APPLIED, null, entry("a", 0, 5, 9));
    Written two = new Written(Outcome.APPLIED, one.after(), entry("ab", 0, 5, 9));
    Note batch =
        note(new Batch(List.of(PUT, PUT)), new WrittenTogether(Outcome.APPLIED, List.of(one, two)));
    assertThat(unlike(batch, found(entry("ab", 0, 5, 9)))).isEmpty();
    assertThat(unlike(batch, found(entry("a", 0, 5, 9)))).isPresent();
  }

  @Test
  void ofATransactionCountsWhatItFindsAndWhatItEndsWith() {
    Written put = new Written(Outcome.APPLIED, entry("b", 0, 4, 9), entry("a", 0, 5, 9));
    Written again = new Written(Outcome.APPLIED, put.after(), entry("ab", 0, 5, 9));
    Note transaction =
        note(
            new Transaction(List.of(), List.of(new Get(KEY), PUT, new Get(KEY), PUT), List.of()),
            new Transacted(
                true,
                Outcome.APPLIED,
                List.of(new Found(put.before()), put, new Found(put.after()), again)));
    assertThat(unlike(transaction, found(entry("ab", 0, 5, 9)))).isEmpty();
    assertThat(unlike(transaction, found(entry("a", 0, 5, 9)))).isPresent();
    assertThat(unlike(transaction, found(entry("c", 0, 4, 9)))).isPresent();
  }
}
