package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Histories of which it is known which guarantees they have. */
class SessionGuaranteesTest {
  private static final Model MAP = Model.keyValue(null);

  /** The sessions are parted by semicolons; read as {@link Sketch} says. Last: what is broken. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # read your writes
          one's own write | x=1 x?1 |
          one's own write overlooked | x=1 x?nil | RYW
          an earlier one of one's own | x=1 x=2 x?1 | RYW
          one's own delete overlooked | x=1 x- x?1 | RYW
          somebody else's instead of one's own | x=1 x?2 ; x=2 |
          an older one of somebody else's | x=1@2 x?2@1 ; x=2@1 | RYW
          a newer one of somebody else's | x=1@1 x?2@2 ; x=2@2 |
          a write that tells that it overlooked one | x=1 x=2(nil) | RYW
          a compare-and-set that overlooked one | y=1 x=2 x1>3 ; x=1 |
          a compare-and-set of an older version | x=2@5 x1>3@9 ; x=1@4 | RYW
          an unknown write need not be seen | x=1! x?nil |
          but by whoever has seen it | x=1! x?1 x?nil | MR

          # monotonic reads
          forward | x=1 x=2 ; x?1 x?2 |
          to and fro between sessions | x=1 ; x=2 ; x?1 x?2 x?1 |
          back in the writer's order | x=1 x=2 ; x?2 x?1 | MR
          back to nothing | x=1 ; x?1 x?nil | MR
          back by versions | x=1@1 ; x=2@2 ; x?2@2 x?1@1 | MR
          forward by versions | x=1@1 ; x=2@2 ; x?1@1 x?2@2 |
          back for somebody else | x=1 ; x?1 . ; . x?nil |
          back in versions though not in the session's order | x=1@2 x=2@1 ; x?1@2 x?2@1 | MR MW

          # monotonic writes
          message passing | x=1 y=1 ; y?1 x?1 |
          the second message first | x=1 y=1 ; y?1 x?nil | MW
          an older one than the first | x=1 x=2 y=1 ; y?1 x?1 | MW
          one that may be newer than the first | x=1 y=1 ; x=2 ; y?1 x?2 |
          one that is older than the first | x=1@5 y=1@6 ; x=2@4 ; y?1@6 x?2@4 | MW
          seen before the second | x=1 y=1 ; x?nil y?1 |
          deleted before | x=1 x- y=1 ; y?1 x?1 | MW
          an unknown write came after what was before | x=1 y=1! ; y?1 x?nil | MW
          an unknown write came before nothing | y=1! x=1 ; x?1 y?nil |
          the second has the lower version | x=1@2 x=2@1 | MW

          # writes follow reads
          causality | x=1 ; x?1 y=1 ; y?1 x?1 |
          an answer without what it answers | x=1 ; x?1 y=1 ; y?1 x?nil | WFR
          an answer with an older one | x=1 x=2 ; x?2 y=1 ; y?1 x?1 | WFR
          read after writing | x=1 ; y=1 x?1 ; y?1 x?nil |
          a write that tells what it had read | x=1 ; x=2(1) ; x?2 x?1 |
          and tells it of another key | x=1 x=2 ; x=3(2) y=1 ; y?1 x?1 | WFR
          the answer has the lower version | x=1@5 ; x?1@5 x=2@4 | WFR
          nobody else's causes | z=1 ; z?1 x=1 ; x?1 y=1 ; y?1 z?nil |

          # several
          all four | x=1 y=1 ; y?1 x?nil x=2 x?nil ; a=1 ; a?1 b=1 b?1 a?nil ; b?1 a?nil | RYW MR MW WFR
          a value that nobody wrote | x?7 | RYW MR MW WFR
          a value that its reader writes later | x?7 x=7 | RYW MR MW WFR

          # more than one write may have been read
          back to an earlier delete | x=1@1 x-@2 x=3@3 x-@4 ; x?nil@4 x?nil@2 | MR
          it has expired, and something newer is known | x=1@1 x=2@2 ; x! ; x?2@2 x?nil@1 | MR
          it has expired by one clock, and not by another | x=1@1 ; x! ; x?nil@1 x?1@1 |
          nothing is ambiguous that is wrong in each case | x=1 y=1 x=1 ; y?1 x?nil | MW
          any of them explains it | x=1 x=2 x=1 ; x?2 x?1 |
          the first of them does not | x=1 x- x=2 x- ; x?2 x?nil |
          none of them does | x=1 x=1 x=2 ; x?2 x?1 | MR
          """)
  void aHistoryHasTheGuaranteesThatItIsKnownToHave(String what, String sessions, String broken) {
    assertThat(brokenIn(Sketch.of(sessions.split(";"))))
        .as(what)
        .isEqualTo(broken == null ? "" : broken);
    assertThat(brokenIn(Sketch.of(Sketch.reversed(sessions.split(";")))))
        .as(what + ", other sessions first")
        .isEqualTo(broken == null ? "" : broken);
  }

  private static String brokenIn(History history) {
    String broken = "";
    for (SessionGuarantee guarantee : SessionGuarantee.values()) {
      Verdict verdict = SessionGuarantees.check(history, guarantee, MAP);
      String name =
          switch (guarantee) {
            case READ_YOUR_WRITES -> " RYW";
            case MONOTONIC_READS -> " MR";
            case MONOTONIC_WRITES -> " MW";
            case WRITES_FOLLOW_READS -> " WFR";
          };
      broken += verdict.holds() ? "" : name;
      assertThat(verdict).isNotInstanceOf(Verdict.Undecided.class);
    }
    return broken.trim();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x=1 x=2 x?1 | READ_YOUR_WRITES | client 0 read 1 under "x", though it had put the newer 2 under "x" before | 0 1 2
          x=1 x- x?1 | READ_YOUR_WRITES | client 0 read 1 under "x", though it had deleted "x" before | 0 1 2
          x=1 ; x?1 x?nil | MONOTONIC_READS | client 1 found nothing under "x", though it had read the newer 1 there before | 0 1 2
          x=1 y=1 ; y?1 x?nil | MONOTONIC_WRITES | client 1 found nothing under "x", though it had seen 1 under "y", and client 0 had put the newer 1 under "x" before writing that | 0 1 2 3
          x=1@2 x=2@1 | MONOTONIC_WRITES | client 0 wrote to "x" what has an older version than 1, which it had written before | 0 1
          x=1 ; x?1 y=1 ; y?1 x?nil | WRITES_FOLLOW_READS | client 2 found nothing under "x", though it had seen 1 under "y", and client 1 had read the newer 1 there before writing that | 1 2 3 4
          x?7 | MONOTONIC_READS | client 0 read 7 under "x", which nobody had written | 0
          """)
  void whatIsBrokenIsToldInASentenceWithAFewOperations(
      String sessions, SessionGuarantee guarantee, String sentence, String rows) {
    // Sessions one after the other, so that operations count from the first session to the last.
    Verdict verdict = SessionGuarantees.check(inTurn(sessions), guarantee, MAP);

    assertThat(verdict).isInstanceOf(Verdict.Broken.class);
    Verdict.Broken broken = (Verdict.Broken) verdict;
    assertThat(broken.reason()).isEqualTo(sentence);
    assertThat(broken.conflict().stream().map(each -> String.valueOf(each.index())))
        .containsExactlyInAnyOrder(rows.split(" "));
  }

  private static History inTurn(String text) {
    String[] sessions = text.split(";");
    String indent = "";
    for (int i = 0; i < sessions.length; i++) {
      String line = sessions[i].trim();
      sessions[i] = indent + line;
      indent += ". ".repeat(line.split(" +").length);
    }
    return Sketch.of(sessions);
  }

  @Test
  void whatIsReadAtOneMomentIsSeenTogether() {
    History.Builder history = History.builder();
    for (String key : new String[] {"x", "y"}) {
      history.ok(history.invoke(0, Kind.WRITE, key, 1L, 0), Values.NONE, 0);
    }
    int first = history.invoke(1, Kind.READ, "x", null, 1);
    history.ok(first, Values.NIL, 2);
    history.ok(history.invoke(1, Kind.READ, "y", null, 1), history.values().of(1L), 2);
    assertThat(brokenIn(history.build())).isEmpty();

    history.together(first);

    assertThat(brokenIn(history.build())).isEqualTo("MW");
  }

  /** Neither source of the second read is wrong for sure, and no choice explains the third. */
  @Test
  void whatNoChoiceExplainsAndNothingRefutesIsUndecided() {
    History history = Sketch.of("x=1 x-", "x?1 x?nil x?1");

    assertThat(SessionGuarantees.check(history, SessionGuarantee.MONOTONIC_READS, MAP).toString())
        .startsWith("undecided: it is not known which of several writes was read by process 1");
    assertThat(SessionGuarantees.check(history, SessionGuarantee.MONOTONIC_WRITES, MAP).toString())
        .isEqualTo("holds");
  }

  @Test
  void aCheckThatMayNotRememberEnoughIsUndecided() {
    Budget little = new Budget(Duration.ofMinutes(1), 200);

    assertThat(
            SessionGuarantees.check(
                    Sketch.of("x=1", "x?1"), SessionGuarantee.MONOTONIC_READS, MAP, little)
                .toString())
        .isEqualTo("undecided: what there is to remember exceeds 200 bytes");
  }
}
