package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What was seen comes from what was asked for. */
class ProvenanceTest {
  private final History.Builder history = History.builder();
  private long time;

  private void done(Kind kind, Object argument) {
    history.ok(begin(kind, argument), Values.NONE, time++);
  }

  private void refused(Kind kind, Object argument) {
    history.fail(begin(kind, argument), time++);
  }

  private int begin(Kind kind, @Nullable Object argument) {
    return history.invoke(0, kind, "x", argument, time++);
  }

  private void seen(@Nullable Object value) {
    history.ok(begin(Kind.READ, null), history.values().of(value), time++);
  }

  private String verdict() {
    return Provenance.check(history.build()).toString();
  }

  @Test
  void whatWasWrittenAppendedAndAddedMayBeSeen() {
    seen(null);
    done(Kind.WRITE, "a;");
    done(Kind.APPEND, "b;");
    done(Kind.APPEND, "c;");
    seen("a;b;c;");
    seen("a;c;b;"); // somewhere else they came in another order
    seen("b;"); // before the write was there
    assertThat(verdict()).isEqualTo("holds");
  }

  @Test
  void anUnknownWriteMayBeSeen() {
    begin(Kind.WRITE, "a;");
    seen("a;");
    assertThat(verdict()).isEqualTo("holds");
  }

  @Test
  void theSameTextThatWasAppendedTwiceMayBeSeenTwice() {
    done(Kind.APPEND, "a;");
    done(Kind.APPEND, "a;");
    seen("a;a;");
    assertThat(verdict()).isEqualTo("holds");
  }

  @Test
  void aTextThatBeginsAlikeMayBeOneOfSeveral() {
    done(Kind.APPEND, "a");
    done(Kind.APPEND, "ab");
    done(Kind.APPEND, "b");
    seen("abab");
    assertThat(verdict()).isEqualTo("holds");
  }

  @Test
  void whatWasNeverAskedForIsBroken() {
    done(Kind.WRITE, "a;");
    seen("b;");
    assertThat(verdict())
        .startsWith(
            "broken: what was seen under \"x\", \"b;\", comes from nothing that was asked for"
                + " before");
  }

  @Test
  void whatIsAskedForLaterIsBroken() {
    seen("a;");
    done(Kind.WRITE, "a;");
    assertThat(verdict()).contains("comes from nothing that was asked for before");
  }

  @Test
  void anAppendThatTookEffectTwiceIsBroken() {
    done(Kind.APPEND, "a;");
    done(Kind.APPEND, "b;");
    seen("a;b;a;");
    assertThat(verdict()).contains("\"a;b;a;\", has an operation in it twice");
  }

  @Test
  void aRefusedWriteThatIsSeenIsBroken() {
    done(Kind.WRITE, "a;");
    refused(Kind.APPEND, "b;");
    seen("a;b;");
    assertThat(verdict()).contains("\"a;b;\", comes from an operation that was refused");
  }

  @Test
  void whatAWriteReplacedWasSeen() {
    done(Kind.WRITE, "a;");
    history.ok(begin(Kind.WRITE, "b;"), history.values().of("c;"), time++);
    assertThat(verdict()).contains("\"c;\", comes from nothing");
  }

  @Test
  void aNumberMayMissWhatWasAdded() {
    done(Kind.ADD, 3L);
    done(Kind.ADD, 4L);
    done(Kind.ADD, -2L);
    seen(7L);
    seen(-2L);
    assertThat(verdict()).isEqualTo("holds");
  }

  @Test
  void aNumberAboveAllThatWasAddedIsBroken() {
    done(Kind.ADD, 3L);
    seen(6L);
    assertThat(verdict()).contains("6, has an operation in it twice");
  }

  @Test
  void aNumberWithoutAnyAdditionComesFromNothing() {
    seen(6L);
    assertThat(verdict()).contains("6, comes from nothing that was asked for before");
  }

  @Test
  void aRefusedAdditionDoesNotCount() {
    done(Kind.ADD, 3L);
    refused(Kind.ADD, 4L);
    seen(7L);
    assertThat(verdict()).startsWith("broken");
  }

  @Test
  void longTextsAreReadWithoutADeepStack() {
    StringBuilder all = new StringBuilder();
    IntStream.range(0, 20_000)
        .forEach(
            number -> {
              done(Kind.APPEND, number + ";");
              all.append(number).append(';');
            });
    seen(all.toString());
    assertThat(verdict()).isEqualTo("holds");
  }
}
